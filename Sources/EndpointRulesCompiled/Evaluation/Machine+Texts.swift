// SPDX-License-Identifier: Apache-2.0

extension Machine {
  // MARK: Templates

  /// Writes a template; `false` when it has an unset value.
  @inline(__always)
  mutating func write(template start: Int, to output: inout Output) -> Bool {
    var place = start
    while true {
      let code = inputs.write(template: &place, to: &output)
      if code == TemplateCode.end { return true }
      // A parameter that could not be written is unset.
      if code >= TemplateCode.parameter, code != TemplateCode.longValue { return false }
      var value = Int(code & 0x3F)
      if code == TemplateCode.longValue {
        value = Int(image.u8(place))
        place &+= 1
      }
      guard let text = text(value) else { return false }
      output.append(text)
    }
  }

  /// The text of a template in scratch memory.
  mutating func filled(template place: Int) -> Text? {
    let count = partCount(template: place)
    return unsafe withUnsafeTemporaryAllocation(of: Text.self, capacity: count) { parts in
      var next = place
      var size = 0
      for index in 0..<count {
        guard let text = segment(&next) else { return nil }
        unsafe parts.initializeElement(at: index, to: text)
        size += text.count
      }
      guard var result = scratch.reserve(size) else { return nil }
      for index in 0..<count { result.append(unsafe parts[index]) }
      return result.text
    }
  }

  /// How many parts a template has.
  private func partCount(template start: Int) -> Int {
    var count = 0
    var place = start
    while true {
      let code = image.u8(place)
      if code == TemplateCode.end { return count }
      count += 1
      place += code < TemplateCode.value ? 1 + Int(code) : code == TemplateCode.longValue ? 2 : 1
    }
  }

  /// The next part of a template, and the offset behind it; `nil` at the end and at an unset value.
  mutating func segment(_ place: inout Int) -> Text? {
    let code = image.u8(place)
    if code < TemplateCode.value {
      if code == TemplateCode.end { return nil }
      defer { place += 1 + Int(code) }
      return image.text(place + 1, Int(code))
    }
    let isLong = code == TemplateCode.longValue
    let text =
      isLong
      ? text(Int(image.u8(place + 1)))
      : code >= TemplateCode.parameter ? inputs.text(code: code) : text(Int(code & 0x3F))
    guard let text else { return nil }
    place += isLong ? 2 : 1
    return text
  }

  // MARK: Texts that are built

  /// Dot segments and empty segments removed, percent-encoded, with a slash at both ends.
  mutating func normalized(_ path: Text) -> Text? {
    guard var result = scratch.reserve(path.count * 3 + 2) else { return nil }
    result.append(UInt8(ascii: "/"))
    var start = 0
    for index in 0...path.count where index == path.count || path[index] == UInt8(ascii: "/") {
      let segment = path.slice(start, index)
      start = index + 1
      if segment.count == 0 || segment.isEqual(".") { continue }
      if segment.isEqual("..") {
        if result.count > 1 { result.removeLastSegment() }
      } else {
        result.appendPercentEncoded(segment)
        result.append(UInt8(ascii: "/"))
      }
    }
    return result.text
  }

  mutating func splitElement(_ text: Int, _ delimiter: Int, _ record: Int) -> Text? {
    guard let text = self.text(text), let delimiter = self.text(delimiter), delimiter.count > 0 else {
      return nil
    }
    let limit = image.u32(record &+ ValueLayout.offset)
    let index = image.i32(record &+ ValueLayout.count)
    var wanted = index
    if index < 0 {
      var count = 0
      Self.pieces(of: text, delimiter, limit) { _ in
        count &+= 1
        return true
      }
      wanted = count &+ index
    }
    var found: Text?
    Self.pieces(of: text, delimiter, limit) { piece in
      if wanted == 0 { found = piece }
      wanted &-= 1
      return wanted >= 0
    }
    return found
  }

  private static func pieces(of text: Text, _ delimiter: Text, _ limit: Int, _ body: (Text) -> Bool) {
    var start = 0
    var place = 0
    var count = 0
    while place &+ delimiter.count <= text.count, limit == 0 || count < limit &- 1 {
      if text.slice(place, place &+ delimiter.count).isEqual(delimiter) {
        guard body(text.slice(start, place)) else { return }
        count &+= 1
        place &+= delimiter.count
        start = place
      } else {
        place &+= 1
      }
    }
    _ = body(text.slice(start, text.count))
  }
}
