// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

/// Gives each parameter of a rule set its value, in the order that all AWS clients follow: values fixed by the
/// operation, input members, paths into the input, client parameters, built-ins, and last the rule set's defaults.
struct OperationBinding {
  /// The operation; `nil` when only the client is known.
  let operation: Operation?
  /// The operation's input.
  let input: JSON
  /// The client's parameters.
  let clientParameters: [ServiceModel.ClientParameter]
  /// Values for client parameters by name.
  let settings: [String: RuleSet.Value]
  /// Values for built-ins by name.
  let builtIns: [String: RuleSet.Value]

  /// Binds all parameters that rules declare.
  func parameters(for declared: [RuleSet.Parameter]) throws(QueryError) -> Parameters {
    var parameters = Parameters()
    for parameter in declared { parameters[parameter.name] = try value(of: parameter) }
    return parameters
  }

  private func value(of parameter: RuleSet.Parameter) throws(QueryError) -> RuleSet.Value? {
    if let fixed = operation?.staticParameters.first(where: { $0.name == parameter.name }) {
      return fixed.value
    }
    // Of members with the same name the last one counts, as in a dictionary.
    if let member = operation?.memberParameters.last(where: { $0.name == parameter.name }),
      let value = try convert(input[member.source], to: parameter, from: member.source)
    {
      return value
    }
    if let path = operation?.pathParameters.first(where: { $0.name == parameter.name }) {
      guard let compiled = InputPath(path.source) else {
        throw .invalidInput("parameter \(parameter.name): the path \"\(path.source)\" is not supported")
      }
      if let value = try convert(compiled.value(in: input), to: parameter, from: path.source) { return value }
    }
    if clientParameters.contains(where: { $0.name == parameter.name }), let value = settings[parameter.name] {
      return value
    }
    return parameter.builtIn.flatMap { builtIns[$0] }
  }

  private func convert(
    _ value: JSON?, to parameter: RuleSet.Parameter, from source: String
  ) throws(QueryError) -> RuleSet.Value? {
    guard let value, value != .null else { return nil }
    switch (parameter.kind, value) {
    case (.string, .string(let text)): return .string(text)
    case (.boolean, .bool(let flag)): return .boolean(flag)
    case (.stringArray, .array(let elements)):
      let texts = elements.compactMap(\.string)
      guard texts.count == elements.count else { break }
      return .stringArray(texts)
    default: break
    }
    throw .invalidInput(
      "input \(source): expected a \(parameter.kind.rawValue) for parameter \(parameter.name), found \(value.kindText)"
    )
  }

  /// The host prefix with its labels filled in.
  ///
  /// - Parameter leavesAccountToRules: Whether the client drops the prefix `{AccountId}.` where the rules of S3 Control
  ///   add the account themselves.
  /// - Returns: `nil` when the operation has no prefix.
  /// - Throws: ``QueryError`` when the input has no label for the prefix, or a wrong one.
  func hostPrefix(leavesAccountToRules: Bool) throws(QueryError) -> String? {
    guard let operation, let template = operation.hostPrefix else { return nil }
    let rulesAddAccount =
      leavesAccountToRules
      && operation.staticParameters.contains {
        $0.name == "RequiresAccountId" && $0.value == .boolean(true)
      }
    if template == "{AccountId}.", rulesAddAccount { return nil }
    var prefix = template
    for label in operation.hostLabels {
      guard template.utf8.firstRange(of: "{\(label)}") != nil else { continue }
      guard let value = input[label]?.string else {
        throw .missingHostLabel(label, operation: operation.name)
      }
      let isLabel =
        !value.isEmpty
        && value.utf8.allSatisfy { byte in
          (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
      guard isLabel else { throw .invalidInput("\(label) \"\(value)\" cannot be part of a host name") }
      prefix = prefix.replacingAll("{\(label)}", with: value)
    }
    return prefix
  }
}
