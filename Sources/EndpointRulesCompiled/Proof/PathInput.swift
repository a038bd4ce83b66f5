// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Parameters that lead along a path: each is changed until the tests on the path have the wanted outcomes, or nearly so.
struct PathInput {
  let graph: DecisionGraph
  let partitions: Partitions
  var random: ProofGenerator
  var values: [String: RuleSet.Value] = [:]

  init(_ graph: DecisionGraph, _ partitions: Partitions, _ random: ProofGenerator) {
    self.graph = graph
    self.partitions = partitions
    self.random = random
  }

  /// Gives most required and some other parameters a value.
  mutating func fillAtRandom() {
    for (slot, parameter) in graph.parameters.enumerated() {
      let isWanted = parameter.isRequired && parameter.defaultValue == nil
      if isWanted ? random.below(20) > 0 : random.below(parameter.name == "Region" ? 20 : 3) > 1 {
        values[parameter.name] = sample(slot)
      }
    }
  }

  private mutating func sample(_ slot: Int) -> RuleSet.Value {
    let parameter = graph.parameters[slot]
    switch parameter.kind {
    case .boolean: return .boolean(random.below(2) == 0)
    case .stringArray: return .stringArray((0..<random.below(3)).map { _ in random.pick(ProofSamples.arns) })
    case .string:
      let name = parameter.name.lowercased()
      if name == "region" { return .string(region()) }
      if name == "endpoint" { return .string(random.pick(ProofSamples.urls)) }
      if name.hasSuffix("arn"), random.below(4) > 0 { return .string(random.pick(ProofSamples.arns)) }
      return .string(random.pick(random.below(2) == 0 ? ProofSamples.texts : literals))
    }
  }

  private mutating func region() -> String {
    // A partition may have no region, and a file of partitions no partition.
    let regions = partitions.all.isEmpty ? [] : random.pick(partitions.all).regions
    return regions.isEmpty || random.below(3) == 0
      ? random.pick(ProofSamples.regions) : random.pick(regions).name
  }

  /// Texts that the tests compare with.
  private var literals: [String] {
    let texts = graph.nodes.compactMap { node in
      if case .equals(_, let text) = node.test { String(decoding: text, as: UTF8.self) } else { nil }
    }
    return texts.isEmpty ? ProofSamples.texts : texts
  }

  // MARK: Tests

  /// Changes the parameters so that a test has that outcome.
  mutating func make(_ test: DecisionGraph.Test, _ goal: Bool) {
    switch test {
    case .isPresent(let slot): setPresent(slot, goal)
    case .flag(let slot): values[graph.parameters[slot].name] = .boolean(goal)
    case .isSet(let value): setPresent(text: value, goal)
    case .equals(let value, let bytes):
      let wanted = String(decoding: bytes, as: UTF8.self)
      if goal {
        set(value, wanted)
      } else if text(value) == wanted {
        set(value, random.pick(ProofSamples.texts + literals))
      }
    case .same(let left, let right):
      if goal, let wanted = text(left) {
        set(right, wanted)
        if text(right) != wanted, let other = text(right) { set(left, other) }
      } else if !goal, text(left) == text(right) {
        set(right, random.pick(ProofSamples.texts))
      }
    case .hostLabel(let value, let allow):
      let isOne = text(value).map { isValidHostLabel($0, allowSubdomains: allow) } ?? false
      if isOne != goal { set(value, random.pick(goal ? ProofSamples.labels : ProofSamples.badLabels)) }
    case .bucketLabel(let value, let allow):
      let isOne = text(value).map { isVirtualHostableS3Bucket($0, allowSubdomains: allow) } ?? false
      if isOne != goal { set(value, random.pick(goal ? ProofSamples.labels : ProofSamples.badLabels)) }
    case .isLong(let value, let count):
      let old = text(value) ?? ""
      let isLong = old.utf8.count >= count && old.utf8.allSatisfy { $0 < 0x80 }
      if isLong == goal { return }
      set(
        value,
        goal
          ? old.filter(\.isASCII) + String(repeating: "x", count: count)
          : String(repeating: "x", count: count - 1))
    case .isRecord(let register): makeRecord(register, goal)
    case .supportsFIPS(let register): setRegion(of: register) { $0.supportsFIPS == goal }
    case .supportsDualStack(let register): setRegion(of: register) { $0.supportsDualStack == goal }
    case .isIP(let register):
      guard let source = graph.registers[register].source else { return }
      set(source, goal ? random.pick(["https://127.0.0.1", "https://[::1]:8443/a"]) : "https://example.com")
    }
  }

