// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// A rule set as a graph of tests whose ends are results, before it is written as bytes.
///
/// Each value, register, node and result is used; values refer to earlier values only, nodes lead to later nodes only.
struct DecisionGraph: Equatable {
  /// A text that is computed from the parameters.
  enum Value: Hashable {
    case parameter(Int)
    case literal([UInt8])
    case listElement(Int, Int)
    case partition(RegisterID, PartitionAttribute)
    case arn(RegisterID, ARNAttribute)
    case resource(RegisterID, Int)
    case url(RegisterID, URLAttribute)
    case substring(ValueID, start: Int, stop: Int, isReversed: Bool)
    case encoded(ValueID)
    case template([Segment])
    case splitElement(ValueID, delimiter: ValueID, limit: Int, index: Int)
  }

  /// A record that is computed once from a text.
  enum Register: Hashable {
    /// The partition of a region; of none, the first partition.
    case partition(ValueID?)
    case arn(ValueID)
    case url(ValueID)
  }

  /// A part of a text.
  enum Segment: Hashable {
    case literal([UInt8])
    case value(ValueID)
  }

  /// A question with two answers; it never fails.
  enum Test: Hashable {
    /// Whether a parameter has a value.
    case isPresent(Int)
    /// Whether a boolean parameter is true.
    case flag(Int)
    /// Whether a text can be computed at all.
    case isSet(ValueID)
    /// Whether a text is an ARN, or a URL.
    case isRecord(RegisterID)
    case equals(ValueID, [UInt8])
    case same(ValueID, ValueID)
    case hostLabel(ValueID, allowSubdomains: Bool)
    case bucketLabel(ValueID, allowSubdomains: Bool)
    /// Whether a text is ASCII and has that many bytes.
    case isLong(ValueID, Int)
    case supportsFIPS(RegisterID)
    case supportsDualStack(RegisterID)
    case isIP(RegisterID)
  }

  /// Where a test leads.
  enum Target: Hashable {
    case node(Int)
    case leaf(Int)
  }

  struct Node: Hashable {
    var test: Test
    var holds: Target
    var fails: Target
  }

  /// A result.
  enum Leaf: Hashable {
    case endpoint(EndpointLeaf)
    case error(rule: RulePath, [Segment])
    case noMatch
    /// A rule uses a value that is unset.
    case failure
  }

  struct EndpointLeaf: Hashable {
    var rule: RulePath
    var url: [Segment]
    var headers: [Header] = []
    var properties: [Property.Member] = []
  }

  struct Header: Hashable {
    var name: [UInt8]
    var values: [[Segment]]
  }

  indirect enum Property: Hashable {
    struct Member: Hashable {
      var name: [UInt8]
      var value: Property
    }

    case text([Segment])
    case boolean(Bool)
    case integer(Int64)
    case array([Property])
    case object([Member])
  }

  var parameters: [RuleSet.Parameter]
  var values: [Value] = []
  var registers: [Register] = []
  var nodes: [Node] = []
  var leaves: [Leaf] = []
  var entry = Target.leaf(0)
}

typealias ValueID = Int
typealias RegisterID = Int

/// What a partition record has as text; the raw value is its offset in the record.
enum PartitionAttribute: UInt8, CaseIterable {
  case name, dnsSuffix, dualStackDNSSuffix, implicitGlobalRegion
}

/// What an ARN record has as text besides its resource.
enum ARNAttribute: UInt8, CaseIterable {
  case partition, service, region, accountID
}

/// What a URL record has as text.
enum URLAttribute: UInt8, CaseIterable {
  case scheme, authority, path, normalizedPath
}
