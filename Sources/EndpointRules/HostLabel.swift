// SPDX-License-Identifier: Apache-2.0

/// Whether a text is a host label (RFC 1123): 1 to 63 ASCII letters, digits and hyphens, no hyphen at either end.
///
/// - Parameters:
///   - text: The text.
///   - allowSubdomains: Whether several labels with dots between them will do.
/// - Returns: Whether every label is one.
package func isValidHostLabel(_ text: String, allowSubdomains: Bool) -> Bool {
  let labels =
    allowSubdomains
    ? text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) : [text.utf8[...]]
  return labels.allSatisfy { label in
    (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
      && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }
}

/// Whether a bucket can stand in a host name: a host label of at least three characters without upper case that is not
/// shaped like an IPv4 address.
package func isVirtualHostableS3Bucket(_ text: String, allowSubdomains: Bool) -> Bool {
  text.utf8.count >= 3 && !text.utf8.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    && !isIPv4Shaped(text.utf8) && isValidHostLabel(text, allowSubdomains: allowSubdomains)
}

/// Whether a text is four groups of one to three digits with dots between them, whatever their value.
func isIPv4Shaped(_ bytes: some Collection<UInt8>) -> Bool {
  let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  return parts.count == 4 && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(isDigit) }
}
