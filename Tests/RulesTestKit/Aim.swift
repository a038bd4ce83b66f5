// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// Parameters that are being bent until conditions hold.
package struct Aim {
  package let partitions: Partitions
  package var random: SeededGenerator
  package var values: [String: RuleSet.Value] = [:]
  /// The calls whose results have names.
  package var assigned: [String: RuleSet.Expression] = [:]

  package init(partitions: Partitions, random: SeededGenerator) {
    self.partitions = partitions
    self.random = random
  }

  package mutating func region() -> String {
    random.oneIn(2) ? random.pick(random.pick(partitions.all).regions).name : random.pick(Samples.regions)
  }

  /// Makes a call hold, or fail.
  package mutating func force(_ expression: RuleSet.Expression, _ goal: Bool) {
    switch expression {
    case .reference(let name):
      if let call = assigned[name] { force(call, goal) } else { values[name] = .boolean(goal) }
    case .call(.not, let arguments): force(arguments[0], !goal)
    case .call(.isSet, let arguments): force(arguments[0], isSet: goal)
    case .call(.booleanEquals, let arguments):
      for (side, other) in [(arguments[0], arguments[1]), (arguments[1], arguments[0])] {
        if case .boolean(let flag) = other { force(boolean: side, flag == goal) }
      }
    case .call(.stringEquals, let arguments):
      let left = text(arguments[0])
      let right = text(arguments[1])
      if goal, left != nil, left == right { return }
      if goal, let left, literal(arguments[1]) == nil, random.oneIn(2) {
        force(arguments[1], text: left)
      } else if case .template = arguments[1], let right {
        force(arguments[0], text: goal ? right : random.pick(Samples.strings))
      } else if let left {
        force(arguments[1], text: goal ? left : random.pick(Samples.strings))
      }
    case .call(.isValidHostLabel, let arguments), .call(.isVirtualHostableS3Bucket, let arguments):
      let bad = ["bucket_name", "", "a b", "-a", "a..b"]
      force(arguments[0], text: goal ? Self.label(text(arguments[0]) ?? "my-label") : random.pick(bad))
    case .call(.parseURL, let arguments), .call(.parseArn, let arguments), .call(.substring, let arguments),
      .call(.getAttr, let arguments), .call(.uriEncode, let arguments), .call(.partition, let arguments):
      _ = arguments
      force(expression, isSet: goal)
    default: break
    }
  }

  /// The nearest host label to a text, of at least three characters.
  private static func label(_ text: String) -> String {
    var bytes = text.lowercased().utf8.suffix(60).map {
      isLetter($0) || isDigit($0) || $0 == 0x2D ? $0 : 0x61
    }
    if bytes.first == 0x2D { bytes.insert(0x61, at: 0) }
    if bytes.last == 0x2D { bytes.append(0x61) }
    while bytes.count < 3 { bytes.insert(0x61, at: 0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Gives an expression a value, or takes it away.
  private mutating func force(_ expression: RuleSet.Expression, isSet goal: Bool) {
    switch expression {
    case .reference(let name):
      if let call = assigned[name] {
        force(call, isSet: goal)
      } else if !goal {
        values[name] = nil
      } else if values[name] == nil {
        values[name] = sample(name)
      }
    case .call(.parseURL, let arguments):
      if goal, let current = text(arguments[0]), ParsedURL(current) != nil { return }
      force(arguments[0], text: goal ? random.pick(Array(Samples.urls.prefix(6))) : "not a url")
    case .call(.parseArn, let arguments):
      if goal, let current = text(arguments[0]), ParsedARN(current) != nil { return }
      force(arguments[0], text: goal ? random.pick(Samples.arns) : random.pick(Samples.strings))
    case .call(.substring, let arguments):
      guard case .integer(let stop) = arguments[2] else { return }
      let current = text(arguments[0]) ?? ""
      if goal, current.utf8.count < stop {
        let filler = String(repeating: "x", count: Int(stop) - current.utf8.count)
        force(arguments[0], text: arguments[3] == .boolean(true) ? filler + current : current + filler)
      }
      if !goal { force(arguments[0], text: "a") }
    case .call(.getAttr, let arguments):
      if goal, text(expression) == nil {
        force(expression, text: random.pick(["accesspoint", "a", "op-0123456789"]))
      }
      if !goal { force(arguments[0], isSet: random.oneIn(2)) }
    case .call(.uriEncode, let arguments), .call(.partition, let arguments): force(arguments[0], isSet: goal)
    case .call: force(expression, goal)
    default: break
    }
  }

  private mutating func sample(_ name: String) -> RuleSet.Value {
    switch name {
    case "Region", "region": .string(region())
    case "Endpoint": .string(random.pick(Samples.urls))
    case "Bucket", "BucketName": .string(random.pick(Samples.strings + Samples.arns))
    case _ where name.hasSuffix("List"): .stringArray([random.pick(Samples.arns)])
    case _ where name.hasPrefix("Use") || name.hasPrefix("Disable") || name.hasPrefix("Requires"):
      .boolean(true)
    case _ where name.lowercased().hasSuffix("arn"): .string(random.pick(Samples.arns))
    default: .string(random.pick(Samples.strings))
    }
  }

  private mutating func force(boolean expression: RuleSet.Expression, _ flag: Bool) {
    switch expression {
    case .reference(let name):
      if let call = assigned[name] { force(call, flag) } else { values[name] = .boolean(flag) }
    case .call(.getAttr, let arguments):
      guard let attribute = literal(arguments[1]), case .call(let function, let inner)? = source(arguments[0])
      else {
        return
      }
      if function == .partition {
        let current = text(inner[0]).map { RuntimeValue.partition(partitions.partition(forRegion: $0)) }
        if current?.attribute(attribute) == .boolean(flag) { return }
        let fitting = partitions.all.filter {
          RuntimeValue.partition($0).attribute(attribute) == .boolean(flag)
        }
        if let partition = fitting.randomElement(using: &random) {
          force(inner[0], text: random.pick(partition.regions).name)
        }
      } else if function == .parseURL {
        force(
          inner[0],
          text: flag ? random.pick(["https://127.0.0.1", "https://[::1]:8443/a"]) : "https://example.com")
      }
    default: force(expression, flag)
    }
  }

  /// Makes an expression that text.
  private mutating func force(_ expression: RuleSet.Expression, text goal: String) {
    switch expression {
    case .reference(let name):
      if let call = assigned[name] { force(call, text: goal) } else { values[name] = .string(goal) }
    case .template(let template):
      guard case .reference(let name, let path)? = template.parts.first else { return }
      let attribute = path.map { RuleSet.Expression.template(.init(literal: $0)) }
      force(attribute.map { .call(.getAttr, [.reference(name), $0]) } ?? .reference(name), text: goal)
    case .call(.uriEncode, let arguments): force(arguments[0], text: goal)
    case .call(.substring, let arguments): force(substring: arguments, goal)
    case .call(.getAttr, let arguments):
      guard let attribute = literal(arguments[1]).flatMap(AttributePath.init) else { return }
      switch source(arguments[0]) {
      case .call(.parseArn, let inner): force(arn: inner[0], attribute, goal)
      case .call(.partition, let inner):
        if let partition = partitions[id: goal] ?? partitions.all.first(where: { $0.dnsSuffix == goal }) {
          force(inner[0], text: random.pick(partition.regions).name)
        }
      case .reference(let name): values[name] = .stringArray([goal])
      default: break
      }
    default: break
    }
  }

  private mutating func force(substring arguments: [RuleSet.Expression], _ goal: String) {
    guard case .integer(let start) = arguments[1], case .integer(let stop) = arguments[2],
      case .boolean(let isReversed) = arguments[3]
    else { return }
    var bytes = Array((text(arguments[0]) ?? "").utf8)
    let piece = Array(goal.utf8).prefix(Int(stop - start))
    let missing = Int(stop) - bytes.count
    if missing > 0 {
      let filler = [UInt8](repeating: UInt8(ascii: "x"), count: missing)
      bytes = isReversed ? filler + bytes : bytes + filler
    }
    let first = isReversed ? bytes.count - Int(stop) : Int(start)
    bytes.replaceSubrange(first..<first + piece.count, with: piece)
    force(arguments[0], text: String(decoding: bytes, as: UTF8.self))
  }

  private mutating func force(arn expression: RuleSet.Expression, _ attribute: AttributePath, _ goal: String)
  {
    let current = text(expression).flatMap(ParsedARN.init) ?? ParsedARN(random.pick(Samples.arns))
    guard var arn = current ?? ParsedARN("arn:aws:s3:us-west-2:123456789012:accesspoint:a") else { return }
    switch attribute.names.first {
    case "partition": arn.partition = goal
    case "service": arn.service = goal
    case "region": arn.region = goal
    case "accountId": arn.accountID = goal
    default:
      guard let index = attribute.index, index >= 0 else { return }
      while arn.resourceID.count <= index { arn.resourceID.append("x\(arn.resourceID.count)") }
      arn.resourceID[index] = goal
    }
    let resource = arn.resourceID.joined(separator: random.oneIn(2) ? ":" : "/")
    force(expression, text: "arn:\(arn.partition):\(arn.service):\(arn.region):\(arn.accountID):\(resource)")
  }

  /// The call behind a name, or the expression itself.
  private func source(_ expression: RuleSet.Expression) -> RuleSet.Expression? {
    if case .reference(let name) = expression { return assigned[name] ?? expression }
    return expression
  }

  private func literal(_ expression: RuleSet.Expression) -> String? {
    if case .template(let template) = expression { template.literal } else { nil }
  }

  /// The text that an expression has with the values so far.
  private func text(_ expression: RuleSet.Expression) -> String? {
    var interpreter = Interpreter(partitions: partitions)
    var entries: [String: RuntimeValue?] = values.mapValues { RuntimeValue($0) }
    for _ in 0..<3 {
      interpreter.scope = entries.map { ($0.key, $0.value) }
      for (name, call) in assigned where entries[name] == nil {
        if let value = try? interpreter.value(call) { entries[name] = .some(value) }
      }
    }
    interpreter.scope = entries.map { ($0.key, $0.value) }
    if case .string(let text)? = try? interpreter.value(expression) { return text }
    return nil
  }
}
