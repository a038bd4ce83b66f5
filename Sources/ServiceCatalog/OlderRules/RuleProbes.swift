// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Questions that tell whether two rule sets give the same answers.
///
/// Rule sets that read only region, switches and endpoint URL are asked in every region that one of them names, in the first
/// regions of each partition and in regions that no partition lists, with every combination of the rest. Others count as
/// different: there are few of them, and no list of questions could be complete.
struct RuleProbes {
  private let old: RuleSet
  private let new: RuleSet
  private let partitions: Partitions

  init(_ old: RuleSet, _ new: RuleSet, _ partitions: Partitions) {
    self.old = old
    self.new = new
    self.partitions = partitions
  }

  private static let plain: Set<String?> = [
    "AWS::Region", "AWS::UseDualStack", "AWS::UseFIPS", "SDK::Endpoint",
  ]

  /// Whether both give the same answers.
  var areEquivalent: Bool {
    guard (old.parameters + new.parameters).allSatisfy({ Self.plain.contains($0.builtIn) }) else {
      return false
    }
    for region in regions {
      for dualStack in [false, true] {
        for fips in [false, true] {
          for url in [nil, "https://example.com"] {
            let values: [String: RuleSet.Value?] = [
              "AWS::Region": region.map { .string($0) }, "AWS::UseDualStack": .boolean(dualStack),
              "AWS::UseFIPS": .boolean(fips), "SDK::Endpoint": url.map { .string($0) },
            ]
            guard answer(old, values) == answer(new, values) else { return false }
          }
        }
      }
    }
    return true
  }

  /// The endpoint; `nil` for any error, whose words differ from release to release.
  private func answer(_ rules: RuleSet, _ values: [String: RuleSet.Value?]) -> Endpoint? {
    var parameters = Parameters()
    for parameter in rules.parameters {
      parameters[parameter.name] = values[parameter.builtIn ?? ""] ?? nil
    }
    guard case .endpoint(let endpoint)? = try? rules.resolve(parameters, partitions: partitions) else {
      return nil
    }
    return endpoint
  }

  private var regions: [String?] {
    var names: Set<String> = ["eu-new-1", "nowhere"]
    for partition in partitions.all {
      let listed = partition.regions.map(\.name)
      names.formUnion(listed.prefix(1))
      names.formUnion(listed.suffix(1))
      names.formUnion(listed.filter { $0.hasSuffix("-global") })
    }
    let known = Set(partitions.all.flatMap { $0.regions.map(\.name) })
    names.formUnion(RegionTexts.texts(in: old).union(RegionTexts.texts(in: new)).intersection(known))
    return names.sorted() + [nil]
  }
}

/// The texts that a rule set compares with.
private enum RegionTexts {
  static func texts(in rules: RuleSet) -> Set<String> {
    var texts: Set<String> = []
    collect(rules.rules, &texts)
    return texts
  }

  private static func collect(_ rules: [RuleSet.Rule], _ texts: inout Set<String>) {
    for rule in rules {
      for condition in rule.conditions {
        for argument in condition.arguments { collect(argument, &texts) }
      }
      if case .tree(let children) = rule.body { collect(children, &texts) }
    }
  }

  private static func collect(_ expression: RuleSet.Expression, _ texts: inout Set<String>) {
    switch expression {
    case .template(let template):
      for case .literal(let text) in template.parts { texts.insert(text) }
    case .array(let elements), .call(_, let elements):
      for element in elements { collect(element, &texts) }
    case .boolean, .integer, .reference: break
    }
  }
}
