// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import IPAddressing
internal import ServiceCatalog

/// A value that the store keeps as a small number; a published number never changes its meaning.
protocol StoredCode {
  /// The number in the store.
  var code: Int { get }

  /// Reads a number; `nil` when it has no meaning, which happens in a damaged file.
  init?(code: Int)
}

extension StoredCode where Self: CaseIterable & RawRepresentable<String> {
  /// The SQL expression for the word of a column's number; NULL for a number without a meaning.
  static func words(_ column: String) -> String {
    "CASE \(column) " + allCases.map { "WHEN \($0.code) THEN '\($0.rawValue)'" }.joined(separator: " ")
      + " END"
  }

  /// The SQL condition that a column's number has no meaning.
  static func isMeaningless(_ column: String) -> String {
    "\(column) NOT IN (\(allCases.map { "\($0.code)" }.joined(separator: ", ")))"
  }
}

extension Answer: StoredCode {
  var code: Int {
    switch self {
    case .unknown: 0
    case .yes: 1
    case .no: 2
    case .absent: 3
    case .synthesised: 4
    case .private: 5
    }
  }

  init?(code: Int) {
    switch code {
    case 0: self = .unknown
    case 1: self = .yes
    case 2: self = .no
    case 3: self = .absent
    case 4: self = .synthesised
    case 5: self = .private
    default: return nil
    }
  }
}

extension Support: StoredCode {
  var code: Int {
    switch self {
    case .unknown: 0
    case .ipv6: 1
    case .optIn: 2
    case .ipv4: 3
    case .none: 4
    }
  }

  init?(code: Int) {
    switch code {
    case 0: self = .unknown
    case 1: self = .ipv6
    case 2: self = .optIn
    case 3: self = .ipv4
    case 4: self = .none
    default: return nil
    }
  }
}

extension Evidence: StoredCode {
  var code: Int {
    switch self {
    case .declared: 0
    case .resolved: 1
    case .connected: 2
    case .verified: 3
    case .served: 4
    case .inferred: 5
    case .documented: 6
    case .reported: 7
    }
  }

  init?(code: Int) {
    switch code {
    case 0: self = .declared
    case 1: self = .resolved
    case 2: self = .connected
    case 3: self = .verified
    case 4: self = .served
    case 5: self = .inferred
    case 6: self = .documented
    case 7: self = .reported
    default: return nil
    }
  }
}

extension ResolverVerdict: StoredCode {
  var code: Int {
    switch self {
    case .notJudged: 0
    case .good: 1
    case .dns64: 2
    case .silent: 3
    case .fails: 4
    case .deniesEverything: 5
    case .deniesSome: 6
    case .inventsAddresses: 7
    case .rewritesNXDOMAIN: 8
    case .hidesAAAA: 9
    case .blocks: 10
    }
  }

  init?(code: Int) {
    guard let verdict = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = verdict
  }
}

extension Variant: StoredCode {
  init?(code: Int) {
    guard let variant = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = variant
  }
}

extension EndpointHost.Source: StoredCode {
  var code: Int {
    switch self {
    case .rules: 0
    case .legacy: 1
    case .facts: 2
    }
  }

  init?(code: Int) {
    switch code {
    case 0: self = .rules
    case 1: self = .legacy
    case 2: self = .facts
    default: return nil
    }
  }
}

/// An address family, by its number in the store.
enum Family: Int64, CaseIterable {
  case ipv4 = 4
  case ipv6 = 6

  /// The family as other targets know it.
  var addressFamily: AddressFamily { self == .ipv4 ? .ipv4 : .ipv6 }
}