  private mutating func setPresent(_ slot: Int, _ goal: Bool) {
    let name = graph.parameters[slot].name
    if !goal {
      values[name] = nil
    } else if values[name] == nil {
      values[name] = sample(slot)
    }
  }

  private mutating func setPresent(text value: ValueID, _ goal: Bool) {
    if (text(value) != nil) == goal { return }
    switch graph.values[value] {
    case .listElement(let slot, let index):
      let items = (0..<(goal ? max(index + 1, 1 - index) : 0)).map { _ in random.pick(ProofSamples.arns) }
      values[graph.parameters[slot].name] = .stringArray(items)
    case .resource where goal: set(value, random.pick(["accesspoint", "a", "op-0123456789"]))
    case .resource(let register, let index):
      guard let source = graph.registers[register].source else { return }
      let pieces = (0..<max(1, min(index, 4))).map { "p\($0)" }.joined(separator: "/")
      set(source, "arn:aws:s3:us-west-2:123456789012:\(pieces)")
    case .partition(let register, .implicitGlobalRegion):
      setRegion(of: register) { ($0.implicitGlobalRegion != nil) == goal }
    default: break
    }
  }

  private mutating func makeRecord(_ register: RegisterID, _ goal: Bool) {
    switch graph.registers[register] {
    case .partition: return
    case .arn(let source):
      if (text(source).flatMap(ParsedARN.init) != nil) == goal { return }
      set(source, random.pick(goal ? ProofSamples.arns : ProofSamples.texts))
    case .url(let source):
      if (text(source).flatMap(ParsedURL.init) != nil) == goal { return }
      set(source, goal ? random.pick(Array(ProofSamples.urls.prefix(6))) : "not a url")
    }
  }

  private mutating func setRegion(of register: RegisterID, _ fits: (Partitions.Partition) -> Bool) {
    guard let source = graph.registers[register].source else { return }
    if let old = text(source), fits(partitions.partition(forRegion: old)) { return }
    let fitting = partitions.all.filter { fits($0) && !$0.regions.isEmpty }
    if !fitting.isEmpty { set(source, random.pick(random.pick(fitting).regions).name) }
  }

  // MARK: Texts

  /// Changes the parameters so that a value is that text.
  private mutating func set(_ value: ValueID, _ wanted: String) {
    switch graph.values[value] {
    case .parameter(let slot): values[graph.parameters[slot].name] = .string(wanted)
    case .listElement(let slot, let index):
      let items = (0..<max(index + 1, 1)).map { _ in wanted }
      values[graph.parameters[slot].name] = .stringArray(items)
    case .encoded(let source): set(source, wanted)
    case .partition(let register, let attribute):
      setRegion(of: register) {
        RuntimeValue.partition($0).attribute(attribute.attributeName) == .string(wanted)
      }
    case .arn(let register, let attribute):
      change(register) { arn in
        switch attribute {
        case .partition: arn.partition = wanted
        case .service: arn.service = wanted
        case .region: arn.region = wanted
        case .accountID: arn.accountID = wanted
        }
      }
    case .resource(let register, let index) where index >= 0:
      change(register) { arn in
        while arn.resourceID.count <= index { arn.resourceID.append("x\(arn.resourceID.count)") }
        arn.resourceID[index] = wanted
      }
    case .substring(let source, let start, let stop, let isReversed):
      var bytes = Array((text(source) ?? "").utf8.filter { $0 < 0x80 })
      let missing = stop - bytes.count
      if missing > 0 {
        let filler = [UInt8](repeating: UInt8(ascii: "x"), count: missing)
        bytes = isReversed ? filler + bytes : bytes + filler
      }
      let piece = Array(wanted.utf8).prefix(stop - start)
      let first = isReversed ? bytes.count - stop : start
      bytes.replaceSubrange(first..<first + piece.count, with: piece)
      set(source, String(decoding: bytes, as: UTF8.self))
    case .url(let register, .authority):
      if let source = graph.registers[register].source { set(source, "https://\(wanted)") }
    case .url(let register, .scheme):
      if let source = graph.registers[register].source { set(source, "\(wanted)://example.com") }
    case .template(let segments):
      for case .value(let part) in segments { return set(part, wanted) }
    case .splitElement(let source, _, _, _): set(source, wanted)
    case .literal, .resource, .url: break
    }
  }

