// SPDX-License-Identifier: Apache-2.0

/// The format of what older releases say otherwise.
///
/// All numbers are little endian.
/// ```
/// offset  bytes  content
///      0      8  "egress6o"
///      8      4  format version
///     12      4  length of the file
///     16      4  CRC-32 of everything from offset 20 on
///     20         packed tables (``PackedTables``)
/// ```
/// Equal records of all releases are stored once, and records refer to others by their index. Rule trees are those of catalog
/// images (``RuleNode``); they are not compiled, because questions about older releases are few.
enum OlderRulesLayout {
  /// The first bytes.
  static let magic: [UInt8] = Array("egress6o".utf8)
  /// The version of the format; raised with every change of it.
  static let formatVersion = 1
  /// The bytes before the packed tables.
  static let headerBytes = 20
  /// The most bytes of a file.
  static let maximumBytes = 8 << 20
  /// The most releases of a file.
  static let maximumReleases = 64

  /// A table of records, in the order of the file.
  enum Table: Int, CaseIterable {
    /// Nodes of rule trees.
    case nodes
    /// Partitions.
    case partitions
    /// Partitions of `endpoints.json`.
    case listed
    /// Services of `endpoints.json`.
    case listedServices
    /// API versions with or without model and rules.
    case versions
    /// Lists of operations.
    case operations
    /// Releases.
    case releases
  }
}
