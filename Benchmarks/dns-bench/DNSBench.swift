// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import Foundation
import Synchronization

/// Measures the client's queries per second, and the cost of a query.
///
/// Usage: `dns-bench RESOLVER HOSTS-FILE`, where the file has one host per line. It asks for A and AAAA of each host as fast
/// as answers come back, and prints queries per second, CPU time per query and peak memory. `scripts/bench-dns` compares it
/// with other clients, and docs/benchmarks.md keeps the results.
@main enum DNSBench {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let data = FileManager.default.contents(atPath: arguments[2]) else {
      fail("usage: dns-bench RESOLVER HOSTS-FILE")
    }
    let questions = String(decoding: data, as: UTF8.self).split(separator: "\n").map {
      HostQuestion(host: String($0))
    }
    do {
      var configuration = ScanConfiguration(resolvers: [try ResolverAddress(arguments[1])])
      configuration.rate = .unlimited
      configuration.ownsResolvers = true
      configuration.usesNXDOMAINCache = false
      let delivered = Mutex(0)
      let before = clock()
      let statistics = try await ScanClient(configuration: configuration).resolve(questions) { _ in
        delivered.withLock { $0 += 1 }
      }
      let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
      let microseconds = seconds / Double(max(1, statistics.queries)) * 1e6
      print(
        "egress6: \(delivered.withLock { $0 }) hosts, \(statistics.queries) queries,",
        "\(Int(statistics.rate)) queries/s, \(String(format: "%.2f", microseconds)) µs CPU a query,",
        "\(statistics.timeouts) timed out, \(statistics.a[.unknown] ?? 0) unknown, \(memory())")
    } catch {
      fail("dns-bench: \(error)")
    }
  }

  /// The peak memory of the process.
  private static func memory() -> String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.map { "at most " + $0.dropFirst(6).filter { $0 != "\t" && $0 != " " } } ?? "memory not known"
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(64)
  }
}