  private mutating func change(_ register: RegisterID, _ body: (inout ParsedARN) -> Void) {
    guard let source = graph.registers[register].source,
      var arn = text(source).flatMap(ParsedARN.init) ?? ParsedARN(random.pick(ProofSamples.arns))
    else { return }
    body(&arn)
    let resource = arn.resourceID.joined(separator: random.below(2) == 0 ? ":" : "/")
    set(source, "arn:\(arn.partition):\(arn.service):\(arn.region):\(arn.accountID):\(resource)")
  }

  /// The text of a value with the parameters so far, where it is easy to say.
  private func text(_ value: ValueID) -> String? {
    switch graph.values[value] {
    case .literal(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .parameter(let slot):
      let parameter = graph.parameters[slot]
      guard case .string(let text) = values[parameter.name] ?? parameter.defaultValue else { return nil }
      return text
    case .listElement(let slot, let index):
      guard case .stringArray(let texts) = values[graph.parameters[slot].name] else { return nil }
      return AttributePath.element(index, of: texts)
    case .encoded(let source): return text(source).map { percentEncoded($0.utf8) }
    case .partition(let register, let attribute):
      let region = graph.registers[register].source.flatMap { text($0) }
      let partition = RuntimeValue.partition(partitions.partition(forRegion: region))
      guard case .string(let text) = partition.attribute(attribute.attributeName) else { return nil }
      return text
    case .arn(let register, let attribute):
      guard let arn = source(register).flatMap(ParsedARN.init) else { return nil }
      switch attribute {
      case .partition: return arn.partition
      case .service: return arn.service
      case .region: return arn.region
      case .accountID: return arn.accountID
      }
    case .resource(let register, let index):
      return source(register).flatMap(ParsedARN.init).flatMap {
        AttributePath.element(index, of: $0.resourceID)
      }
    case .substring(let source, let start, let stop, let isReversed):
      guard let bytes = text(source).map({ Array($0.utf8) }), stop <= bytes.count else { return nil }
      let range = isReversed ? bytes.count - stop..<bytes.count - start : start..<stop
      return String(decoding: bytes[range], as: UTF8.self)
    case .template(let segments):
      var result = ""
      for segment in segments {
        switch segment {
        case .literal(let bytes): result += String(decoding: bytes, as: UTF8.self)
        case .value(let part):
          guard let text = text(part) else { return nil }
          result += text
        }
      }
      return result
    case .url(let register, let attribute):
      guard let url = source(register).flatMap(ParsedURL.init) else { return nil }
      switch attribute {
      case .scheme: return url.scheme
      case .authority: return url.authority
      case .path: return url.path
      case .normalizedPath: return url.normalizedPath
      }
    case .splitElement: return nil
    }
  }

  private func source(_ register: RegisterID) -> String? {
    graph.registers[register].source.flatMap { text($0) }
  }
}
