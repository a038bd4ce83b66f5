// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

/// Gives each parameter of a rule set its value, in the order that all AWS clients keep: what the operation fixes, its
/// input members, paths into its input, client parameters, built-ins; the rule set's own defaults come last.
struct OperationBinding {
  /// The operation; none when only the client is known.
  var operation: Operation?
  /// The operation's input.
  var input: JSON
  /// The client's parameters.
  var clientParameters: [ServiceModel.ClientParameter]
  /// Values for client parameters by name.
  var settings: [String: RuleSet.Value]
  /// Values for built-ins by name.
  var builtIns: [String: RuleSet.Value]

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
    // Later members of the same name stand, as in a dictionary.
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

  /// The host prefix with its labels filled in; none when the operation has none.
  func hostPrefix() throws(QueryError) -> String? {
    guard let operation, let template = operation.hostPrefix else { return nil }
    // The rules of S3 Control add the account themselves; its clients take the prefix away.
    let rulesAddAccount = operation.staticParameters.contains {
      $0.name == "RequiresAccountId" && $0.value == .boolean(true)
    }
    if template == "{AccountId}.", rulesAddAccount { return nil }
    var prefix = template
    for label in operation.hostLabels {
      guard template.utf8.firstRange(of: "{\(label)}") != nil else { continue }
      guard let value = input[label]?.string else {
        throw .invalidInput("\(operation.name) needs \(label) for its host name; add --param \(label)=…")
      }
      let isLabel =
        !value.isEmpty
        && value.utf8.allSatisfy { byte in
          (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
      guard isLabel else { throw .invalidInput("\(label) \"\(value)\" cannot stand in a host name") }
      prefix = prefix.replacingAll("{\(label)}", with: value)
    }
    return prefix
  }
}

extension OperationBinding {
  /// What S3 Control's clients do with ARNs of Outposts: the account in the ARN becomes the `AccountId`.
  mutating func splitOutpostsARN() throws(QueryError) {
    guard let operation else { return }
    for member in ["Name", "Bucket"] where !(member == "Name" && operation.name == "CreateAccessPoint") {
      guard let arn = input[member]?.string, arn.hasPrefix("arn:") else { continue }
      let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[2] == "s3-outposts" else {
        throw .invalidInput("\(member) \"\(arn)\": only ARNs of S3 on Outposts can stand here")
      }
      let account = String(parts[4])
      guard case .object(var members) = input else { continue }
      if let given = input["AccountId"]?.string {
        guard given == account else {
          throw .invalidInput("AccountId \(given) is not the account of \(arn); leave it out or correct it")
        }
      } else {
        members.append(JSON.Member("AccountId", .string(account)))
        input = .object(members)
      }
    }
  }
}
