// SPDX-License-Identifier: Apache-2.0

import EndpointRules
@_spi(Performance) import EndpointRulesCompiled

/// One line of the table: a service with parameters.
struct BenchmarkCase {
  var name: String
  var service: String
  var parameters: Parameters
  /// What a client does not fix.
  var unbound: [String] = []

  static let all = [
    BenchmarkCase(name: "ec2", service: "ec2", parameters: ["Region": "us-east-1"]),
    BenchmarkCase(
      name: "sts", service: "sts", parameters: ["Region": "us-east-1", "UseGlobalEndpoint": false]),
    BenchmarkCase(name: "lambda", service: "lambda", parameters: ["Region": "us-east-1"]),
    BenchmarkCase(name: "sqs", service: "sqs", parameters: ["Region": "us-east-1", "UseDualStack": true]),
    BenchmarkCase(
      name: "s3-virtual", service: "s3", parameters: ["Region": "us-west-2", "Bucket": "bucket-name"],
      unbound: ["Bucket"]),
    BenchmarkCase(
      name: "s3-access-point", service: "s3",
      parameters: [
        "Region": "us-west-2", "Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint",
      ], unbound: ["Bucket"]),
    BenchmarkCase(
      name: "s3-outposts", service: "s3",
      parameters: [
        "Region": "us-west-2",
        "Bucket":
          "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
      ], unbound: ["Bucket"]),
  ]
}

/// How a case is resolved.
enum Mode: String, CaseIterable {
  /// By the interpreter, everything that the rules say.
  case interpreter
  /// A fresh string.
  case string
  /// Into a buffer of the caller.
  case buffer
  /// Everything that the rules say, with properties.
  case full
  /// With bound parameters: a string.
  case bound
  /// With everything bound, and no arguments.
  case allBound = "all-bound"
  /// The same into a buffer.
  case allBoundBuffer = "all-bound-buffer"
  /// With bound parameters into a buffer.
  case boundBuffer = "bound-buffer"
  /// With bound parameters and a memo.
  case memo
}

/// A case made ready to be resolved again and again.
struct PreparedCase {
  private let program: EndpointProgram
  private let resolver: EndpointResolver
  private let constant: EndpointResolver
  private let arguments: EndpointArguments
  private let ruleSet: RuleSet?
  private let partitions: Partitions?
  private let parameters: Parameters

  /// Prepares a case; the release is needed for the interpreter only.
  init?(_ test: BenchmarkCase, _ rules: CompiledRules, _ release: Release?) throws {
    guard let program = rules[test.service] else { return nil }
    ruleSet = try release?.ruleSets.first { $0.name == test.service }.map { try RuleSet(json: $0.json) }
    partitions = release?.partitions
    parameters = test.parameters
    self.program = program
    arguments = program.arguments(test.parameters)
    resolver = try EndpointResolver(program, bound: test.parameters, unbound: test.unbound)
    constant = try EndpointResolver(program, bound: test.parameters)
  }

  /// Resolves a number of times.
  @inline(never)
  func run(_ mode: Mode, _ count: Int) throws {
    var bytes = [UInt8](repeating: 0, count: 512)
    switch mode {
    case .interpreter:
      guard let ruleSet, let partitions else { return }
      for _ in 0..<count { keep(try ruleSet.resolve(parameters, partitions: partitions)) }
    case .string: for _ in 0..<count { keep(try program.url(arguments)) }
    case .full: for _ in 0..<count { keep(try program.resolve(arguments)) }
    case .bound: for _ in 0..<count { keep(try resolver.url(arguments)) }
    case .allBound: for _ in 0..<count { keep(try constant.url()) }
    case .allBoundBuffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try constant.resolve(into: &span)) }
    case .buffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try program.resolve(arguments, into: &span)) }
    case .boundBuffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try resolver.resolve(arguments, into: &span)) }
    case .memo:
      var memo = EndpointResolver.Memo()
      for _ in 0..<count { keep(try resolver.url(arguments, memo: &memo)) }
    }
  }
}
