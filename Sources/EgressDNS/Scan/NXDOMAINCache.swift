// SPDX-License-Identifier: Apache-2.0

/// The names that are known not to exist, beneath which nothing can exist (RFC 8020).
///
/// Some servers answer NXDOMAIN for a name that has children. So a parent is asked about only after several of its
/// children were missing and none existed, and it is believed missing only when two answers say so.
struct NXDOMAINCache {
  /// Missing children before a parent is asked about.
  static let missingChildren = 3
  /// The most names that are remembered.
  static let mostNames = 65_536

  /// What to do after an answer about a parent.
  enum NextStep: Equatable {
    /// Nothing.
    case none
    /// Ask a second time about the same name.
    case confirm
    /// Ask about the name above.
    case ask(DomainName)
  }

  private enum State {
    case suspect(missing: Int)
    case asked
    case missing
    case exists
  }

  private var names: [DomainName: State] = [:]
  /// Parents that one answer calls missing.
  private var missingOnce: Set<DomainName> = []

  /// The nearest parent of a name that is known not to exist.
  func missingAncestor(of name: DomainName) -> DomainName? {
    guard !names.isEmpty else { return nil }
    var ancestor = name.parent
    while let current = ancestor, current.labelCount >= 2 {
      if case .missing = names[current] { return current }
      ancestor = current.parent
    }
    return nil
  }

  /// Records that a name does not exist.
  ///
  /// - Returns: Its parent, when the parent is to be asked about now.
  mutating func recordMissing(_ name: DomainName) -> DomainName? {
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

  /// Records that a name exists, and with it all its parents.
  mutating func recordExisting(_ name: DomainName) {
    var ancestor = name.parent
    while let current = ancestor, current.labelCount >= 2 {
      if case .exists = names[current] { return }
      if names[current] == nil, names.count >= Self.mostNames { return }
      names[current] = .exists
      ancestor = current.parent
    }
  }

  /// Records an answer about a parent that was to be asked about.
  ///
  /// - Parameters:
  ///   - name: The parent.
  ///   - exists: Whether it exists; `nil` when the look failed.
  /// - Returns: What to do next.
  mutating func recordAnswer(about name: DomainName, exists: Bool?) -> NextStep {
    guard exists == false else {
      missingOnce.remove(name)
      if exists == true { recordExisting(DomainName(wire: [1, 0x78] + name.wire)) }
      return .none
    }
    guard !missingOnce.insert(name).inserted else { return .confirm }
    missingOnce.remove(name)
    guard case .asked = names[name] else { return .none }
    names[name] = .missing
    return recordMissing(name).map { .ask($0) } ?? .none
  }
}
