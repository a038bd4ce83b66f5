// SPDX-License-Identifier: Apache-2.0

// How long does a compiled rule set take to resolve, to load and to compile?
//
// Input: a botocore release as scripts/bench-rules lays it out. Output: a table, or with `--count` one case run that often,
// for tools that count instructions and allocations.

import EndpointRules
@_spi(Performance) import EndpointRulesCompiled
import StrictJSON

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The release that is measured.
struct Release {
  var partitions: Partitions
  var ruleSets: [(name: String, json: [UInt8])]
  var cases: [(service: String, parameters: Parameters)]

  /// Reads `partitions.json`, `sets.txt` with lines `name path`, and `cases.jsonl` with lines of service and parameters.
  init(folder: String) throws {
    partitions = try Partitions(json: contents("\(folder)/partitions.json"))
    ruleSets = Self.lines("\(folder)/sets.txt").compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 1).map(String.init)
      return fields.count == 2 ? (fields[0], contents(fields[1])) : nil
    }
    cases = try Self.lines("\(folder)/cases.jsonl").map { line in
      let json = try JSON(parsing: Array(line.utf8))
      var parameters = try Parameters(document: json["params"] ?? .object([]))
      parameters.undeclared = .ignored
      return (json["service"]?.string ?? "", parameters)
    }
  }

  private static func lines(_ path: String) -> [String] {
    String(decoding: contents(path), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func compiled(_ proof: Proof) throws -> CompiledRules {
    try CompiledRules(
      compiling: ruleSets.map { ($0.name, try RuleSet(json: $0.json)) }, partitions: partitions, proof: proof)
  }
}

@main
struct RulesBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    func option(_ name: String) -> String? {
      arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
    }
    guard let folder = option("--release") else {
      print(
        "usage: rules-bench --release FOLDER --image FILE [--case NAME --mode MODE --count N | --write | --memory]"
      )
      exit(64)
    }
    let imagePath = option("--image") ?? "\(folder)/rules.image"
    if arguments.contains("--memory") {
      print(try Table.memory())
    } else if arguments.contains("--write") {
      try write(Release(folder: folder).compiled(.standard).image, to: imagePath)
    } else if let count = option("--load").flatMap({ Int($0) }) {
      let image = contents(imagePath)
      for _ in 0..<count { keep(try CompiledRules(image: image)) }
    } else if let name = option("--case"), let count = option("--count").flatMap({ Int($0) }) {
      let rules = try CompiledRules(image: contents(imagePath))
      guard let test = BenchmarkCase.all.first(where: { $0.name == name }),
        let mode = Mode(rawValue: option("--mode") ?? "string"),
        let prepared = try PreparedCase(test, rules, nil)
      else { exit(64) }
      try prepared.run(mode, count)
    } else {
      try Table(release: Release(folder: folder), image: contents(imagePath)).print()
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard let file = unsafe fopen(path, "wb") else { exit(73) }
    unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
  }
}
