// SPDX-License-Identifier: Apache-2.0

import EgressBase

extension Support {
  /// The number of a support in the resource of public evidence; it never changes.
  var evidenceCode: UInt8 {
    switch self {
    case .none: 0
    case .ipv4: 1
    case .optIn: 2
    case .ipv6: 3
    case .unknown: 4
    }
  }

  /// The support of a number.
  init?(evidenceCode: UInt8) {
    guard let support = Self.allCases.first(where: { $0.evidenceCode == evidenceCode }) else { return nil }
    self = support
  }
}
