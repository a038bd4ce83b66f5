// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// A URL parsed into offsets of its text, by the rules of ``ParsedURL``.
///
/// A register holds the ranges of authority and path.
enum URLRecord {
  static let authority = 0
  static let path = 1

  static let isURL = 1
  static let isIP = 2
  static let isHTTPS = 4

  /// Takes a text apart.
  ///
  /// - Returns: Flags; 0 when the text is not a URL.
  static func parse(_ text: Text, into registers: RegisterFile, _ register: Int) -> Int {
    guard text.count < Int(Int32.max) else { return 0 }
    for index in 0..<text.count where text[index] < 0x20 || text[index] == 0x7F { return 0 }
    let isHTTPS = text.count > 4 && text[4] | 0x20 == UInt8(ascii: "s")
    let authorityStart = isHTTPS ? 8 : 7
    guard text.count >= authorityStart, text[0] | 0x20 == UInt8(ascii: "h"),
      text[1] | 0x20 == UInt8(ascii: "t"), text[2] | 0x20 == UInt8(ascii: "t"),
      text[3] | 0x20 == UInt8(ascii: "p"), text.slice(authorityStart - 3, authorityStart).isEqual("://")
    else { return 0 }
    var authorityEnd = authorityStart
    while authorityEnd < text.count, !isDelimiter(text[authorityEnd]) { authorityEnd += 1 }
    guard let isIP = HostCheck.isIP(text.slice(authorityStart, authorityEnd)) else { return 0 }

    var end = authorityEnd
    while end < text.count, text[end] != UInt8(ascii: "#") { end += 1 }
    var lastSegment = authorityEnd
    for index in authorityEnd..<end {
      if text[index] == UInt8(ascii: "?") {
        guard index + 1 == end else { return 0 }
        end = index
        break
      }
      if text[index] == UInt8(ascii: "/") { lastSegment = index }
    }
    for index in lastSegment..<end where text[index] == UInt8(ascii: ";") {
      end = index
      break
    }
    registers.setRange(authorityStart, authorityEnd, register, Self.authority)
    registers.setRange(authorityEnd, end, register, Self.path)
    return Self.isURL | (isIP ? Self.isIP : 0) | (isHTTPS ? Self.isHTTPS : 0)
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }
}

/// Checks of the host of a URL.
enum HostCheck {
  /// Whether the host of an authority is an address; `nil` when the authority is not valid.
  static func isIP(_ authority: Text) -> Bool? {
    var start = 0
    var bracket = -1
    var colon = -1
    for index in 0..<authority.count {
      switch authority[index] {
      case UInt8(ascii: "@"):
        start = index + 1
        bracket = -1
        colon = -1
      case UInt8(ascii: "["), UInt8(ascii: "]"): if bracket < 0 { bracket = index }
      case UInt8(ascii: ":"): if colon < 0 { colon = index }
      default: break
      }
    }
    let rest = authority.slice(start, authority.count)
    if bracket >= 0 {
      guard rest[0] == UInt8(ascii: "[") else { return nil }
      var end = 1
      while end < rest.count, rest[end] != UInt8(ascii: "]") { end += 1 }
      guard end < rest.count, let isIP = isIPv6(rest.slice(1, end)) else { return nil }
      let port = rest.slice(end + 1, rest.count)
      guard port.count == 0 || (port[0] == UInt8(ascii: ":") && isPort(port.slice(1, port.count))) else {
        return nil
      }
      return isIP
    }
    let nameEnd = colon < 0 ? rest.count : colon - start
    guard nameEnd > 0 else { return nil }
    if colon >= 0, !isPort(rest.slice(nameEnd + 1, rest.count)) { return nil }
    return isIPv4Shape(rest.slice(0, nameEnd))
  }

  private static func isPort(_ digits: Text) -> Bool {
    var number = 0
    for index in 0..<digits.count {
      guard isDigit(digits[index]) else { return false }
      number = min(number * 10 + Int(digits[index] - UInt8(ascii: "0")), 65_536)
    }
    return number <= 65_535
  }

  /// Whether a text is four groups of one to three digits with dots between them.
  @inline(__always)
  static func isIPv4Shape(_ text: Text) -> Bool {
    guard text.count >= 7, text.count <= 15, isDigit(text[0]) else { return false }
    var dots = 0
    var digits = 0
    for index in 0..<text.count {
      if text[index] == UInt8(ascii: ".") {
        guard digits > 0 else { return false }
        dots &+= 1
        digits = 0
      } else {
        digits &+= 1
        guard isDigit(text[index]), digits <= 3 else { return false }
      }
    }
    return dots == 3 && digits > 0
  }

  /// Whether text in brackets is an address whose zone, if any, has only unreserved characters; `nil` when there is no address.
  private static func isIPv6(_ text: Text) -> Bool? {
    var end = 0
    while end < text.count, text[end] != UInt8(ascii: "%") { end += 1 }
    guard isIPv6Address(text.slice(0, end)) else { return nil }
    if end == text.count { return true }
    guard end + 1 < text.count else { return nil }
    var isPlain = true
    for index in (end + 1)..<text.count {
      if text[index] == UInt8(ascii: "%") { return nil }
      if !isUnreserved(text[index]) { isPlain = false }
    }
    return isPlain
  }

  /// Whether a text is an IPv6 address (RFC 4291 section 2.2) without zone.
  static func isIPv6Address(_ text: Text) -> Bool {
    guard text.count >= 2, text.count <= 45 else { return false }
    var groups = 0
    var hasGap = false
    var index = 0
    if text[0] == UInt8(ascii: ":") {
      guard text[1] == UInt8(ascii: ":") else { return false }
      hasGap = true
      index = 2
    }
    while index < text.count {
      var end = index
      var hasDot = false
      while end < text.count, text[end] != UInt8(ascii: ":") {
        if text[end] == UInt8(ascii: ".") { hasDot = true }
        end += 1
      }
      if end == text.count, hasDot {
        guard isIPv4Address(text.slice(index, end)) else { return false }
        groups += 2
        break
      }
      guard end > index, end - index <= 4 else { return false }
      for place in index..<end where !isHexadecimal(text[place]) { return false }
      groups += 1
      if end == text.count { break }
      index = end + 1
      guard index < text.count else { return false }
      if text[index] == UInt8(ascii: ":") {
        guard !hasGap else { return false }
        hasGap = true
        index += 1
      }
    }
    return hasGap ? groups < 8 : groups == 8
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
  }

  private static func isIPv4Address(_ text: Text) -> Bool {
    guard isIPv4Shape(text) else { return false }
    var number = 0
    var digits = 0
    for index in 0..<text.count {
      if text[index] == UInt8(ascii: ".") {
        number = 0
        digits = 0
        continue
      }
      // A zero in front would be octal elsewhere.
      if digits > 0, number == 0 { return false }
      number = number * 10 + Int(text[index] - UInt8(ascii: "0"))
      digits += 1
      guard number <= 255 else { return false }
    }
    return true
  }
}
