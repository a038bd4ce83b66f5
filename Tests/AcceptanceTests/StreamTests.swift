// SPDX-License-Identifier: Apache-2.0

import DNS
import Foundation
import IPAddress
import JSON
import TestKit
import Testing

@Suite("Streams, terminals and interrupts")
struct StreamTests {
  private func shell(_ command: String, _ environment: [String: String] = [:]) throws -> Subprocess.Result {
    let variables = ["PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "P": Program.path]
    return try Subprocess.run(
      "/bin/bash", ["-c", command], environment: variables.merging(environment) { $1 }, timeout: 240)
  }

  @Test("a reader that goes away ends the program without a word")
  func pipe() throws {
    let result = try shell(
      "\"$P\" catalog hosts --services s3,ec2 -o jsonl --quiet | head -n 1; echo \"${PIPESTATUS[0]}\"")
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(try JSON(parsing: Array(lines[0].utf8))["endpoints"]?.array?.isEmpty == false)
    // 141 is a death by SIGPIPE, which a shell does not mention in a pipeline.
    #expect(["0", "141"].contains(lines[1]))
    #expect(result.errorText.isEmpty)
  }

  @Test("a full disk behind standard output is an error, not silence")
  func fullOutput() throws {
    let result = try shell("\"$P\" catalog hosts --services sts -o jsonl --quiet >/dev/full")
    #expect(result.status == 3)
    #expect(result.errorText.contains("standard output cannot be written"))
  }

  @Test("a full disk behind --to leaves no file and an error")
  func fullFile() throws {
    let folder = try TemporaryFolder()
    let wheel = TestEnvironment.cache.appendingPathComponent("botocore-1.44.5-py3-none-any.whl").path
    let result = try shell(
      "cd '\(folder.url.path)' && ulimit -f 64 && trap '' XFSZ && \"$P\" catalog import '\(wheel)' --to new.image; s=$?; ls; exit $s"
    )
    #expect(result.status == 3, "\(result.errorText)")
    #expect(result.text.isEmpty)
    #expect(result.errorText.contains("new.image"))
  }

  @Test("colour is for terminals, and NO_COLOR and --color are obeyed")
  func color() throws {
    let command = "map --declared --services sts --regions eu-west-1,eu-central-1 --quiet"
    let piped = try shell("\"$P\" \(command)")
    #expect(!piped.text.contains("\u{1B}") && piped.text.contains("opt-in ◐"))
    let forced = try shell("\"$P\" \(command) --color always")
    #expect(forced.text.contains("\u{1B}[33m"))
    let terminal = try shell("TERM=xterm script -qec \"$P \(command)\" /dev/null </dev/null")
    #expect(terminal.text.contains("\u{1B}[33m"))
    let silent = try shell("NO_COLOR=1 TERM=xterm script -qec \"$P \(command)\" /dev/null </dev/null")
    #expect(!silent.text.contains("\u{1B}[33m"))
    let ascii = try shell("LC_ALL=C \"$P\" \(command)")
    #expect(ascii.text.contains("opt-in ~"))
  }

  @Test(
    "a scan on a terminal shows progress and clears it; Ctrl-C saves what is complete; --resume ends the run")
  func interrupt() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let scan = "scan --store '\(store)' --resolver \(server.address) --services ec2,sts,s3 --partitions aws"
    // 40 a second make a scan of minutes, so the signal comes in its midst.
    let slow = try shell(
      "TERM=xterm timeout --foreground -s INT 25 script -qec \"$P \(scan) --rate 40\" /dev/null </dev/null; echo \"status $?\""
    )
    #expect(slow.text.contains("hosts") && slow.text.contains("\r\u{1B}[K"), "\(slow.text)")
    let direct = try shell("timeout -s INT 25 \"$P\" \(scan) --rate 40; echo \"status $?\"")
    #expect(direct.text.contains("status 124") || direct.text.contains("status 130"))
    #expect(direct.errorText.contains("go on with: egress6 scan --resume"), "\(direct.errorText)")
    #expect(try shell("\"$P\" map --store '\(store)'").status == 3)
    let rest = try shell("\"$P\" \(scan) --rate 900 --resume")
    #expect(rest.status == 0, "\(rest.errorText)")
    #expect(rest.errorText.contains("hosts have an answer"))
    #expect(try shell("\"$P\" map --store '\(store)' --quiet").status == 0)
  }

  @Test("the second scan of a store says who holds it")
  func lock() async throws {
    let server = try await NameServer(Self.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let scan =
      "scan --store '\(folder.url.path)/map.sqlite' --resolver \(server.address) --services sts --partitions aws --rate 5"
    let result = try shell(
      "timeout -s INT 60 \"$P\" \(scan) 2>/dev/null & first=$!; for i in $(seq 300); do [ -s '\(folder.url.path)/map.sqlite.lock' ] && break; sleep 0.1; done; \"$P\" \(scan); echo \"status $?\"; kill -INT $first; wait $first || true"
    )
    #expect(result.text.contains("status 5"), "\(result.text) \(result.errorText)")
    #expect(result.errorText.contains("process"))
  }

  private static var zone: Zone {
    var zone = Zone()
    for host in ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws"] { zone.add(host, [.ipv4]) }
    return zone
  }
}
