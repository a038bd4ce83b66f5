// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import EndpointRulesCompiled

/// One line of the table: a service with parameters.
struct BenchmarkCase {
  var name: String
  var service: String
  var parameters: Parameters
  /// What a client does not fix.
  var late: [String] = []

  static let all = [
    BenchmarkCase(name: "ec2", service: "ec2", parameters: ["Region": "us-east-1"]),
    BenchmarkCase(
      name: "sts", service: "sts", parameters: ["Region": "us-east-1", "UseGlobalEndpoint": false]),
    BenchmarkCase(name: "lambda", service: "lambda", parameters: ["Region": "us-east-1"]),
    BenchmarkCase(name: "sqs", service: "sqs", parameters: ["Region": "us-east-1", "UseDualStack": true]),
    BenchmarkCase(
      name: "s3-virtual", service: "s3", parameters: ["Region": "us-west-2", "Bucket": "bucket-name"],
      late: ["Bucket"]),
    BenchmarkCase(
      name: "s3-access-point", service: "s3",
      parameters: [
        "Region": "us-west-2", "Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint",
      ], late: ["Bucket"]),
    BenchmarkCase(
      name: "s3-outposts", service: "s3",
      parameters: [
        "Region": "us-west-2",
        "Bucket":
          "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
      ], late: ["Bucket"]),
  ]
}

/// How a case is resolved.
enum Mode: String, CaseIterable {
  /// A fresh string.
  case string
  /// Into a buffer of the caller.
  case buffer
  /// Everything that the rules say, with properties.
  case full
  /// With fixed parameters: a string.
  case fixed
  /// With everything fixed, and no arguments.
  case allFixed = "all-fixed"
  /// The same into a buffer.
  case allFixedBuffer = "all-fixed-buffer"
  /// With fixed parameters into a buffer.
  case fixedBuffer = "fixed-buffer"
  /// With fixed parameters and a memo.
  case memo
}

/// A case made ready to be resolved again and again.
struct PreparedCase {
  private let program: EndpointProgram
  private let resolver: EndpointResolver
  private let constant: EndpointResolver
  private let arguments: EndpointArguments

  init?(_ test: BenchmarkCase, _ rules: CompiledRules) throws {
    guard let program = rules[test.service] else { return nil }
    self.program = program
    arguments = program.arguments(test.parameters)
    resolver = try EndpointResolver(program, fixed: test.parameters, late: test.late)
    constant = try EndpointResolver(program, fixed: test.parameters)
  }

  /// Resolves a number of times.
  @inline(never)
  func run(_ mode: Mode, _ count: Int) throws {
    var bytes = [UInt8](repeating: 0, count: 512)
    switch mode {
    case .string: for _ in 0..<count { keep(try program.url(arguments)) }
    case .full: for _ in 0..<count { keep(try program.resolve(arguments)) }
    case .fixed: for _ in 0..<count { keep(try resolver.url(arguments)) }
    case .allFixed: for _ in 0..<count { keep(try constant.url()) }
    case .allFixedBuffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try constant.resolve(into: &span)) }
    case .buffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try program.resolve(arguments, into: &span)) }
    case .fixedBuffer:
      var span = bytes.mutableSpan
      for _ in 0..<count { keep(try resolver.resolve(arguments, into: &span)) }
    case .memo:
      var memo = EndpointResolver.Memo()
      for _ in 0..<count { keep(try resolver.url(arguments, memo: &memo)) }
    }
  }
}
