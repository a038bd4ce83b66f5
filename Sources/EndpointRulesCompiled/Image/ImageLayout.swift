// SPDX-License-Identifier: Apache-2.0

// The image of compiled rules: little endian, every reference an offset from its first byte, so it may lie anywhere.
//
// header, directory of programs sorted by name, then pieces that are shared by content: tables of nodes, values, registers,
// parameters and leaves, templates, texts, partitions; and zero bytes at the end that copies may read.

/// The header.
enum ImageLayout {
  static let magic = Array("EG6RULES".utf8)
  static let version = 1
  static let headerSize = 64
  /// The largest image that is read; that of all services has less than half a megabyte.
  static let maximumSize = 64 << 20
  /// The longest name of a program.
  static let maximumName = 1024
  /// Zero bytes at the end: what a copy of a piece of a template may read too far.
  static let padding = 160

  static let versionPlace = 8
  static let size = 12
  /// A checksum of everything but itself.
  static let checksum = 16
  static let programCount = 24
  static let directory = 28
  static let partitions = 32
  static let literals = 36
  static let literalCount = 40
}

/// A program in the directory.
enum ProgramLayout {
  static let recordSize = 64
  static let name = 0
  static let nodes = 8
  static let values = 12
  static let registers = 16
  static let parameters = 20
  static let leaves = 24
  static let nodeCount = 28
  static let leafCount = 30
  static let valueCount = 32
  static let registerCount = 33
  static let parameterCount = 34
  /// The parameter whose partition has the two last flags; 255 when there is none.
  static let regionSlot = 35
  static let entry = 36
  /// The parameters without which nothing runs, a bit each.
  static let required = 40
}

/// A node: a test, its operands, and where it leads: a node number, or the complement of a leaf number.
///
/// A short cut has the offset of its table instead.
enum NodeLayout {
  static let recordSize = 8
  // test UInt8, first operand UInt8, second operand UInt16, holds Int16, fails Int16
}

/// Two flags behind those of the parameters: what the partition of the region supports.
struct RegionFlags {
  let fips: Int
  let dualStack: Int

  init(parameterCount: Int) {
    fips = parameterCount
    dualStack = parameterCount + 1
  }

  /// Both as a mask.
  var mask: UInt64 { 1 << UInt64(fips) | 1 << UInt64(dualStack) }
}

/// The tests as numbers.
enum TestCode: UInt8 {
  case isPresent, flag
  case equals, isLong, hostLabel, bucketLabel, isSet, same
  case isARN, isURL, supportsFIPS, supportsDualStack, isIP
  /// A short cut: what the tests of bits from the next node on come to. Its targets are in a table.
  case table
}

/// A table of targets for all combinations of up to six bits of the masks of a run.
///
/// For the parameters that are present and for the flags: a mask, and a factor that moves the masked bits to the top. The top
/// six bits are the number of the entry.
enum TableLayout {
  static let maximumBits = 6
  static let shift: UInt64 = 58
  static let entries = 32
}

/// A text that is computed.
enum ValueLayout {
  static let recordSize = 16
  static let kind = 0
  static let first = 1
  static let second = 2
  static let third = 3
  static let offset = 4
  static let count = 8
}

/// The kinds of computed texts as numbers; a part of an ARN is one before the resource or one of the first of its pieces.
enum ValueCode: UInt8 {
  case parameter, literal, listElement, partition, arnPart, resource, url, substring, encoded, template, split
}

/// A register: kind, the value that it is taken from, and for partitions the parameter that this is.
enum RegisterLayout {
  static let recordSize = 4
  static let kind = 0
  static let source = 1
  static let slot = 2
  /// The source of a partition without a region, and the slot of a value other than a parameter.
  static let noSource: UInt8 = 255
}

enum RegisterCode: UInt8 {
  case partition, arn, url
}

/// A declared parameter.
enum ParameterLayout {
  static let recordSize = 28
  static let name = 0
  static let builtIn = 8
  /// Offset and count of the default: bytes of a string, or texts of a list.
  static let defaultValue = 16
  static let kind = 24
  static let flags = 25
  static let isRequired: UInt8 = 1
  static let hasDefault: UInt8 = 2
  static let hasBuiltIn: UInt8 = 4
  static let defaultFlag: UInt8 = 8
}

/// A result.
enum LeafLayout {
  static let recordSize = 12
  /// The template of the URL or of the error's text.
  static let text = 0
  /// Headers and properties; 0 when there are none.
  static let extras = 4
  /// The kind in the upper two bits, and the offset of the path of the rule.
  static let kindAndRule = 8
}

enum LeafCode: UInt8 {
  case endpoint, error, noMatch, failure
}

/// A template: runs of bytes (their count from 1 to 127, then the bytes), values (128 + number, or 255 and any number)
/// parameters (192 + slot) and texts of the partition of the region (248 + attribute), ended by 0.
enum TemplateCode {
  static let end: UInt8 = 0
  static let maximumRun = 127
  static let value: UInt8 = 0x80
  static let parameter: UInt8 = 0xC0
  static let region: UInt8 = 0xF8
  /// How many values, and how many parameters, have a code of one byte.
  static let shortValueCount = 64
  static let shortParameterCount = 56
  static let longValue: UInt8 = 0xFF
}

/// A property value.
enum PropertyCode: UInt8 {
  case text, no, yes, integer, array, object
}

/// The block of partitions.
enum PartitionLayout {
  /// The longest name, suffix or pattern.
  static let maximumText = 1024
  static let headerSize = 24
  static let count = 0
  static let mask = 8
  static let records = 12
  static let entries = 16

  static let recordSize = 48
  /// Name, two suffixes and the implicit global region, as the raw values of ``PartitionAttribute`` count.
  static let texts = 0
  static let pattern = 32
  static let flags = 40
  static let supportsFIPS = 1
  static let supportsDualStack = 2

  /// An entry of the hash table: offset UInt32, count UInt16, partition UInt16.
  static let entrySize = 8
  static let freeEntry = 0xFFFF
}
