// SPDX-License-Identifier: Apache-2.0

/// Keeps what NXDOMAIN answers say about names above, beneath which nothing can exist (RFC 8020).
///
/// Servers that answer NXDOMAIN for empty non-terminals break that rule, so a name above is asked about only after
/// several of its children were missing and none was there, and is believed only when two queries agree.
struct NameErrorCut {
  /// Missing children before the name above is asked about.
  static let missingChildren = 3
  /// Names that are remembered; further ones are asked about one by one.
  static let mostNames = 65_536

  private enum Standing {
    case suspect(missing: Int)
    case asked
    case missing
    case exists
  }

  private var names: [DomainName: Standing] = [:]

  /// The name above a host that does not exist, if any.
  func missingAncestor(of name: DomainName) -> DomainName? {
    guard !names.isEmpty else { return nil }
    var ancestor = name.parent
    while let current = ancestor, current.labelCount >= 2 {
      if case .missing = names[current] { return current }
      ancestor = current.parent
    }
    return nil
  }

  /// Takes it that a name does not exist.
  ///
  /// - Returns: The name above, when it is to be asked about now.
  mutating func noteMissing(_ name: DomainName) -> DomainName? {
    guard let parent = name.parent, parent.labelCount >= 2 else { return nil }
    switch names[parent] {
    case nil:
      if names.count < Self.mostNames { names[parent] = .suspect(missing: 1) }
    case .suspect(let missing)?:
      if missing + 1 >= Self.missingChildren {
        names[parent] = .asked
        return parent
      }
      names[parent] = .suspect(missing: missing + 1)
    default: break
    }
    return nil
  }

  /// Takes it that a name exists, and with it all names above.
  mutating func noteExisting(_ name: DomainName) {
    var ancestor = name.parent
    while let current = ancestor, current.labelCount >= 2 {
      if case .exists = names[current] { return }
      if names[current] == nil, names.count >= Self.mostNames { return }
      names[current] = .exists
      ancestor = current.parent
    }
  }

  /// Takes it that a name above does not exist, by two queries.
  mutating func confirmMissing(_ name: DomainName) -> Bool {
    guard case .asked = names[name] else { return false }
    names[name] = .missing
    return true
  }
}
