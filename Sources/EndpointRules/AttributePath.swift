// SPDX-License-Identifier: Apache-2.0

/// What `getAttr` takes out of a value: names, then perhaps an index.
package struct AttributePath: Sendable, Hashable {
  /// Attribute names, outermost first.
  package var names: [String] = []
  /// The index at the end; a negative one counts from the end of the list (version 1.1).
  package var index: Int?

  /// Reads `name`, `name[2]`, `[-1]` or `name.name`; `nil` for anything else.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    for (place, part) in parts.enumerated() {
      var name = part
      if let bracket = part.firstIndex(of: UInt8(ascii: "[")) {
        // An index gives an optional value, so nothing may follow it.
        guard place == parts.count - 1, part.last == UInt8(ascii: "]") else { return nil }
        let digits = part[part.index(after: bracket)...].dropLast()
        guard let last = digits.last, isDigit(last), digits.first != UInt8(ascii: "+"),
          let value = Int(Substring(digits))
        else { return nil }
        index = value
        name = part[..<bracket]
        if name.isEmpty, place == 0 { return }
      }
      let text = String(Substring(name))
      guard isIdentifier(text) else { return nil }
      names.append(text)
    }
  }

  /// The element that an index means in a list; `nil` when it lies outside.
  package static func element(_ index: Int, of list: [String]) -> String? {
    let place = index < 0 ? list.count + max(index, -list.count - 1) : index
    return list.indices.contains(place) ? list[place] : nil
  }
}
