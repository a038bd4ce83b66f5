// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EndpointRules
@_spi(Performance) import EndpointRulesCompiled
import ServiceCatalog

/// Everything that is measured in one run.
struct Table {
  let release: Release
  let image: [UInt8]

  func print() throws {
    line("memory beside the image", "", "\(try Self.memory() / 1024) kB", "")
    let memory = ownMemory()
    let rules = try CompiledRules(image: image)
    for index in 0..<rules.count { keep(rules.program(at: index).parameters.count) }
    line("memory of a loaded copy", "", "\((ownMemory() - memory) / 1024) kB", "")
    line("case", "mode", "median", "min")
    for test in BenchmarkCase.all {
      guard let prepared = try PreparedCase(test, rules, release) else { continue }
      for mode in Mode.allCases {
        let result = try Measurement(operations: 100) { try prepared.run(mode, 100) }
        line(test.name, mode.rawValue, ns(result.median), ns(result.minimum))
      }
    }
    printFloor()
    try printMean(rules)
    try printLoad()
    try printCatalog()
    try printEnumeration(rules)
    try printCompile()
  }

  /// What strings cost whatever the rules do.
  private func printFloor() {
    let url = Array("https://bucket-name.s3.us-west-2.amazonaws.com".utf8)
    let fresh = Measurement(operations: 100) {
      for _ in 0..<100 { keep(String(decoding: url, as: UTF8.self)) }
    }
    line("floor: a fresh string", "", ns(fresh.median), ns(fresh.minimum))
    // Behind a closure that is not known when this is compiled, as an answer that exists is handed out.
    let texts = [String(decoding: url, as: UTF8.self), String(decoding: url.reversed(), as: UTF8.self)]
    let sources = texts.map { text -> (@Sendable () -> String) in { text } }
    let source = sources[min(release.cases.count, 1)]
    let handedOut = Measurement(operations: 100) {
      for _ in 0..<100 { keep(source()) }
    }
    line("floor: a stored string", "", ns(handedOut.median), ns(handedOut.minimum))
  }

  /// The mean over AWS's own cases, each resolved once per round.
  private func printMean(_ rules: CompiledRules) throws {
    let prepared = release.cases.compactMap { test in
      rules[test.service].map { ($0, $0.arguments(test.parameters)) }
    }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let buffer = try Measurement(operations: prepared.count, span: 1, repetitions: 21) {
      var span = bytes.mutableSpan
      for (program, arguments) in prepared { keep(try program.resolve(arguments, into: &span)) }
    }
    let string = Measurement(operations: prepared.count, span: 1, repetitions: 21) {
      for (program, arguments) in prepared { keep(try? program.url(arguments)) }
    }
    let full = Measurement(operations: prepared.count, span: 1, repetitions: 21) {
      for (program, arguments) in prepared { keep(try? program.resolve(arguments)) }
    }
    let binding = Measurement(operations: release.cases.count, span: 1, repetitions: 5) {
      for test in release.cases {
        if let program = rules[test.service] { keep(program.arguments(test.parameters)) }
      }
    }
    let name = "mean of \(prepared.count) cases"
    let ruleSets = try Dictionary(
      uniqueKeysWithValues: release.ruleSets.map { ($0.name, try RuleSet(json: $0.json)) })
    let interpreted = release.cases.compactMap { test in ruleSets[test.service].map { ($0, test.parameters) }
    }
    let interpreter = Measurement(operations: interpreted.count, span: 1, repetitions: 5) {
      for (ruleSet, parameters) in interpreted {
        keep(try? ruleSet.resolve(parameters, partitions: release.partitions))
      }
    }
    line(name, "interpreter", ns(interpreter.median), ns(interpreter.minimum))
    line(name, "string", ns(string.median), ns(string.minimum))
    line(name, "buffer", ns(buffer.median), ns(buffer.minimum))
    line(name, "full", ns(full.median), ns(full.minimum))
    line(name, "arguments", ns(binding.median), ns(binding.minimum))
  }

