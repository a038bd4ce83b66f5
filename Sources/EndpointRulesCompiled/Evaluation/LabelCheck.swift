// SPDX-License-Identifier: Apache-2.0

/// Host labels and bucket names, by the rules of ``isValidHostLabel(_:allowSubdomains:)``, on bytes.
enum LabelCheck {
  @inline(__always)
  static func isHostLabel(_ text: Text, allowSubdomains: Bool) -> Bool {
    if isPlainLabel(text) { return true }
    return check(text, allowSubdomains: allowSubdomains, allowUpperCase: true)
  }

  @inline(__always)
  static func isBucketLabel(_ text: Text, allowSubdomains: Bool) -> Bool {
    guard text.count >= 3 else { return false }
    if isPlainLabel(text) { return true }
    return check(text, allowSubdomains: allowSubdomains, allowUpperCase: false)
      && !(allowSubdomains && HostCheck.isIPv4Shape(text))
  }

  /// Whether a text is one label of lower case letters, digits and hyphens, found eight bytes at a time.
  @inline(__always)
  private static func isPlainLabel(_ text: Text) -> Bool {
    guard text.count > 0, text.count <= 63, text[0] != UInt8(ascii: "-"),
      text[text.count &- 1] != UInt8(ascii: "-")
    else { return false }
    var index = 0
    while index &+ 8 <= text.count {
      if plainBytes(text.word(index)) != high { return false }
      index &+= 8
    }
    if index == text.count { return true }
    // Bytes behind the text count as plain.
    let behind = high &<< UInt64(truncatingIfNeeded: (text.count &- index) &* 8)
    return plainBytes(text.word(index)) | behind == high
  }

  private static var high: UInt64 {
    @inline(__always) get { 0x8080_8080_8080_8080 }
  }

  /// The high bit of each byte that is a lower case letter, a digit or a hyphen.
  @inline(__always)
  private static func plainBytes(_ bytes: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let word = bytes.littleEndian
    let low = word & ~high
    // Sums of two bytes below 128 stay in their byte; the high bit says whether a limit is reached.
    let letter = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x80 - 0x7B))
    let digit = (low &+ ones &* (0x80 - 0x30)) & ~(low &+ ones &* (0x80 - 0x3A))
    let hyphen = ~((low ^ ones &* 0x2D) &+ ~high)
    return (letter | digit | hyphen) & high & ~word
  }

  @inline(never)
  private static func check(_ text: Text, allowSubdomains: Bool, allowUpperCase: Bool) -> Bool {
    var length = 0
    var last = UInt8(ascii: "-")
    for index in 0..<text.count {
      let byte = text[index]
      if byte == UInt8(ascii: ".") {
        guard allowSubdomains, length > 0, length <= 63, last != UInt8(ascii: "-") else { return false }
        length = 0
        last = UInt8(ascii: "-")
        continue
      }
      // Lower case letters and digits, then the rest.
      let isPlain = byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
      if !isPlain {
        if byte == UInt8(ascii: "-") {
          guard length > 0 else { return false }
        } else {
          guard allowUpperCase, byte &- UInt8(ascii: "A") < 26 else { return false }
        }
      }
      length &+= 1
      last = byte
    }
    return length > 0 && length <= 63 && last != UInt8(ascii: "-")
  }
}
