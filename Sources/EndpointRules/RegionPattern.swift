// SPDX-License-Identifier: Apache-2.0

/// What the region names of a partition look like: the small part of regular expressions that AWS uses.
///
/// `^(us|eu)\-\w+\-\d+$`: literal text, groups of literal alternatives, `\w+` and `\d+`, from start to end. `\w` and `\d`
/// are ASCII, and `$` is the very end.
public struct RegionPattern: Sendable, Hashable {
  /// A part of the pattern.
  private enum Element: Sendable, Hashable {
    case alternatives([[UInt8]])
    case wordRun
    case digitRun
  }

  /// The longest pattern that is taken; the longest of AWS has 45 bytes.
  public static let maximumLength = 1024

  /// The pattern as a regular expression.
  public let text: String
  private let elements: [Element]

  /// Reads a pattern; `nil` when it uses more than the part described above.
  public init?(_ text: String) {
    self.text = text
    guard text.utf8.count <= Self.maximumLength, text.hasPrefix("^"), text.hasSuffix("$") else { return nil }
    var elements: [Element] = []
    var literal: [UInt8] = []
    var rest = Array(text.utf8)[...].dropFirst().dropLast()
    func endLiteral() {
      if !literal.isEmpty { elements.append(.alternatives([literal])) }
      literal = []
    }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "("):
        endLiteral()
        guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else { return nil }
        let group = rest[..<end].split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        rest = rest[(end + 1)...]
        var alternatives: [[UInt8]] = []
        for alternative in group {
          guard let text = Self.plain(alternative) else { return nil }
          alternatives.append(text)
        }
        elements.append(.alternatives(alternatives))
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        if escaped == UInt8(ascii: "w") || escaped == UInt8(ascii: "d") {
          guard rest.popFirst() == UInt8(ascii: "+") else { return nil }
          endLiteral()
          // A run takes all it can get, so what follows must not start with what it takes.
          if let next = rest.first {
            guard
              next == UInt8(ascii: "-")
                || (next == UInt8(ascii: "\\") && rest.dropFirst().first == UInt8(ascii: "-"))
            else { return nil }
          }
          elements.append(escaped == UInt8(ascii: "w") ? .wordRun : .digitRun)
        } else {
          guard escaped == UInt8(ascii: "-") || escaped == UInt8(ascii: ".") else { return nil }
          literal.append(escaped)
        }
      default:
        guard isWordByte(byte) || byte == UInt8(ascii: "-") else { return nil }
        literal.append(byte)
      }
    }
    endLiteral()
    self.elements = elements
  }

  private static func plain(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = text
    while var byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "-") else { return nil }
        byte = escaped
      }
      guard isWordByte(byte) || byte == UInt8(ascii: "-") else { return nil }
      result.append(byte)
    }
    return result
  }

  /// Whether the whole name matches.
  public func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    // The offsets that the elements so far can reach; alternatives may reach several.
    var places: Set<Int> = [0]
    for element in elements {
      var next: Set<Int> = []
      for place in places {
        switch element {
        case .alternatives(let texts):
          for text in texts where bytes[place...].starts(with: text) { next.insert(place + text.count) }
        case .wordRun, .digitRun:
          let run = bytes[place...].prefix { element == .wordRun ? isWordByte($0) : isDigit($0) }
          if !run.isEmpty { next.insert(run.endIndex) }
        }
      }
      places = next
      if places.isEmpty { return false }
    }
    return places.contains(bytes.count)
  }
}
