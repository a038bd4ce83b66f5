// SPDX-License-Identifier: Apache-2.0

/// The content of an OPT record, the extension mechanism for DNS (RFC 6891).
package struct EDNS: Sendable, Hashable {
  /// The largest UDP message that passes every common path unfragmented (DNS flag day 2020).
  package static let payloadSize: UInt16 = 1232

  /// One option.
  package struct Option: Sendable, Hashable {
    /// The number of the cookie option (RFC 7873).
    package static let cookie: UInt16 = 10
    /// The number of the extended error option (RFC 8914).
    package static let extendedError: UInt16 = 15

    /// The option's number.
    package var code: UInt16
    /// The option's octets.
    package var data: [UInt8]

    /// Makes an option.
    package init(code: UInt16, data: [UInt8]) {
      self.code = code
      self.data = data
    }
  }

  /// The largest UDP message that the sender accepts.
  package var payloadSize: UInt16
  /// The upper eight bits of the response code.
  package var codeBits: UInt8
  /// The version; 0 is the only one defined.
  package var version: UInt8
  /// The flags; the top bit is DO.
  package var flags: UInt16
  /// The options in order.
  package var options: [Option]

  /// Makes the OPT record of a query.
  package init(
    payloadSize: UInt16 = EDNS.payloadSize, codeBits: UInt8 = 0, version: UInt8 = 0, flags: UInt16 = 0,
    options: [Option] = []
  ) {
    self.payloadSize = payloadSize
    self.codeBits = codeBits
    self.version = version
    self.flags = flags
    self.options = options
  }

  /// Reads the part of an OPT record after its type, and advances the offset.
  init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    payloadSize = try bytes.readUInt16(at: &offset)
    codeBits = try bytes.readUInt8(at: &offset)
    version = try bytes.readUInt8(at: &offset)
    flags = try bytes.readUInt16(at: &offset)
    let length = try Int(bytes.readUInt16(at: &offset))
    let end = offset + length
    guard end <= bytes.count else { throw .truncated(offset) }
    options = []
    while offset < end {
      guard end - offset >= 4 else { throw .badRecordLength(offset) }
      let code = try bytes.readUInt16(at: &offset)
      let size = try Int(bytes.readUInt16(at: &offset))
      guard end - offset >= size else { throw .badRecordLength(offset) }
      options.append(Option(code: code, data: try bytes.readBytes(size, at: &offset)))
    }
  }

  /// The extended errors in order; an option that is too short for a code is skipped.
  package var extendedErrors: [ExtendedError] {
    options.lazy.filter { $0.code == Option.extendedError }.compactMap { ExtendedError($0.data) }
  }

  /// The octets of the cookie option; `nil` if there is no such option.
  package var cookie: [UInt8]? { options.first { $0.code == Option.cookie }?.data }
}

/// A server's explanation of its answer (RFC 8914).
package struct ExtendedError: Sendable, Hashable, CustomStringConvertible {
  /// The most octets of a server's text that are shown.
  package static let longestText = 120

  /// The number of the error.
  package var code: UInt16
  /// The server's text, without control characters.
  package var text: String

  /// Makes an extended error.
  package init(code: UInt16, text: String = "") {
    self.code = code
    self.text = text
  }

  /// Reads the octets of the option.
  init?(_ data: [UInt8]) {
    guard data.count >= 2 else { return nil }
    code = UInt16(data[0]) << 8 | UInt16(data[1])
    text = String(
      decoding: data.dropFirst(2).prefix(Self.longestText).filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
  }

  /// Whether the answer was changed or withheld by policy (codes 4, 15, 16, 17 and 18).
  package var isPolicy: Bool { code == 4 || (15...18).contains(code) }

  /// The reason, such as `EDE 22 no reachable authority (at delegation example.)`.
  package var description: String {
    let names: [UInt16: String] = [
      0: "other", 1: "unsupported DNSKEY algorithm", 2: "unsupported DS digest", 3: "stale answer",
      4: "forged answer",
      5: "DNSSEC indeterminate", 6: "DNSSEC bogus", 7: "signature expired", 8: "signature not yet valid",
      9: "DNSKEY missing", 10: "RRSIGs missing", 11: "no zone key bit set", 12: "NSEC missing",
      13: "cached error",
      14: "not ready", 15: "blocked", 16: "censored", 17: "filtered", 18: "prohibited", 19: "stale NXDOMAIN",
      20: "not authoritative", 21: "not supported", 22: "no reachable authority", 23: "network error",
      24: "invalid data",
    ]
    let name = names[code].map { " " + $0 } ?? ""
    return "EDE \(code)\(name)" + (text.isEmpty ? "" : " (\(text))")
  }
}
