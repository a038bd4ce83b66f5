// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
@_spi(Performance) package import EndpointRulesCompiled
import Foundation
import StrictJSON
import Testing

/// An answer in the form that all engines share; the texts of engine errors are each engine's own.
package enum Answer: Hashable {
  case resolution(Resolution)
  case undeclared(String)
  case missing(String)
  case engine

  package init(_ body: () throws(ResolveError) -> Resolution) {
    do {
      self = .resolution(try body())
    } catch {
      switch error {
      case .undeclaredParameter(let name, _): self = .undeclared(name)
      case .missingParameter(let name): self = .missing(name)
      case .engine: self = .engine
      }
    }
  }
}

/// Compiled programs of the pinned release beside their rule sets.
package struct CompiledRelease {
  package struct Service {
    package var name: String
    package var rules: RuleSet
    package var program: EndpointProgram
  }

  package var partitions: Partitions
  package var compiled: CompiledRules
  package var services: [Service]

  /// Everything, compiled and proved once.
  package static let all: Result<CompiledRelease, any Error> = Result { try CompiledRelease() }

  private init() throws {
    partitions = try #require(Botocore.partitions)
    var sets: [(name: String, rules: RuleSet)] = []
    for (service, versions) in try Botocore.services() {
      for version in versions {
        sets.append(("\(service)/\(version)", try RuleSet(json: try Botocore.ruleSetJSON(service, version))))
      }
    }
    compiled = try CompiledRules(compiling: sets, partitions: partitions)
    services = []
    for (name, rules) in sets {
      services.append(Service(name: name, rules: rules, program: try #require(compiled[name])))
    }
  }

  /// The newest API version of a service.
  package func newest(_ service: String) throws -> Service {
    try #require(services.last { $0.name.hasPrefix("\(service)/") })
  }
}

extension EndpointProgram {
  /// The answer as a whole, as a string, and in a buffer; they must agree.
  package func answers(_ parameters: Parameters) -> Answer {
    let answer = Answer { () throws(ResolveError) in try resolve(parameters) }
    if case .undeclared = answer { return answer }
    let arguments = arguments(parameters)
    #expect(Answer { () throws(ResolveError) in try resolve(arguments) } == answer)
    expectSigning(answer, arguments)
    expectSame(
      answer, url: Result { () throws(EndpointError) in try url(arguments) },
      written: written { (buffer) throws(ResolveError) in try resolve(arguments, into: &buffer) })
    return answer
  }
}

extension EndpointProgram {
  /// The small form of each scheme must say what the full one says.
  private func expectSigning(_ answer: Answer, _ arguments: EndpointArguments) {
    var schemes: [AuthScheme] = []
    if case .resolution(.endpoint(let endpoint)) = answer { schemes = endpoint.authSchemes }
    var bytes = [UInt8](repeating: 0, count: 512)
    for index in 0...schemes.count {
      var span = bytes.mutableSpan
      let signing = (try? signing(arguments, scheme: index, into: &span)) ?? nil
      guard index < schemes.count, let signing else {
        #expect(signing == nil && index == schemes.count)
        continue
      }
      #expect(signing.scheme?.rawValue == schemes[index].name)
      guard signing.count <= bytes.count else { continue }
      #expect(String(decoding: bytes[signing.name], as: UTF8.self) == schemes[index].signingName ?? "")
      let region = schemes[index].signingRegion ?? schemes[index].signingRegionSet?.first
      #expect(String(decoding: bytes[signing.region], as: UTF8.self) == region ?? "")
      #expect(signing.disableDoubleEncoding == schemes[index].disableDoubleEncoding)
      #expect(signing.disableNormalizePath == schemes[index].disableNormalizePath)
    }
  }
}

@_spi(Performance)
extension EndpointResolver {
  /// The answer as a whole, as a string, and in a buffer; they must agree.
  package func answers(_ parameters: Parameters) -> Answer {
    let arguments = arguments(parameters)
    let answer = Answer { () throws(ResolveError) in try resolve(arguments) }
    expectSame(
      answer, url: Result { () throws(EndpointError) in try url(arguments) },
      written: written { (buffer) throws(ResolveError) in try resolve(arguments, into: &buffer) })
    return answer
  }
}

/// What a resolver wrote into a buffer.
private func written(
  _ body: (inout MutableSpan<UInt8>) throws(ResolveError) -> EndpointAnswer
) -> (kind: EndpointAnswer.Kind, text: String)? {
  var bytes = [UInt8](repeating: 0xAA, count: 80_000)
  var span = bytes.mutableSpan
  guard let answer = try? body(&span) else { return nil }
  return (answer.kind, String(decoding: bytes[..<answer.count], as: UTF8.self))
}

private func expectSame(
  _ answer: Answer, url: Result<String, EndpointError>, written: (kind: EndpointAnswer.Kind, text: String)?
) {
  switch answer {
  case .resolution(.endpoint(let endpoint)):
    #expect(url == .success(endpoint.url))
    #expect(written?.kind == .endpoint && written?.text == endpoint.url)
  case .resolution(.ruleError(let text)):
    #expect(url == .failure(.rule(text)))
    #expect(written?.kind == .ruleError && written?.text == text)
  case .resolution(.noMatch):
    #expect(url == .failure(.noMatch))
    #expect(written?.kind == .noMatch)
  case .missing(let name):
    #expect(url == .failure(.notResolved(.missingParameter(name))))
    #expect(written == nil)
  case .undeclared, .engine: #expect(written == nil)
  }
}

extension RuleSet {
  /// The interpreter's answer.
  package func answers(_ parameters: Parameters, partitions: Partitions) -> Answer {
    Answer { () throws(ResolveError) in try resolve(parameters, partitions: partitions) }
  }
}

extension RuleSet {
  /// The compiled rules must give the interpreter's answer: the program, and what is left of it with any of the parameters
  /// bound, all of them or none where there are many.
  ///
  /// - Returns: How many answers were compared; none for rules that cannot be compiled and that the interpreter gives up, too.
  @discardableResult
  package func expectSameCompiled(_ parameters: Parameters, _ partitions: Partitions) throws -> Int {
    let expected = answers(parameters, partitions: partitions)
    let compiled = Result { () throws(RuleCompilerError) in
      try CompiledRules(compiling: [("test", self)], partitions: partitions)
    }
    if case .failure(let error) = compiled, error.reason != .differs, expected == .engine { return 0 }
    let program = try #require(try compiled.get()["test"])
    #expect(program.answers(parameters) == expected, "compiled: \(parameters.values)")
    let names = self.parameters.map(\.name)
    let splits = names.count <= 4 ? Array(0..<1 << names.count) : [0, 1 << names.count - 1]
    for split in splits {
      let unbound = names.indices.filter { split >> $0 & 1 == 1 }.map { names[$0] }
      let bound = CaseGenerator.split(self, parameters, unbound: unbound.contains).bound
      let resolver = Result { () throws(ResolveError) in
        try EndpointResolver(program, bound: bound, unbound: unbound)
      }
      let special =
        (try? resolver.get())?.answers(parameters)
        ?? Answer { () throws(ResolveError) in
          _ = try resolver.get()
          return .noMatch
        }
      #expect(special == expected, "unbound \(unbound): \(parameters.values)")
    }
    return 1 + splits.count
  }
}

extension CaseGenerator {
  /// The rule set's parameters divided at random: values that are bound, and the names of unbound parameters.
  package static func split(
    _ rules: RuleSet, _ parameters: Parameters, _ random: inout SeededGenerator
  ) -> (bound: Parameters, unbound: [String]) {
    let unbound = Set(rules.parameters.map(\.name).filter { _ in random.oneIn(2) })
    return split(rules, parameters) { unbound.contains($0) }
  }

  /// The rule set's parameters divided by name.
  package static func split(
    _ rules: RuleSet, _ parameters: Parameters, unbound isUnbound: (String) -> Bool
  ) -> (bound: Parameters, unbound: [String]) {
    var bound = parameters
    var unbound: [String] = []
    for parameter in rules.parameters where isUnbound(parameter.name) {
      unbound.append(parameter.name)
      bound[parameter.name] = nil
    }
    return (bound, unbound)
  }
}
