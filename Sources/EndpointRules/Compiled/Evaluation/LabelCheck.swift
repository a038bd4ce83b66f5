// SPDX-License-Identifier: Apache-2.0

/// Host labels and bucket names, the same way as ``isValidHostLabel(_:allowSubdomains:)``, on bytes.
enum LabelCheck {
  @inline(__always)
  static func isHostLabel(_ text: Text, allowSubdomains: Bool) -> Bool {
    check(text, allowSubdomains: allowSubdomains, allowUpperCase: true)
  }

  @inline(__always)
  static func isBucketLabel(_ text: Text, allowSubdomains: Bool) -> Bool {
    text.count >= 3 && check(text, allowSubdomains: allowSubdomains, allowUpperCase: false)
      && !(allowSubdomains && HostCheck.isIPv4Shape(text))
  }

  @inline(__always)
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
