// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

@Suite("Hostile environment and input", .serverTurns)
struct HostileTests {
  private func shell(_ command: String, _ environment: [String: String] = [:]) async throws
    -> Command.Result
  {
    let variables = ["PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "P": Program.path]
      .merging(try await SmallCatalog.environment) { $1 }
    return try await Command.run(
      "/bin/bash", ["-c", command], environment: variables.merging(environment) { $1 })
  }

  @Test(
    "help has its layout for any value of COLUMNS", arguments: ["0", "1", "26", "-5", "99999", "wide", ""])
  func columns(_ value: String) async throws {
    let result = try await shell("\"$P\" map --help", ["COLUMNS": value])
    #expect(result.status == 0)
    #expect(result.text.contains("--regions"))
  }

  @Test("the program works with closed standard streams")
  func closedStreams() async throws {
    let batch = try await shell("\"$P\" resolve --batch - <&-; echo $?")
    #expect(batch.text == "0\n", "\(batch.text)\(batch.errorText)")
    #expect(try await shell("\"$P\" catalog show 2>&-; echo $?").text.hasSuffix("\n0\n"))
    // A result that nobody can get is an error; a result that goes elsewhere is not.
    let folder = try TemporaryFolder()
    for command in [
      "catalog show", "map --declared --quiet", "--help", "help support", "catalog hosts -o jsonl",
    ] {
      for target in [">&-", ">&- 2>&-", ">/dev/full"] {
        let result = try await shell("\"$P\" \(command) \(target); echo $? >'\(folder.url.path)/status'")
        let status = try String(contentsOfFile: folder.url.path + "/status", encoding: .utf8)
        #expect(status == "3\n", "\(command) \(target)")
        #expect(target.contains("2>") || result.errorText.contains("standard output cannot be written"))
      }
    }
    let written = try await shell(
      "cd '\(folder.url.path)'; \"$P\" catalog import \"$R\" --to image >&- 2>&- <&-; echo $?; cmp image \"$EGRESS6_CATALOG\" && echo same",
      ["R": try await SmallCatalog.release])
    #expect(written.text == "0\nsame\n")
  }

  @Test("a word that means nothing is refused beside words that mean something")
  func meaninglessWords() async throws {
    for (options, words) in [
      ("--services all,nope", "nope"), ("--services nope,all", "nope"), ("--regions all,nope", "nope"),
      ("--partitions all,nope", "nope"), ("--fields service,region,service", "'service' twice"),
    ] {
      let result = try await shell("\"$P\" map --declared \(options)")
      #expect(result.status == 2 && result.errorText.contains(words), "\(options): \(result.errorText)")
      #expect(result.text.isEmpty)
    }
    let all = try await shell(
      "\"$P\" map --declared --services all,sts --regions eu-west-1 --quiet -o csv | wc -l")
    let everything = try await shell("\"$P\" map --declared --regions eu-west-1 --quiet -o csv | wc -l")
    #expect(all.text == everything.text && all.text != "0\n")
    for value in [",", " ", "127.0.0.1,,127.0.0.2", ",127.0.0.1"] {
      let result = try await shell("\"$P\" scan --store /nonexistent/map", ["EGRESS6_RESOLVER": value])
      #expect(
        result.status == 2 && result.errorText.contains("EGRESS6_RESOLVER"), "\(value): \(result.errorText)")
    }
  }

  @Test("a batch without an end of lines ends")
  func endlessBatch() async throws {
    let result = try await shell("\"$P\" resolve --batch - </dev/zero")
    #expect(result.status == 3 && result.errorText.contains("does not end"), "\(result.errorText)")
    #expect(result.text.split(separator: "\n").count == 1)
  }

  @Test("help that cannot be written, and an unknown topic, are errors")
  func help() async throws {
    #expect(try await shell("\"$P\" --help >/dev/full").status == 3)
    let topic = try await shell("\"$P\" help exitcodes")
    #expect(topic.status == 2 && topic.errorText.contains("exit-codes"))
  }

