// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// Makes parameters that lead to a given rule of a rule set, or nearly so.
///
/// Every condition on the way is made true by working back from what it compares to the parameter that it came from;
/// then some parameters are changed at random.
package struct CaseGenerator {
  /// A rule that gives a result, with all conditions on the path to it.
  package struct Leaf {
    package var path: RulePath
    package var conditions: [RuleSet.Condition]
  }

  package let rules: RuleSet
  package let leaves: [Leaf]
  private let literals: [String]

  package init(_ rules: RuleSet) {
    self.rules = rules
    var leaves: [Leaf] = []
    var literals: Set<String> = []
    func visit(_ expression: RuleSet.Expression) {
      switch expression {
      case .template(let template): if let text = template.literal { literals.insert(text) }
      case .call(_, let arguments): arguments.forEach(visit)
      default: break
      }
    }
    func walk(_ rules: [RuleSet.Rule], _ path: RulePath, _ above: [RuleSet.Condition]) {
      for (index, rule) in rules.enumerated() {
        let conditions = above + rule.conditions
        rule.conditions.forEach { $0.arguments.forEach(visit) }
        if case .tree(let children) = rule.body {
          walk(children, path.appending(index), conditions)
        } else {
          leaves.append(Leaf(path: path.appending(index), conditions: conditions))
        }
      }
    }
    walk(rules.rules, .root, [])
    self.leaves = leaves
    self.literals = literals.sorted()
  }

  /// Parameters aimed at a leaf.
  package func parameters(
    for leaf: Leaf, partitions: Partitions, using random: inout SeededGenerator
  ) -> [String: RuleSet.Value] {
    var aim = Aim(partitions: partitions, random: random)
    for parameter in rules.parameters {
      if parameter.name == "Region" ? !aim.random.oneIn(40) : aim.random.oneIn(parameter.isRequired ? 2 : 4) {
        aim.values[parameter.name] = value(of: parameter, &aim)
      }
    }
    // Bending a value for one condition may spoil it for an earlier one, so conditions on parts of values come again.
    let isIntricate = leaf.conditions.contains { $0.function == .substring || $0.function == .parseArn }
    for condition in isIntricate ? leaf.conditions + leaf.conditions : leaf.conditions {
      if let name = condition.assign { aim.assigned[name] = .call(condition.function, condition.arguments) }
      if !aim.random.oneIn(60) { aim.force(.call(condition.function, condition.arguments), true) }
    }
    if aim.random.oneIn(3), let parameter = rules.parameters.randomElement(using: &aim.random) {
      aim.values[parameter.name] = aim.random.oneIn(3) ? nil : value(of: parameter, &aim)
    }
    if aim.random.oneIn(200), let parameter = rules.parameters.randomElement(using: &aim.random) {
      aim.values[parameter.name] = aim.random.pick([
        .string("true"), .boolean(true), .stringArray(["a"]), .string(""),
      ])
    }
    if aim.random.oneIn(4), let name = aim.values.keys.sorted().randomElement(using: &aim.random),
      case .string(let text)? = aim.values[name]
    {
      aim.values[name] = .string(mutated(text, &aim.random))
    }
    random = aim.random
    return aim.values
  }

  /// The text with a character more, less or changed.
  private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    let place = Int.random(in: 0...bytes.count, using: &random)
    let byte = random.pick(Array(":/:/.-aZ09_ %[]#?@;".utf8))
    switch Int.random(in: 0..<3, using: &random) {
    case 0: bytes.insert(byte, at: place)
    case 1: if place < bytes.count { bytes.remove(at: place) }
    default: if place < bytes.count { bytes[place] = byte }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func value(of parameter: RuleSet.Parameter, _ aim: inout Aim) -> RuleSet.Value {
    switch parameter.kind {
    case .boolean: return .boolean(aim.random.oneIn(2))
    case .stringArray:
      return .stringArray(
        (0..<Int.random(in: 0...2, using: &aim.random)).map { _ in aim.random.pick(Samples.arns) })
    case .string:
      if parameter.name.lowercased() == "region" { return .string(aim.region()) }
      if parameter.name == "Endpoint" { return .string(aim.random.pick(Samples.urls)) }
      if aim.random.oneIn(2), !literals.isEmpty { return .string(aim.random.pick(literals)) }
      return .string(aim.random.pick(Samples.strings + Samples.arns))
    }
  }
}

/// Values that are likely to take an unusual path through the rules.
package enum Samples {
  package static let regions = [
    "us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1", "eusc-de-east-1", "aws-global", "aws-cn-global", "aws-us-gov-global", "local", "",
    "us-west-2-",
    "mx-central-9", "cn-no3th-1", "us-no_th-1", "us-east-", "us-east-1x", "us-iso-x-1", "xx-east-1",
    "US-EAST-1",
    "us-gov-east-12", "a.b", "-us-east-1", "us-east-1\n", "us-eäst-1", "us-east-\u{661}",
  ]
  package static let urls = [
    "https://example.com", "http://example.com:8080/path", "https://[2001:db8::1]",
    "https://[2001:db8::1]:443/a",
    "https://127.0.0.1", "https://127.0.0.1/x/", "https://1.2.3", "https://999.1.1.1", "HTTPS://Example.com",
    "https://example.com?", "https://example.com?a=b", "https://example.com#f", "https://example.com/a;b",
    "https://example.com/a;b/c", "https://example.com//a/./b/../c", "https://example.com/%41 b",
    "https://user@host",
    "https://example.com:99999", "https://example.com:x", "https://example.com:", "ftp://example.com",
    "example.com",
    "https://[fe80::1%25eth0]", "https://[fe80::1%eth0]:1", "https://[::ffff:1.2.3.4]", "https://[1.2.3.4]",
    "https://[x]", "https:/host", "https://", "https://beta.example.com",
    "https://abc.s3.us-west-2.amazonaws.com", "",
    " https://example.com", "https://exa\tmple.com", "https://é.example/ü", "https://example.com/..",
    "http://a:b:80",
    "https://vpce-1234.s3.us-west-2.vpce.amazonaws.com", "https://example.com:080/", "https://[::1",
    "https://a@[::1]",
  ]
  package static let strings = [
    "bucket", "bucket-name", "Bucket", "my.bucket", "my..bucket", "a", "ab", "", "-bucket", "bucket-",
    "1.2.3.4",
    "999.999.1.1", "bucket name", "a--use1-az1--x-s3", "bucket--abcd-ab1--x-s3", "bucket--usw2-az1--xa-s3",
    "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3", "123456789012", "0123456789012",
    "abc_def",
    "key/with space", "ünïcode", "preferred", "required", "disabled", "a.b.c", "_", "x\u{661}y", "bucket\n",
    "\u{212A}ey",
    "01234567890123456789012345678901234567890123456789012345678901234", "data", "control", "s3-outposts",
  ]
  package static let arns = [
    "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint",
    "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
    "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/myendpoint", "arn:aws:s3:us-east-1:12345:bucket:x",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:bucket:mybucket",
    "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint:mybanner", "arn:aws:s3:::bucket",
    "arn:aws:s3",
    "arn:aws:dynamodb:us-east-1:123456789012:table/name",
    "arn:aws:kinesis:us-east-1:123456789012:stream/test-stream",
    "arn:aws:kinesis:us-east-1:123:stream/test/consumer/c:1", "arn::::::", "arn:aws:a:b:c:",
    "arn:aws:s3:r:a:a::b/c",
  ]
}
