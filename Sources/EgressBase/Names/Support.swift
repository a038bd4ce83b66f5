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
package enum Evidence: String, Sendable, Hashable, CaseIterable {
  /// An SDK's rules or its endpoint list say so.
  case declared
  /// DNS has the records.
  case resolved
  /// A TCP connection was made.
  case connected
  /// The TLS certificate carries the name.
  case verified
  /// An HTTP answer came.
  case served
}
