// SPDX-License-Identifier: Apache-2.0

/// What a host is to an endpoint: its group, and whether it decides there.
package struct EndpointRole: Sendable, Hashable {
  /// The group's name.
  package var group: String
  /// Whether the group is the main one of its service in that region.
  package var isMain: Bool
  /// Whether the host decides for the group in its variant; where several do, one of those that exist does.
  package var isDeciding: Bool

  /// Makes a role.
  package init(group: String, isMain: Bool, isDeciding: Bool) {
    self.group = group
    self.isMain = isMain
    self.isDeciding = isDeciding
  }
}

/// The names of an endpoint that belong to one group.
struct EndpointGroup: Sendable, Hashable {
  /// The group's name.
  var name: String
  /// Whether it is the main group.
  var isMain: Bool
  /// The hosts, the deciding ones first.
  var hosts: [String]
  /// How many of them decide: one, unless a list has several names of equal rank; then one of those that exist decides.
  var decidingCount: Int

  /// The hosts that decide.
  var deciding: ArraySlice<String> { hosts.prefix(decidingCount) }
}

/// How good a name is as the one that decides for its group, best first.
///
/// A name that an operation calls comes before one that only a setting of the client or an older API version leads to, and
/// that before names of lists. Among names of one origin plain ones come before those with representative values, since a
/// bucket or an account does not represent a service; then those that need fewer parameters. The number of operations breaks
/// a tie, and then the alphabet.
struct NameRank: Comparable, Hashable {
  /// Where a name comes from, best first.
  enum Origin: Int {
    /// An operation of the current API version calls it.
    case called
    /// The rules of the current API version give it, but it takes a setting, or an input that operations do not have.
    case reachable
    /// Only an older API version leads to it.
    case older
    /// The SDK's `endpoints.json`.
    case endpointsFile
    /// The project's own file.
    case facts
  }

  /// Where the name comes from.
  var origin: Origin
  /// Whether it holds representative values.
  var isRepresentative: Bool
  /// How many parameters and flags lead to it.
  var parameters = 0
  /// How many operations go there.
  var operations = 0

  static func < (left: NameRank, right: NameRank) -> Bool {
    left.order.lexicographicallyPrecedes(right.order)
  }

  /// Whether names of this rank are alternatives, of which a list does not say which one exists.
  func isAlternative(to other: NameRank) -> Bool {
    self == other && (origin == .endpointsFile || origin == .facts)
  }

  private var order: [Int] { [origin.rawValue, isRepresentative ? 1 : 0, parameters, -operations] }
}
