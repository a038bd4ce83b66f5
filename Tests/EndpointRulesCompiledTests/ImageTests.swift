// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
import RulesTestKit
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// Images that are damaged, by accident and on purpose.
///
/// `EGRESS6_FLIPS` sets how many flipped bits are tried.
@Suite struct ImageTests {
  /// A few services with every kind of test and text, small enough to be damaged often.
  private static func smallRules() throws -> CompiledRules {
    let release = try CompiledRelease.all.get()
    let names = ["s3", "s3control", "dynamodb", "kinesis", "sts", "ec2", "cloudfront"]
    let sets = try names.map { name in
      let service = try release.newest(name)
      return (service.name, service.rules)
    }
    let version11 = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [
           {"fn": "split", "argv": [{"ref": "Text"}, "-", 0], "assign": "parts"},
           {"fn": "getAttr", "argv": [{"ref": "parts"}, "[-2]"], "assign": "piece"},
           {"fn": "coalesce", "argv": [{"ref": "Other"}, "{piece}{Text}"], "assign": "both"},
           {"fn": "uriEncode", "argv": [{"ref": "both"}], "assign": "encoded"},
           {"fn": "not", "argv": [{"fn": "stringEquals", "argv": [{"ref": "encoded"}, "{both}"]}]}],
         "endpoint": {"url": "https://{encoded}.{piece}", "headers": {"x-a": ["{both}", "b"]},
           "properties": {"n": 3, "list": [true, {"deep": "{Text}"}]}}}
        """#, version: "1.1"))
    return try CompiledRules(
      compiling: sets + [("version11", version11)], partitions: release.partitions, proof: .none)
  }

  private static func random(_ variable: String, _ fallback: Int) -> (SeededGenerator, Int) {
    let count = TestDepth.repetitions(variable, quick: fallback / 5, full: fallback)
    return (SeededGenerator(seed: SeededGenerator.seed("EGRESS6_FLIP_SEED")), count)
  }

  @Test("an image gives the same programs wherever it lies")
  func roundTrip() throws {
    let rules = try Self.smallRules()
    let image = rules.image
    #expect(try CompiledRules(image: image).image == image)
    for program in (0..<rules.count).map(rules.program) {
      var writer = ImageWriter(programCount: 1)
      let graph = DecisionGraph(program)
      let record = try writer.record(of: graph, name: program.name)
      let block = try writer.place(try #require(Botocore.partitions))
      let copy = try CompiledRules(image: writer.finish(directory: record, partitions: block))
      #expect(DecisionGraph(try #require(copy[program.name])) == graph)
      #expect(copy.program(at: 0).parameters == program.parameters)
    }
    unsafe try image.withUnsafeBytes { bytes in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      unsafe memory.copyMemory(from: bytes)
      let permanent = unsafe try CompiledRules(permanentImage: UnsafeRawBufferPointer(memory))
      #expect(permanent.names == rules.names)
    }
  }

  @Test("any flipped bit is noticed")
  func flippedBits() throws {
    let image = try Self.smallRules().image
    var (random, count) = Self.random("EGRESS6_FLIPS", 5_000)
    for _ in 0..<count {
      var damaged = image
      damaged[Int.random(in: 0..<image.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(throws: RuleImageError.self) { try CompiledRules(image: damaged) }
    }
  }

  @Test("a forged image with a right checksum is refused or does no harm")
  func forgedBits() throws {
    let image = try Self.smallRules().image
    let release = try CompiledRelease.all.get()
    let generators = try ["s3", "s3control", "dynamodb", "kinesis", "sts", "ec2", "cloudfront"].map {
      CaseGenerator(try release.newest($0).rules)
    }
    var (random, count) = Self.random("EGRESS6_FLIPS", 5_000)
    var accepted = 0
    for number in 0..<count {
      var forged = image
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: ImageLayout.checksum + 8..<image.count, using: &random)
        if random.oneIn(2) {
          forged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        } else {
          forged[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      ImageChecksum.seal(&forged)
      guard let rules = try? CompiledRules(image: forged) else { continue }
      accepted += 1
      _ = rules.names
      for index in 0..<rules.count {
        let program = rules.program(at: index)
        let generator = generators[(number + index) % generators.count]
        let leaf = random.pick(generator.leaves)
        let parameters = Parameters(
          generator.parameters(for: leaf, partitions: release.partitions, using: &random))
        let arguments = program.arguments(parameters)
        _ = try? program.resolve(arguments)
        _ = try? program.url(arguments)
        _ = try? program.decidingRule(arguments)
        var bytes = [UInt8](repeating: 0, count: 64)
        var span = bytes.mutableSpan
        _ = try? program.signing(arguments, scheme: number % 2, into: &span)
        if number % 10 == 0,
          let resolver = try? EndpointResolver(program, bound: parameters, unbound: ["Bucket"])
        {
          _ = try? resolver.url(resolver.arguments(parameters))
        }
      }
    }
    print("\(accepted) of \(count) forged images were accepted and run")
    #expect(accepted > 0)
  }

  @Test("a program that answers otherwise than its rule set is not handed out")
  func proof() throws {
    let release = try CompiledRelease.all.get()
    let partitions = [release.partitions] + release.partitions.varied
    for name in ["ec2", "sts", "sqs", "iam"] {
      let service = try release.newest(name)
      let graph = try GraphBuilder.graph(of: service.rules)
      func check(_ graph: DecisionGraph) throws {
        let variants = try partitions.map { partitions in
          var writer = ImageWriter(programCount: 1)
          let record = try writer.record(of: graph, name: name)
          let block = try writer.place(partitions)
          let rules = try CompiledRules(image: writer.finish(directory: record, partitions: block))
          return Proof.Variant(rules: rules, partitions: partitions)
        }
        try Proof.standard.check(graph, service.rules, named: name, variants)
      }
      try check(graph)
      for node in graph.nodes.indices {
        var wrong = graph
        (wrong.nodes[node].holds, wrong.nodes[node].fails) = (
          graph.nodes[node].fails, graph.nodes[node].holds
        )
        let error = #expect(throws: RuleCompilerError.self, "\(name), node \(node)") { try check(wrong) }
        #expect(error?.reason == .differs)
      }
    }
  }

  @Test("a forged image whose texts would grow without measure is refused")
  func forgedSizes() throws {
    let filler = String(repeating: "d", count: 40_000)
    let rules = try RuleSet(
      json: RuleSets.text(
        #"""
        {"type": "endpoint", "conditions": [
           {"fn": "split", "argv": [{"ref": "Text"}, "\#(filler)", 0], "assign": "first"},
           {"fn": "split", "argv": [{"ref": "Text"}, "\#(filler)e", 0], "assign": "second"}],
         "endpoint": {"url": "https://{first#[0]}{second#[0]}\#(String(repeating: "{Text}", count: 120))",
           "properties": {"p": "\#(String(repeating: "a", count: 40))"}}}
        """#,
        parameters:
          #""Text": {"type": "string"}, "Mode": {"type": "string", "required": true, "default": "x"}"#,
        version: "1.1"))
    let compiled = try CompiledRules(
      compiling: [("test", rules)], partitions: Partitions(json: Array(RuleSets.partitions.utf8)),
      proof: .none)
    let program = try #require(compiled["test"])
    let image = compiled.image
    let values = program.code.tables.run.values
    let literal = try #require(
      DecisionGraph(program).values.firstIndex {
        if case .literal(let text) = $0 { text.count == 40_000 } else { false }
      })

    func load(_ forge: (inout [UInt8]) -> Void) -> RuleImageError? {
      var forged = image
      forge(&forged)
      ImageChecksum.seal(&forged)
      do {
        _ = try CompiledRules(image: forged)
        return nil
      } catch {
        return error
      }
    }
    func says(_ text: String, _ error: RuleImageError?) -> Bool {
      if case .malformed(let what, _)? = error { what == text } else { false }
    }
    #expect(load { _ in } == nil)
    // A literal longer than the compiler makes.
    let long = load { image in
      let count = values + literal * ValueLayout.recordSize + ValueLayout.count
      for (index, byte) in [0x01, 0x00, 0x01, 0x00].enumerated() { image[count + index] = UInt8(byte) }
    }
    #expect(says("a text is too long", long), "\(String(describing: long))")
    // A template that has a long literal wherever it had a parameter: 120 × 40,000 bytes.
    let parameter = TemplateCode.parameter | UInt8(try #require(program.slot(of: "Text")))
    let run = Array(repeating: parameter, count: 120)
    let place = try #require((0..<image.count - 120).first { Array(image[$0..<$0 + 120]) == run })
    let repeated = load { image in
      image.replaceSubrange(
        place..<place + 120, with: repeatElement(TemplateCode.value | UInt8(literal), count: 120))
    }
    #expect(says("a text can get too long", repeated), "\(String(describing: repeated))")
    // A property that has the parameter as often as it had letters: with the URL that is too much.
    let letters = [40] + Array(repeating: UInt8(ascii: "a"), count: 40)
    let property = try #require((0..<image.count - 41).first { Array(image[$0..<$0 + 41]) == letters })
    let large = load { image in
      image.replaceSubrange(property..<property + 41, with: repeatElement(parameter, count: 41))
    }
    #expect(says("a result can get too long", large), "\(String(describing: large))")
    // A default that is longer than arguments may be.
    let mode = try #require(program.slot(of: "Mode"))
    let defaults = load { image in
      let place =
        program.code.tables.parameters + mode * ParameterLayout.recordSize + ParameterLayout.defaultValue
      for (index, byte) in [0x40, 0x00, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00].enumerated() {
        image[place + index] = UInt8(byte)
      }
    }
    #expect(says("the defaults are too long", defaults), "\(String(describing: defaults))")
    let name = load { image in
      for (index, byte) in [0x40, 0x00, 0x00, 0x00, 0x01, 0x04, 0x00, 0x00].enumerated() {
        image[ImageLayout.headerSize + ProgramLayout.name + index] = UInt8(byte)
      }
    }
    #expect(says("a name is too long", name), "\(String(describing: name))")
  }

  @Test("what is cut off, longer or something else is refused with its reason")
  func otherBytes() throws {
    let image = try Self.smallRules().image
    #expect(throws: RuleImageError.notAnImage) { try CompiledRules(image: []) }
    #expect(throws: RuleImageError.notAnImage) { try CompiledRules(image: Array(repeating: 0, count: 1000)) }
    #expect(throws: RuleImageError.size(found: image.count - 1, expected: image.count)) {
      try CompiledRules(image: image.dropLast())
    }
    #expect(throws: RuleImageError.size(found: image.count + 1, expected: image.count)) {
      try CompiledRules(image: image + [0])
    }
    var newer = image
    newer[ImageLayout.versionPlace] = 9
    #expect(throws: RuleImageError.version(9)) { try CompiledRules(image: newer) }
    for count in stride(from: 0, to: image.count, by: 997) {
      #expect(throws: RuleImageError.self) { try CompiledRules(image: Array(image.prefix(count))) }
    }
  }
}
