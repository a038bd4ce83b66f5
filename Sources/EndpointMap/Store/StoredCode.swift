// SPDX-License-Identifier: Apache-2.0

internal import DNS
internal import ServiceCatalog

/// A value that the store keeps as a small number; a published number never changes its meaning.
protocol StoredCode: CaseIterable {
  /// The number in the store.
  var code: Int { get }
}

extension StoredCode {
  /// Reads a number; `nil` when it has no meaning, as in a damaged file.
  init?(code: Int) {
    guard let value = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = value
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
}

extension Evidence: StoredCode {
  var code: Int {
    switch self {
    case .declared: 0
    case .resolved: 1
    case .connected: 2
    case .verified: 3
    case .served: 4
    }
  }
}

extension Variant: StoredCode {
  var code: Int {
    switch self {
    case .default: 0
    case .dualstack: 1
    case .fips: 2
    case .fipsDualstack: 3
    }
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
}