  @Test("an export never writes over the store, a device, or through a dangling temporary file")
  func targets() async throws {
    let observations = try Observations()
    let server = try await NameServer(observations.zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let scan = try await shell(
      "\"$P\" scan --store '\(store)' --resolver \(server.address) --services sts --quiet")
    #expect(scan.status == 0, "\(scan.errorText)")
    for form in ["-o sqlite", "-o json", "--salvage"] {
      for target in [
        store, store + "-wal", "\(folder.url.path)/../\(folder.url.lastPathComponent)/map.sqlite",
      ] {
        let export = try await shell("\"$P\" export --store '\(store)' \(form) --to '\(target)'")
        #expect(export.status == 2 && export.errorText.contains("not written over"), "\(form) \(target)")
      }
    }
    let link = folder.url.path + "/link"
    #expect(
      try await shell("ln -s '\(store)' '\(link)'; \"$P\" export --store '\(store)' -o sqlite --to '\(link)'")
        .status == 2)
    let pipe = folder.url.path + "/pipe"
    #expect(
      try await shell("mkfifo '\(pipe)'; \"$P\" export --store '\(store)' -o csv --to '\(pipe)'").status == 2)
    #expect(try await shell("\"$P\" map --store '\(store)' --quiet").status == 0)
    let copy = try await shell(
      "\"$P\" export --store '\(store)' -o sqlite --to '\(folder.url.path)/copy' && ls '\(folder.url.path)'")
    #expect(copy.status == 0 && !copy.text.contains(".part"), "\(copy.text)\(copy.errorText)")
    try await requireSameColumns(store)
  }

  /// Checks that CSV has the same columns with and without rows.
  private func requireSameColumns(_ store: String) async throws {
    let some = try await shell("\"$P\" map --store '\(store)' --services sts --quiet -o csv | head -n 1")
    let none = try await shell(
      "\"$P\" map --store '\(store)' --services sts --support unknown --regions us-east-1 --quiet -o csv")
    #expect(some.text == none.text)
    #expect(some.text.contains("hosts.fips-dualstack"))
    let field = try await shell(
      "\"$P\" map --store '\(store)' --support unknown --services sts --quiet -o csv --fields hosts.default")
    #expect(field.status == 0, "\(field.errorText)")
  }

  @Test("names from a file are asked in any selection; an invalid line is refused with its number")
  func hostFile() async throws {
    var zone = Zone()
    for host in ["sts.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"] {
      zone.add(host, [.ipv4, .ipv6])
    }
    zone.addControlNames()
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let (store, names) = (folder.url.path + "/map.sqlite", folder.url.path + "/names")
    let scan =
      "\"$P\" scan --store '\(store)' --resolver \(server.address) --services sts --regions eu-west-1 --hosts '\(names)' --quiet"
    let good = try await shell(
      "printf '\\xef\\xbb\\xbfEC2.eu-west-1.amazonaws.com.\\r\\n# note\\n\\nx.example' >'\(names)'; \(scan)")
    #expect(good.status == 0, "\(good.errorText)")
    let hosts = try await shell("\"$P\" export --store '\(store)' --what hosts --quiet")
    #expect(hosts.text.contains("\"host\":\"ec2.eu-west-1.amazonaws.com\",\"a\":\"yes\",\"aaaa\":\"yes\""))
    #expect(hosts.text.contains("\"host\":\"x.example\",\"a\":\"absent\""))
    for junk in ["bad name", "\\xff\\xfe", "a..b", "x\\ty", "\\0"] {
      let result = try await shell("printf 'ok.example\\n\(junk)\\n' >'\(names)'; \(scan)")
      #expect(result.status == 3, "\(junk): \(result.errorText)")
      #expect(result.errorText.contains("\(names):2"), "\(junk): \(result.errorText)")
    }
    // A line with a hyphen alone is a name of one label: it is asked like any other.
    let hyphen = try await shell("printf 'ok.example\\n-\\n' >'\(names)'; \(scan)")
    #expect(hyphen.status == 0, "\(hyphen.errorText)")
  }

  @Test(
    "a file that is not a damaged store is not salvaged",
    arguments: ["folder", "pipe", "empty", "/dev/null", "other"])
  func noStore(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    let (path, saved) = (folder.url.path + "/\(kind)", folder.url.path + "/saved")
    let result = try await shell(
      """
      case \(kind) in
        folder) mkdir '\(path)'; touch '\(path)/x';;
        pipe) mkfifo '\(path)';;
        empty) : >'\(path)';;
        other) sqlite3 '\(path)' 'CREATE TABLE t (a)';;
      esac
      "$P" export --salvage --store '\(kind.hasPrefix("/") ? kind : path)' --to '\(saved)'
      """)
    #expect(result.status == 5, "\(result.errorText)")
    #expect(!result.errorText.contains("SELECT"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.allSatisfy { $0 == kind }, "\(left)")
  }

  @Test("a batch answers every line in order, good or bad")
  func batch() async throws {
    let lines = [
      "{\"id\":1,\"service\":\"sts\",\"params\":{\"Region\":\"eu-west-1\",\"UseDualStack\":true}}",
      "nonsense", "",
      "{\"id\":3,\"service\":\"nope\"}", "[1]", "{\"id\":5,\"service\":\"sts\",\"params\":{\"Region\":7}}",
      "{\"id\":6,\"service\":\"sts\",\"service\":\"s3\"}",
      "{\"id\":7,\"service\":\"sts\",\"params\":{\"Region\":\"eu-west-1\",\"Endpoint\":\"https://a\",\"UseFIPS\":true}}",
      "{\"id\":8,\"service\":\"s3\",\"apiVersion\":\"1999-01-01\"}", String(repeating: "[", count: 200_000),
      "{\"id\":9,\"service\":\"sts\",\"params\":{\"Region\":\"cn-north-1\"}}",
    ]
    let outcome = try await Program.run(
      ["resolve", "--batch", "-"], environment: SmallCatalog.environment,
      input: lines.joined(separator: "\r\n"))
    #expect(outcome.status == 0)
    let answers = try outcome.lines.map { try JSON(parsing: Array($0.utf8)) }
    #expect(answers.count == 10)
    #expect(answers.first?["url"] == "https://sts.eu-west-1.api.aws")
    #expect(answers.last?["url"] == "https://sts.cn-north-1.amazonaws.com.cn")
    #expect(
      answers.map { $0["kind"]?.string ?? "-" } == ["-"] + Array(repeating: "engine", count: 5) + [
        "rule", "engine", "engine", "-",
      ])
    let texts = answers.map { $0["error"]?.string ?? "" }
    #expect(texts[1].hasPrefix("line 2, column 1: ") && texts[3].hasPrefix("line 5: an array"))
    let mixed = try await Program.run(
      ["resolve", "--batch", "-", "--region", "eu-west-1"], environment: SmallCatalog.environment)
    #expect(mixed.status == 2)
    let garbage = try await shell("echo nonsense | \"$P\" resolve --batch - --partitions /etc/passwd")
    #expect(garbage.status == 3 && garbage.errorText.contains("/etc/passwd"))
  }
}
