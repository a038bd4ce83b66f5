// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
@_spi(Performance) import EndpointRulesCompiled

/// A program that is asked for the URLs of all variants in region after region.
struct ProbedProgram {
  private let program: EndpointProgram
  private let dualStack: Int?
  private let fips: Int?
  /// The declared parameters.
  let parameters: [RuleSet.Parameter]

  /// Takes a program.
  init(_ program: EndpointProgram) {
    self.program = program
    parameters = program.parameters
    dualStack = program.slot(of: "UseDualStack")
    fips = program.slot(of: "UseFIPS")
  }

  /// Arguments of these parameters in a region.
  func arguments(_ parameters: Parameters, region: String) -> EndpointArguments {
    var arguments = program.arguments(parameters)
    arguments["Region"] = .string(region)
    return arguments
  }

  /// The URL in a variant; `nil` when the rules give an error instead.
  func url(_ arguments: inout EndpointArguments, _ variant: Variant) -> String? {
    if let dualStack { arguments[slot: dualStack] = .boolean(variant.isDualStack) }
    if let fips { arguments[slot: fips] = .boolean(variant.isFIPS) }
    return try? program.url(arguments)
  }
}
