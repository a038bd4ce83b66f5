// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads a file of `NAME=value` lines as systemd does (`EnvironmentFile=`).
///
/// systemd takes quotes and backslashes away and joins lines that end with a backslash; Docker (`--env-file`) and the ECS
/// agent take the text after the equals sign as it is. A value without quotes, backslashes and blanks at its ends, which is
/// what this program writes, is the same for all of them; the linter points at the others. A line with a name alone takes
/// the value of Docker's own environment: it is dynamic.
enum EnvironmentFileReader {
  /// The settings of a file.
  static func scopes(_ text: DocumentText) throws(DocumentError) -> [SettingsScope] {
    var settings: [LocatedSetting] = []
    var offset = text.hasByteOrderMark ? 3 : 0
    while offset < text.bytes.count {
      let number = text.position(of: offset).line
      let content = text.trimmed(offset..<max(offset, text.line(number).upperBound))
      let next = text.wholeLine(number).upperBound
      guard let first = content.first.map({ text.bytes[$0] }), first != UInt8(ascii: "#"),
        first != UInt8(ascii: ";")
      else {
        offset = next
        continue
      }
      guard let equals = text.bytes[content].firstIndex(of: UInt8(ascii: "=")) else {
        offset = next
        let name = text.text(content)
        guard VariableName.isValid(name) else {
          throw text.error("expected NAME=value", at: content.lowerBound)
        }
        settings.append(
          LocatedSetting(
            name: name, value: "", position: text.position(of: content.lowerBound), nameRange: content,
            certainty: .dynamic))
        continue
      }
      let nameRange = text.trimmed(content.lowerBound..<equals)
      let name = text.text(nameRange)
      guard VariableName.isValid(name) else {
        let hint = name.hasPrefix("export ") ? "; 'export' belongs to shell scripts" : ""
        throw text.error("'\(name)' is not the name of a variable\(hint)", at: content.lowerBound)
      }
      let value = try value(text, from: equals + 1)
      settings.append(
        LocatedSetting(
          name: name, value: value.text, position: text.position(of: nameRange.lowerBound),
          valueRange: value.range, nameRange: nameRange))
      offset = value.next
    }
    return [SettingsScope(kind: .environment, settings: settings)]
  }

  /// A value, its bytes, and the offset of the next line.
  private static func value(
    _ text: DocumentText, from start: Int
  ) throws(DocumentError) -> (text: String, range: Range<Int>, next: Int) {
    let bytes = text.bytes
    var content: [UInt8] = []
    var offset = start
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    let first = offset
    /// The end of the value without blanks that systemd drops.
    var (end, kept) = (offset, 0)
    var isPlain = false
    while offset < bytes.count, bytes[offset] != 0x0A {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\\"):
        if offset + 1 < bytes.count, bytes[offset + 1] != 0x0A {
          content.append(bytes[offset + 1])
          (end, kept) = (offset + 2, content.count)
        }
        offset = min(offset + 2, bytes.count)
        isPlain = true
      case UInt8(ascii: "'") where !isPlain, UInt8(ascii: "\"") where !isPlain:
        offset = try quoted(text, from: offset, into: &content)
        (end, kept) = (offset, content.count)
      default:
        offset += 1
        if byte.isBlank || byte == 0x0D {
          if isPlain { content.append(byte) }
        } else {
          isPlain = true
          content.append(byte)
          (end, kept) = (offset, content.count)
        }
      }
    }
    return (
      String(decoding: content.prefix(kept), as: UTF8.self), first..<max(first, end),
      min(offset + 1, bytes.count)
    )
  }

  /// Reads a part in quotes; the offset behind it.
  private static func quoted(
    _ text: DocumentText, from start: Int, into content: inout [UInt8]
  ) throws(DocumentError) -> Int {
    let bytes = text.bytes
    let quote = bytes[start]
    var offset = start + 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == quote { return offset + 1 }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), offset + 1 < bytes.count {
        let next = bytes[offset + 1]
        if !"\"\\`$".utf8.contains(next), next != 0x0A { content.append(byte) }
        if next != 0x0A { content.append(next) }
        offset += 2
        continue
      }
      content.append(byte)
      offset += 1
    }
    throw text.error("the quote is not closed", at: start)
  }
}
