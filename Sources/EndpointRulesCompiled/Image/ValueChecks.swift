// SPDX-License-Identifier: Apache-2.0

/// What is known about the values of a program while it is checked.
struct ValueChecks {
  /// Tables that most services share; what has been checked together need not be checked again.
  struct Shared: Equatable {
    var nodes: Int
    var nodeCount: Int
    var leafCount: Int
    var values: Int
    var valueCount: Int
    var registers: Int
    var registerCount: Int
    var parameters: Int
    var parameterCount: Int
    var regionSlot: UInt8
  }

  /// The last tables that were found right, with the texts that templates may name.
  private var known: [(shared: Shared, parameters: UInt64, regionTexts: UInt8, sizes: [TextSize])] = []
  private var nextKnown = 0

  /// How many tables are remembered.
  private static let knownCapacity = 16

  /// Whether tables have been checked before; what templates may name is then as it was.
  mutating func recall(_ shared: Shared) -> Bool {
    for entry in known where entry.shared == shared {
      parameters = entry.parameters
      regionTexts = entry.regionTexts
      for (value, size) in entry.sizes.enumerated() { sizes[value] = size }
      return true
    }
    return false
  }

  /// Remembers that tables are right.
  mutating func remember(_ shared: Shared) {
    let entry = (shared, parameters, regionTexts, Array(sizes[..<shared.valueCount]))
    if known.count < Self.knownCapacity {
      known.append(entry)
    } else {
      known[nextKnown] = entry
      nextKnown = (nextKnown + 1) % Self.knownCapacity
    }
  }

  /// The steps that each text takes, and how deep its parts nest.
  var steps = Array(repeating: 0, count: RuleCompiler.maximumValues + 1)
  var depths = Array(repeating: 0, count: RuleCompiler.maximumValues + 1)
  /// How large each text can get.
  var sizes = Array(repeating: TextSize(), count: RuleCompiler.maximumValues + 1)
  /// How large the result can get that is checked.
  var result = TextSize()
  /// The headers and properties that were checked last, and how large they can get; results next to each other often have
  /// the same.
  var lastExtras = (place: 0, size: TextSize())
  /// What has been looked at so far, in bytes or so: tables may be shared, and an image could have them checked for
  /// ever.
  var work = 0
  /// The parameters, and the texts of the partition of the region, that are values of their own; templates may name only
  /// these.
  var parameters: UInt64 = 0
  var regionTexts: UInt8 = 0
}
