// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Why bytes are not a DNS message, with the offset of the fault.
package enum MessageError: DomainError, Hashable {
  /// The message ends within a field.
  case truncated(Int)
  /// A label has a type other than a plain length or a pointer (RFC 1035, section 4.1.4).
  case badLabel(Int)
  /// A compression pointer does not point backwards.
  case badPointer(Int)
  /// The labels at a pointer's target run into the pointer itself.
  case overlappingName(Int)
  /// A name uses more pointers than a name can have labels.
  case tooManyPointers(Int)
  /// A name is longer than 255 octets.
  case nameTooLong(Int)
  /// The data of a record does not fill its length exactly.
  case badRecordLength(Int)
  /// There are two OPT records, or one is outside the additional section or not at the root (RFC 6891, section 6.1.1).
  case misplacedOPT(Int)
  /// Bytes follow the last record.
  case trailingBytes(Int)
  /// The message would be longer than 65,535 octets.
  case messageTooLong

  /// The kind of error.
  package var code: ErrorCode { ErrorCode("dns.malformed-message", .network) }

  /// The offset of the fault.
  package var facts: [ErrorFact: String] { offset.map { [.entry: "octet \($0)"] } ?? [:] }

  private var offset: Int? {
    switch self {
    case .truncated(let offset), .badLabel(let offset), .badPointer(let offset), .overlappingName(let offset),
      .tooManyPointers(let offset), .nameTooLong(let offset), .badRecordLength(let offset),
      .misplacedOPT(let offset), .trailingBytes(let offset):
      offset
    case .messageTooLong: nil
    }
  }

  /// The fault in one sentence.
  package var description: String {
    switch self {
    case .truncated(let offset): "ends within a field at octet \(offset)"
    case .badLabel(let offset): "unknown label type at octet \(offset)"
    case .badPointer(let offset): "name pointer at octet \(offset) does not point backwards"
    case .overlappingName(let offset): "name at octet \(offset) runs into its own pointer"
    case .tooManyPointers(let offset): "too many name pointers at octet \(offset)"
    case .nameTooLong(let offset): "name longer than 255 octets at octet \(offset)"
    case .badRecordLength(let offset): "record data does not fit its length at octet \(offset)"
    case .misplacedOPT(let offset): "OPT record twice or misplaced at octet \(offset)"
    case .trailingBytes(let offset): "bytes after the last record at octet \(offset)"
    case .messageTooLong: "longer than 65535 octets"
    }
  }
}
