// SPDX-License-Identifier: Apache-2.0

/// The outer format of a catalog image.
///
/// All numbers are little endian. An image is position independent: positions are offsets from its first byte.
/// ```
/// offset  bytes  content
///      0      8  "egress6\0"
///      8      4  format version
///     12      4  length of the image
///     16      4  CRC-32 of everything from offset 20 on
///     20      4  number of sections
///     24   n*12  sections: tag, offset, length; in ascending order, each at a multiple of 8
/// ```
/// Sections hold numbers as LEB128 (``ImageCursor/number()``) and texts by their rank among all texts (``StringTable``).
/// The rules are stored twice: as programs that run in place (`CompiledRules`), and as trees that explain an answer. A
/// tree is a list of nodes, each of which points to earlier nodes only (``RuleNode``). The trees, `endpoints.json`, the
/// declared map and the operations' inputs are each packed together with the texts that only they use (``PackedTables``).
enum ImageLayout {
  /// The first bytes.
  static let magic: [UInt8] = Array("egress6\0".utf8)
  /// The version of the format; raised with every change of it.
  static let formatVersion = 4
  /// The bytes before the section table.
  static let headerBytes = 24
  /// The most bytes of an image: some 40 times that of botocore 1.44.5.
  static let maximumBytes = 32 << 20

  /// A part of the image.
  enum Section: UInt32, CaseIterable {
    /// Where the content came from.
    case origin = 1
    /// The texts of all tables that are not packed, sorted.
    case strings = 2
    /// The partitions.
    case partitions = 3
    /// `endpoints.json`, packed: texts, partitions, services.
    case endpointsFile = 4
    /// The rule trees, packed: texts, nodes.
    case trees = 6
    /// The services, sorted by folder.
    case services = 7
    /// The API versions of all services.
    case versions = 8
    /// The operations, one record for each API version.
    case operations = 9
    /// Other names of services, sorted.
    case names = 10
    /// The compiled rules, with the partitions that they look regions up in.
    case programs = 11
    /// The names of each endpoint group of each service and region, packed: texts, partitions, services. Derived from the others.
    case declared = 12
    /// The members of the operations' inputs, packed: texts, lists of members, which list each operation has.
    case inputs = 13
  }
}