  private func printLoad() throws {
    unsafe try image.withUnsafeBytes { bytes in
      let load = try Measurement(span: 1_000_000, repetitions: 51) {
        keep(unsafe try CompiledRules(permanentImage: bytes))
      }
      line("load \(image.count) bytes in place", "", us(load.median), us(load.minimum))
    }
    let copy = try Measurement(span: 1_000_000, repetitions: 51) { keep(try CompiledRules(image: image)) }
    line("load a copy", "", us(copy.median), us(copy.minimum))
    let ready = try Measurement(span: 1_000_000, repetitions: 51) { keep(try Catalog.embedded()) }
    line("built-in catalog ready", "", us(ready.median), us(ready.minimum))
  }

  /// The bytes that the catalog takes beside its image when every program was looked up and asked once.
  static func memory() throws -> Int {
    let memory = ownMemory()
    let catalog = try Catalog.embedded()
    for service in catalog.services {
      guard let program = catalog.program(of: service.current) else { continue }
      keep(try? program.url(program.arguments(["Region": "eu-west-1"])))
    }
    return ownMemory() - memory
  }

  /// From nothing to the first answer of a client, and to all names.
  private func printCatalog() throws {
    let catalog = try Catalog.embedded()
    let resolver = ClientResolver(catalog)
    let query = EndpointQuery(service: "ec2", region: "eu-west-1")
    keep(try resolver.resolve(query))
    let first = try Measurement(span: 1, repetitions: 21) {
      let resolver = ClientResolver(try Catalog.embedded())
      keep(try resolver.resolve(query))
    }
    line("catalog, first answer", "", us(first.median), us(first.minimum))
    let hosts = try Measurement(span: 1, repetitions: 3) { keep(try catalog.hosts()) }
    line("list all hosts", "", us(hosts.median), us(hosts.minimum))
  }

  /// Every program with every region of every partition and the four variants.
  private func printEnumeration(_ rules: CompiledRules) throws {
    let regions = release.partitions.all.flatMap { $0.regions.map(\.name) }
    var count = 0
    var bytes = [UInt8](repeating: 0, count: 1024)
    let all = Measurement(span: 1, repetitions: 7) {
      count = 0
      var span = bytes.mutableSpan
      for index in 0..<rules.count {
        let program = rules.program(at: index)
        var arguments = program.arguments()
        guard let region = program.slot(of: "Region") else { continue }
        let fips = program.slot(of: "UseFIPS")
        let dualStack = program.slot(of: "UseDualStack")
        for name in regions {
          arguments[slot: region] = .string(name)
          for variant in 0..<4 {
            if let fips { arguments[slot: fips] = .boolean(variant & 1 != 0) }
            if let dualStack { arguments[slot: dualStack] = .boolean(variant & 2 != 0) }
            if let answer = try? program.resolve(arguments, into: &span) { keep(answer) }
            count += 1
          }
        }
      }
    }
    line("enumerate \(count) endpoints", "buffer", us(all.median), us(all.minimum))
  }

  private func printCompile() throws {
    let parse = try Measurement(span: 1, repetitions: 3) {
      for set in release.ruleSets { keep(try RuleSet(json: set.json)) }
    }
    let compile = try Measurement(span: 1, repetitions: 3) { keep(try release.compiled(.none)) }
    let prove = try Measurement(span: 1, repetitions: 3) { keep(try release.compiled(.standard)) }
    line("read \(release.ruleSets.count) rule sets", "", us(parse.median), us(parse.minimum))
    line("read and compile", "", us(compile.median), us(compile.minimum))
    line("read, compile and prove", "", us(prove.median), us(prove.minimum))
  }

  private func line(_ name: String, _ mode: String, _ median: String, _ minimum: String) {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }
    Swift.print(padded(name, 28) + padded(mode, 14) + padded(median, 14) + minimum)
  }

  private func ns(_ value: Double) -> String { "\(tenths(value)) ns" }
  private func us(_ value: Double) -> String { "\(tenths(value / 1000)) us" }
  private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
