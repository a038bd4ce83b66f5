// SPDX-License-Identifier: Apache-2.0

/// A query with one question, with or without EDNS.
package struct Query: Sendable, Hashable {
  /// The name in lower case.
  package var name: DomainName
  /// The type of record that is wanted.
  package var type: RecordType
  /// The id by which the answer is matched.
  package var id: UInt16
  /// The random bits that set the case of the name's letters (0x20).
  package var caseBits: UInt64
  /// Whether the server is asked to recurse.
  package var recursionDesired = true
  /// The octets of the cookie option; `nil` for no option.
  package var cookie: [UInt8]?
  /// Whether an OPT record is sent.
  package var usesEDNS = true

  /// Makes a query with recursion and EDNS.
  package init(_ name: DomainName, _ type: RecordType, id: UInt16, caseBits: UInt64) {
    self.name = name
    self.type = type
    self.id = id
    self.caseBits = caseBits
  }

  /// Appends the query to a buffer.
  package func append(to bytes: inout [UInt8]) {
    func append(_ value: UInt16) {
      bytes.append(UInt8(truncatingIfNeeded: value >> 8))
      bytes.append(UInt8(truncatingIfNeeded: value))
    }
    append(id)
    append(recursionDesired ? 0x0100 : 0)
    append(1)
    append(0)
    append(0)
    append(usesEDNS ? 1 : 0)
    var bits = caseBits
    for byte in name.wire {
      if byte &- 0x61 < 26 {
        bytes.append(bits & 1 == 1 ? byte ^ 0x20 : byte)
        bits = bits >> 1 | bits << 63
      } else {
        bytes.append(byte)
      }
    }
    append(type.rawValue)
    append(RecordClass.internet)
    guard usesEDNS else { return }
    bytes.append(0)
    append(RecordType.opt.rawValue)
    append(EDNS.payloadSize)
    append(0)
    append(0)
    if let cookie, cookie.count <= 40 {
      append(UInt16(cookie.count + 4))
      append(EDNS.Option.cookie)
      append(UInt16(cookie.count))
      bytes += cookie
    } else {
      append(0)
    }
  }

  /// Whether any letter is sent in upper case, so that an equal name in the answer proves that the server keeps the case.
  package var hasUpperCase: Bool {
    var letters = 0
    for byte in name.wire where byte &- 0x61 < 26 { letters += 1 }
    return letters >= 64 ? caseBits != 0 : caseBits & (1 << UInt64(letters) - 1) != 0
  }

  /// How the question of a response compares with that of a query.
  package enum Match: Sendable, Hashable {
    /// Equal octets.
    case exact
    /// The same name in another case: the server folds case, or the response is forged.
    case folded
    /// Another question, several questions or none, or the message is not a response.
    case none
  }

  /// Compares a message's header and question with the query, except for the id.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - header: The header of the message.
  ///   - end: Set to the offset after the question, unless the result is `none`.
  /// - Returns: How the questions compare.
  package func match(_ bytes: Span<UInt8>, _ header: Header, end: inout Int) -> Match {
    guard header.isResponse, header.opcode == 0, header.counts.questions == 1 else { return .none }
    let wire = name.wire
    guard bytes.count >= Header.size + wire.count + 4 else { return .none }
    var isExact = true
    var bits = caseBits
    for index in wire.indices {
      let byte = wire[index]
      let seen = bytes[Header.size + index]
      if byte &- 0x61 < 26 {
        if seen != (bits & 1 == 1 ? byte ^ 0x20 : byte) {
          guard seen | 0x20 == byte else { return .none }
          isExact = false
        }
        bits = bits >> 1 | bits << 63
      } else if seen != byte {
        return .none
      }
    }
    var offset = Header.size + wire.count
    guard (try? bytes.readUInt16(at: &offset)) == type.rawValue,
      (try? bytes.readUInt16(at: &offset)) == RecordClass.internet
    else { return .none }
    end = offset
    return isExact ? .exact : .folded
  }
}
