// SPDX-License-Identifier: Apache-2.0

/// How a service in a region is reached over IPv6.
package enum Support: String, Sendable, Hashable, CaseIterable {
  /// The default name has IPv6.
  case ipv6
  /// Only the dual-stack name has IPv6: a client must opt in.
  case optIn = "opt-in"
  /// Names exist, none has IPv6.
  case ipv4
  /// No name exists.
  case none
  /// Not known.
  case unknown
}

/// How far support is proven, weakest first.
package enum Evidence: String, Sendable, Hashable, CaseIterable, Comparable {
  /// A name can be built from an SDK's rules or its endpoint list. That is never shown as support.
  case declared
  /// The value follows by analogy with similar services.
  case inferred
  /// AWS's documents list the name.
  case documented
  /// A third party measured DNS, at a date that is known.
  case reported
  /// Our own DNS lookups found the records.
  case resolved
  /// A TCP connection was made.
  case connected
  /// The TLS certificate carries the name.
  case verified
  /// An HTTP answer came.
  case served

  /// Orders by strength, weakest first.
  package static func < (left: Evidence, right: Evidence) -> Bool { left.strength < right.strength }

  private var strength: Int {
    switch self {
    case .declared: 0
    case .inferred: 1
    case .documented: 2
    case .reported: 3
    case .resolved: 4
    case .connected: 5
    case .verified: 6
    case .served: 7
    }
  }
}
