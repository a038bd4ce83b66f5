// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// The ways in which the operations of an API version fill the parameters of its rules, each way once.
struct ServiceProbes {
  /// One way: the fixed values, the parameters from input, and the client's flags.
  struct Probe: Hashable {
    /// Values that operations fix.
    var fixed: [Operation.StaticParameter]
    /// Rule parameters filled from input.
    var members: [String]
    /// Built-ins of the client that are set.
    var flags: [String] = []

    /// How many parameters are filled.
    var parameterCount: Int { fixed.count + members.count + flags.count }
    /// Whether a client may take this way by itself, in place of the one without flags.
    ///
    /// It knows its account, or was set to the global name. Acceleration is a choice of its own.
    var isClientsOwn: Bool { !flags.isEmpty && flags != [ServiceProbes.acceleration] }
  }

  /// A way with the host prefixes of its operations and how many operations use each.
  struct Group {
    var probe: Probe
    var prefixes: [String: Int]
  }

  /// The flag that only names with a bucket know.
  private static let acceleration = "Accelerate"

  /// The ways, sorted so that the plainest comes first.
  private(set) var groups: [Group] = []

  /// Collects the ways of a version's operations.
  ///
  /// - Parameters:
  ///   - operations: the operations.
  ///   - parameters: the parameters of the rules.
  ///   - read: the names of those that the rules read; the others are ignored.
  init(_ operations: [Operation], parameters: [RuleSet.Parameter], read: Set<String>) {
    var found: [Probe: [String: Int]] = [Probe(fixed: [], members: []): operations.isEmpty ? ["": 1] : [:]]
    for operation in operations {
      let fixed = operation.staticParameters.filter { read.contains($0.name) }
      let members = Set(operation.memberParameters.map(\.name) + operation.pathParameters.map(\.name))
        .intersection(read).subtracting(fixed.map(\.name)).sorted()
      let prefix = Self.prefix(of: operation)
      found[Probe(fixed: fixed, members: members), default: [:]][prefix, default: 0] += 1
      // Most members may be left out.
      if !members.isEmpty { found[Probe(fixed: fixed, members: []), default: [:]][prefix, default: 0] += 0 }
    }
    for flag in Self.flags(of: parameters, read) {
      let isBucketFlag = flag == Self.acceleration
      found[Probe(fixed: [], members: isBucketFlag ? ["Bucket"] : [], flags: [flag]), default: [:]][
        "", default: 0] += 0
    }
    groups = found.map { Group(probe: $0, prefixes: $1.isEmpty ? ["": 0] : $1) }
      .sorted { Self.order($0.probe).lexicographicallyPrecedes(Self.order($1.probe)) }
  }

  /// Client settings that lead to other names than an operation's input does.
  private static func flags(of parameters: [RuleSet.Parameter], _ read: Set<String>) -> [String] {
    parameters.compactMap { parameter in
      guard read.contains(parameter.name) else { return nil }
      switch parameter.builtIn {
      case "AWS::S3::Accelerate", "AWS::S3::UseGlobalEndpoint", "AWS::STS::UseGlobalEndpoint",
        "AWS::Auth::AccountId":
        return parameter.name
      default: return nil
      }
    }
  }

  private static func order(_ probe: Probe) -> [String] {
    ["\(probe.flags.count)\(probe.fixed.count)\(probe.members.count)"] + probe.flags
      + probe.fixed.map { "\($0.name)=\($0.value)" } + probe.members
  }

  /// An operation's host prefix with representative values in its labels.
  private static func prefix(of operation: Operation) -> String {
    guard var prefix = operation.hostPrefix else { return "" }
    // The rules of S3 Control add the account themselves.
    if prefix == "{AccountId}.",
      operation.staticParameters.contains(where: { $0.name == "RequiresAccountId" })
    {
      return ""
    }
    for label in operation.hostLabels {
      prefix = prefix.replacingAll("{\(label)}", with: RepresentativeValues.label(label))
    }
    return prefix
  }
}

/// Which names a rule set reads.
enum RuleReferences {
  /// The names of parameters and assigned values that conditions, templates and messages read.
  static func names(in rules: RuleSet) -> Set<String> {
    var names: Set<String> = []
    for rule in rules.rules { collect(rule, &names) }
    return names
  }

  private static func collect(_ rule: RuleSet.Rule, _ names: inout Set<String>) {
    for condition in rule.conditions { for argument in condition.arguments { collect(argument, &names) } }
    switch rule.body {
    case .tree(let rules): for rule in rules { collect(rule, &names) }
    case .error(let message): collect(message, &names)
    case .endpoint(let template):
      collect(template.url, &names)
      for header in template.headers { for value in header.values { collect(value, &names) } }
    }
  }

  private static func collect(_ expression: RuleSet.Expression, _ names: inout Set<String>) {
    switch expression {
    case .reference(let name): names.insert(name)
    case .call(_, let arguments), .array(let arguments):
      for argument in arguments { collect(argument, &names) }
    case .template(let template):
      for part in template.parts { if case .reference(let name, path: _) = part { names.insert(name) } }
    case .boolean, .integer: break
    }
  }
}
