// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

extension Machine {
  /// Where headers and properties of a result are; 0 when it has none.
  func extras(of leaf: Int) -> Int { image.u32(inputs.record(leaf) &+ LeafLayout.extras) }

  /// Writes the text of a result; `false` when a rule uses an unset value or a text is too large.
  @inline(__always)
  mutating func write(_ leaf: Int, to output: inout Output) -> Bool {
    write(template: inputs.text(of: leaf), to: &output)
  }

  /// The whole result, as the interpreter gives it; `nil` when a rule uses an unset value.
  mutating func resolution(_ leaf: Int) -> Resolution? {
    switch inputs.code(leaf) {
    case .noMatch: return .noMatch
    case .failure: return nil
    case .error:
      return string(template: inputs.text(of: leaf)).map(Resolution.ruleError)
    case .endpoint:
      guard let url = string(template: inputs.text(of: leaf)) else { return nil }
      var endpoint = Endpoint(url: url)
      guard readExtras(leaf, &endpoint) else { return nil }
      return .endpoint(endpoint)
    }
  }

  /// The path of the rule that a result belongs to; `nil` when no rule matched.
  func rule(_ leaf: Int) -> RulePath? {
    guard inputs.code(leaf) == .endpoint || inputs.code(leaf) == .error else { return nil }
    let place = image.u32(inputs.record(leaf) + LeafLayout.kindAndRule) & 0x3FFF_FFFF
    return RulePath(indices: (0..<Int(image.u8(place))).map { image.u16(place + 1 + 2 * $0) })
  }

  /// The text of a template as a string of just its size; `nil` when it has an unset value.
  @inline(__always)
  mutating func string(template place: Int) -> String? {
    unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { bytes in
      var output = unsafe Output(start: bytes.baseAddress.unsafelyUnwrapped, capacity: bytes.count)
      guard write(template: place, to: &output) else { return nil }
      return output.isComplete ? output.text.string : longString(template: place, output.count)
    }
  }

  @inline(never)
  private mutating func longString(template place: Int, _ count: Int) -> String? {
    unsafe withUnsafeTemporaryAllocation(byteCount: count + Text.slack, alignment: 16) { bytes in
      var output = unsafe Output(start: bytes.baseAddress.unsafelyUnwrapped, capacity: bytes.count)
      guard write(template: place, to: &output) else { return nil }
      return output.text.string
    }
  }

  // MARK: Headers and properties

  private mutating func readExtras(_ leaf: Int, _ endpoint: inout Endpoint) -> Bool {
    var place = extras(of: leaf)
    if place == 0 { return true }
    let headers = Int(image.u8(place))
    place += 1
    for _ in 0..<headers {
      var header = Endpoint.Header(name: name(&place), values: [])
      let values = Int(image.u8(place))
      place += 1
      for _ in 0..<values {
        guard let value = text(&place) else { return false }
        header.values.append(value)
      }
      endpoint.headers.append(header)
    }
    guard let properties = members(&place) else { return false }
    endpoint.properties = properties
    return true
  }

  private func name(_ place: inout Int) -> String {
    let count = image.u16(place)
    defer { place += 2 + count }
    return image.text(place + 2, count).string
  }

  /// The text of a template, and the offset behind it.
  private mutating func text(_ place: inout Int) -> String? {
    let text = string(template: place)
    skipTemplate(&place)
    return text
  }

  /// Moves behind a template.
  func skipTemplate(_ place: inout Int) {
    while true {
      let code = image.u8(place)
      place += 1
      if code == TemplateCode.end { return }
      if code == TemplateCode.longValue {
        place += 1
      } else if code < TemplateCode.value {
        place += Int(code)
      }
    }
  }

  private mutating func members(_ place: inout Int) -> [Endpoint.Property]? {
    let count = image.u16(place)
    place += 2
    var members: [Endpoint.Property] = []
    for _ in 0..<count {
      let name = name(&place)
      guard let value = property(&place) else { return nil }
      members.append(Endpoint.Property(name: name, value: value))
    }
    return members
  }

  private mutating func property(_ place: inout Int) -> Endpoint.PropertyValue? {
    let code = PropertyCode(rawValue: image.u8(place))
    place += 1
    switch code {
    case .text: return text(&place).map(Endpoint.PropertyValue.string)
    case .no: return .boolean(false)
    case .yes: return .boolean(true)
    case .integer:
      defer { place += 8 }
      return .integer(Int64(bitPattern: image.u64(place)))
    case .object: return members(&place).map(Endpoint.PropertyValue.object)
    case .array:
      let count = image.u16(place)
      place += 2
      var items: [Endpoint.PropertyValue] = []
      for _ in 0..<count {
        guard let item = property(&place) else { return nil }
        items.append(item)
      }
      return .array(items)
    case nil: return nil
    }
  }
}
