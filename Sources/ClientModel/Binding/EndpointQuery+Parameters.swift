// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
import ServiceCatalog
import StrictJSON

extension EndpointQuery {
  /// The client parameter of S3 that has a setting of its own.
  static let expressSessionParameter = "DisableS3ExpressSessionAuth"

  /// Takes members out of the input that the operation does not have, and gives them to the client, where the rules take
  /// a parameter of that name from the client.
  ///
  /// - Parameters:
  ///   - known: The members of the operation's input.
  ///   - operation: The operation.
  ///   - parameters: The parameters of the rules.
  ///   - clientParameters: The client's parameters.
  /// - Throws: ``QueryError/unknownMember(_:operation:nearest:)`` for a name that neither knows.
  mutating func giveToClient(
    membersBeyond known: [String], _ operation: Operation, _ parameters: [RuleSet.Parameter],
    _ clientParameters: [ServiceModel.ClientParameter]
  ) throws(QueryError) {
    guard let members = input.object else { return }
    let settable = parameters.filter { parameter in
      parameter.builtIn != nil || clientParameters.contains { $0.name == parameter.name }
    }
    for member in members where !known.contains(member.name) {
      guard let parameter = settable.first(where: { $0.name == member.name }) else {
        throw .unknownMember(
          member.name, operation: operation.name,
          nearest: NearestNames.of(member.name, among: known + settable.map(\.name)))
      }
      let value = try Self.value(member.value, of: parameter)
      switch (parameter.builtIn, value) {
      case ("AWS::Region", .string(let text)): region = text
      case ("SDK::Endpoint", .string(let text)): endpointURL = text
      case ("AWS::UseDualStack", .boolean(let flag)): useDualStack = flag
      case ("AWS::UseFIPS", .boolean(let flag)): useFIPS = flag
      case (let builtIn?, _): settings[builtIn] = value
      case (nil, _): settings[parameter.name] = value
      }
    }
    input = .object(members.filter { known.contains($0.name) })
  }

  /// Turns the client parameters of the options into settings.
  ///
  /// - Parameters:
  ///   - declared: The client's parameters.
  ///   - service: The service's name, for errors.
  /// - Throws: ``QueryError`` for a parameter that the client does not have, or a value of another type.
  mutating func giveClientParameters(
    _ declared: [ServiceModel.ClientParameter], service: String
  ) throws(QueryError) {
    for (name, text) in options.clientParameters.sorted(by: { $0.key < $1.key }) {
      guard let parameter = declared.first(where: { $0.name == name }) else {
        throw .unknownClientParameter(
          name, service: service, nearest: NearestNames.of(name, among: declared.map(\.name)))
      }
      switch (parameter.kind, text) {
      case (.string, _): settings[name] = .string(text)
      case (.boolean, "true"): settings[name] = .boolean(true)
      case (.boolean, "false"): settings[name] = .boolean(false)
      case (.boolean, _):
        throw .invalidInput("client parameter \(name): expected true or false, found \"\(text)\"")
      case (.stringArray, _):
        settings[name] = .stringArray(text.split(separator: ",").map { String($0) })
      }
    }
    if let flag = options.s3DisableExpressSessionAuth,
      declared.contains(where: { $0.name == Self.expressSessionParameter })
    {
      settings[Self.expressSessionParameter] = .boolean(flag)
    }
  }

  private static func value(
    _ value: JSON, of parameter: RuleSet.Parameter
  ) throws(QueryError) -> RuleSet.Value {
    switch (parameter.kind, value) {
    case (.string, .string(let text)): return .string(text)
    case (.boolean, .bool(let flag)): return .boolean(flag)
    default:
      throw .invalidInput(
        "parameter \(parameter.name): expected a \(parameter.kind.rawValue), found \(value.kindText)")
    }
  }
}
