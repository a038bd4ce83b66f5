// SPDX-License-Identifier: Apache-2.0

/// A name that leads to a service.
package struct ServiceName: Hashable, Comparable {
  /// What sort of name it is, best first.
  enum Kind: UInt8 {
    case folder = 0
    case serviceID = 1
    case endpointPrefix = 2
  }

  /// The name in lower case, letters and digits only.
  var key: String
  /// What sort of name it is.
  var kind: Kind
  /// The service's index.
  var service: Int

  /// A name as it is compared: lower case, letters and digits only, so `CloudWatch Logs` equals `cloudwatch-logs`.
  package static func key(_ name: String) -> String {
    var key: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): key.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): key.append(byte)
      case 0x80...: key.append(byte)
      default: continue
      }
    }
    return String(decoding: key, as: UTF8.self)
  }

  package static func < (left: ServiceName, right: ServiceName) -> Bool {
    if left.key != right.key { return left.key.utf8.lexicographicallyPrecedes(right.key.utf8) }
    return (left.kind.rawValue, left.service) < (right.kind.rawValue, right.service)
  }
}
