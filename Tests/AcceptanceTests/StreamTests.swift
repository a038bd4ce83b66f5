// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

@Suite("Streams, terminals and interrupts", .serverTurns)
struct StreamTests {
  private func shell(_ command: String, _ environment: [String: String] = [:]) async throws
    -> Command.Result
  {
    let variables = ["PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "P": Program.path]
      .merging(try await SmallCatalog.environment) { $1 }
    return try await Command.run(
      "/bin/bash", ["-c", command], environment: variables.merging(environment) { $1 })
  }

  @Test("the program ends silently when its reader goes away")
  func pipe() async throws {
    // The list is larger than a pipe holds, so that the program still writes when head has ended.
    let size = try await shell("\"$P\" catalog hosts -o jsonl --quiet | wc -c")
    #expect(Int(size.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 1 << 20)
    let result = try await shell(
      "\"$P\" catalog hosts -o jsonl --quiet | head -n 1; echo \"${PIPESTATUS[0]}\"")
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(try JSON(parsing: Array(lines[0].utf8))["endpoints"]?.array?.isEmpty == false)
    // 141 is death by SIGPIPE, which a shell does not report in a pipeline.
    #expect(["0", "141"].contains(lines[1]))
    #expect(result.errorText.isEmpty)
  }

  @Test("a full disk behind standard output is an error")
  func fullOutput() async throws {
    let result = try await shell("\"$P\" catalog hosts --services sts -o jsonl --quiet >/dev/full")
    #expect(result.status == 3)
    #expect(result.errorText.contains("standard output cannot be written"))
  }

  @Test("a full disk behind --to is an error and leaves no file")
  func fullFile() async throws {
    let folder = try TemporaryFolder()
    let wheel = PinnedRelease.wheel
    let result = try await shell(
      "cd '\(folder.url.path)' && ulimit -f 64 && trap '' XFSZ && \"$P\" catalog import '\(wheel)' --to new.image; s=$?; ls; exit $s"
    )
    #expect(result.status == 3, "\(result.errorText)")
    #expect(result.text.isEmpty)
    #expect(result.errorText.contains("new.image"))
  }

  @Test("color is for terminals; NO_COLOR and --color override it")
  func color() async throws {
    let command = "map --services sts --regions eu-west-1,eu-central-1 --quiet"
    let piped = try await shell("\"$P\" \(command)")
    #expect(!piped.text.contains("\u{1B}") && piped.text.contains("opt-in ◐"))
    let forced = try await shell("\"$P\" \(command) --color always")
    #expect(forced.text.contains("\u{1B}[33m"))
    let terminal = try await shell("TERM=xterm script -qec \"$P \(command)\" /dev/null </dev/null")
    #expect(terminal.text.contains("\u{1B}[33m"))
    let silent = try await shell("NO_COLOR=1 TERM=xterm script -qec \"$P \(command)\" /dev/null </dev/null")
    #expect(!silent.text.contains("\u{1B}[33m"))
    let ascii = try await shell("LC_ALL=C \"$P\" \(command)")
    #expect(ascii.text.contains("opt-in ~"))
  }

  @Test("a scan on a terminal shows progress and clears it")
  func progress() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let scan =
      "scan --store '\(folder.url.path)/map.sqlite' --resolver \(server.address) --services sts --regions 'eu-*'"
    let result = try await shell("TERM=xterm script -qec \"$P \(scan) --rate 100\" /dev/null </dev/null")
    #expect(result.text.contains("█") && result.text.contains(" hosts"), "\(result.text)")
    #expect(result.text.contains("\r\u{1B}[K"))
    let silent = try await shell(
      "TERM=xterm script -qec \"$P \(scan) --progress never\" /dev/null </dev/null")
    #expect(!silent.text.contains("█"))
  }

  /// Starts a slow scan in the background and waits until it asks.
  private func background(_ scan: String, then commands: String) -> String {
    """
    "$P" \(scan) --rate 5 2>"$D/first" & first=$!
    until grep -q ^asking "$D/first"; do kill -0 $first || break; sleep 0.1; done
    \(commands)
    """
  }

  @Test(
    "Ctrl-C saves what is complete and says how to continue; --resume completes the run",
    arguments: ["INT", "TERM", "HUP"])
  func interrupt(_ signal: String) async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let scan = "scan --store '\(folder.url.path)/map.sqlite' --resolver \(server.address) --partitions aws"
    // The first answers are in the journal before the signal.
    let saved =
      "sqlite3 -cmd '.timeout 600000' '\(folder.url.path)/map.sqlite' 'SELECT count(*) FROM journal' 2>&1"
    let commands =
      "until [ \"$(\(saved))\" -gt 0 ] 2>/dev/null; do kill -0 $first || break; sleep 0.1; done;"
      + " kill -\(signal) $first; wait $first; echo \"status $?\"; cat \"$D/first\""
    let stopped = try await shell(background(scan, then: commands), ["D": folder.url.path])
    #expect(stopped.text.contains("status 130"), "\(stopped.text) \(stopped.errorText)")
    #expect(stopped.text.contains("go on with: the same command and --resume"))
    #expect(try await shell("\"$P\" map --store '\(folder.url.path)/map.sqlite'").status == 3)
    let rest = try await shell("\"$P\" \(scan) --rate 900 --resume")
    #expect(rest.status == 0, "\(rest.errorText)")
    #expect(rest.errorText.contains("continuing run 1"))
    #expect(try await shell("\"$P\" map --store '\(folder.url.path)/map.sqlite' --quiet").status == 0)
  }

  @Test("a second scan of a store names the process that holds it and changes nothing")
  func lock() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let scan = "scan --store '\(folder.url.path)/map.sqlite' --resolver \(server.address) --partitions aws"
    let commands =
      "\"$P\" \(scan); echo \"status $? $first\"; kill -INT $first; wait $first; echo \"first $?\""
    let result = try await shell(background(scan, then: commands), ["D": folder.url.path])
    let first = try #require(
      result.text.split(separator: "\n").first { $0.hasPrefix("status 5 ") }, "\(result.text)")
    #expect(result.errorText.contains("\(first.dropFirst("status 5 ".count))"), "\(result.errorText)")
    #expect(result.text.contains("first 130"))
  }

  private static var zone: Zone {
    var zone = Zone()
    for host in ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws"] { zone.add(host, [.ipv4]) }
    zone.addControlNames()
    return zone
  }
}
