// SPDX-License-Identifier: Apache-2.0

/// The settings of a Terraform provider block that decide which endpoint is called: literal arguments, and blocks of them.
struct ProviderBlock {
  /// The arguments by name; those of a block have its name and a dot before theirs.
  private(set) var arguments: [String: String] = [:]

  /// Reads the body of a block; `nil` for anything but literal arguments and blocks.
  ///
  /// - Parameter text: HCL: `name = true`, `name = "text"`, `name { … }`.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard read(&rest, prefix: "", isInner: false) else { return nil }
  }

  private mutating func read(_ rest: inout ArraySlice<UInt8>, prefix: String, isInner: Bool) -> Bool {
    while true {
      Self.skipSpace(&rest)
      guard let first = rest.first else { return !isInner }
      if first == UInt8(ascii: "}") {
        guard isInner else { return false }
        rest.removeFirst()
        return true
      }
      let name = rest.prefix {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
      }
      guard !name.isEmpty else { return false }
      rest = rest[name.endIndex...]
      let key = prefix + String(decoding: name, as: UTF8.self)
      Self.skipSpace(&rest)
      if rest.first == UInt8(ascii: "{") {
        rest.removeFirst()
        guard read(&rest, prefix: key + ".", isInner: true) else { return false }
      } else {
        guard rest.first == UInt8(ascii: "=") else { return false }
        rest.removeFirst()
        Self.skipSpace(&rest)
        guard let value = Self.value(&rest) else { return false }
        arguments[key] = value
      }
    }
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> String? {
    if rest.first == UInt8(ascii: "\"") {
      let text = rest.dropFirst().prefix {
        $0 != UInt8(ascii: "\"") && $0 != 0x0A && $0 != UInt8(ascii: "\\")
      }
      guard text.endIndex < rest.endIndex, rest[text.endIndex] == UInt8(ascii: "\"") else { return nil }
      rest = rest[(text.endIndex + 1)...]
      return String(decoding: text, as: UTF8.self)
    }
    let word = rest.prefix { ![0x20, 0x09, 0x0A, 0x0D, 0x7B, 0x7D, 0x22].contains($0) }
    rest = rest[word.endIndex...]
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }

  private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
    while let first = rest.first {
      if first <= 0x20 {
        rest.removeFirst()
      } else if first == UInt8(ascii: "#") || rest.starts(with: "//".utf8) {
        rest = rest.drop { $0 != 0x0A }
      } else {
        return
      }
    }
  }
}
