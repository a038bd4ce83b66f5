// SPDX-License-Identifier: Apache-2.0

/// The members of the operations' inputs, which only the check of an input asks for.
///
/// Two tables follow the texts. A record of the first is a list of members: how many there are, then the distance of each rank
/// from the one before. The second has a record for each API version: the number of the first list that no version before
/// uses, how many operations there are, then a number for each of them, in the order of the operations: 0 for an input
/// without members, 1 for the next list that was not used before, otherwise how many lists before that one the list is, plus
/// one.
enum InputTables {
  /// The tables of a release, not packed yet.
  static func packed(_ release: ReleaseModel) -> [UInt8] {
    let collection = TextRanks.Collection()
    _ = records(release, TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    return PackedTables.joined([StringTable.packed(texts.sorted)] + records(release, texts))
  }

  private static func records(_ release: ReleaseModel, _ texts: TextRanks) -> [[UInt8]] {
    var (lists, versions): ([[UInt8]], [[UInt8]]) = ([], [])
    var known: [[String]: Int] = [:]
    for version in release.services.flatMap(\.versions) {
      var record = ImageBytes()
      record.number(lists.count)
      record.number(version.model?.operations.count ?? 0)
      for operation in version.model?.operations ?? [] {
        let members = version.model?.inputMembers[operation.name] ?? []
        if members.isEmpty {
          record.number(0)
        } else if let index = known[members] {
          record.number(lists.count - index + 1)
        } else {
          known[members] = lists.count
          lists.append(list(members, texts))
          record.number(1)
        }
      }
      versions.append(record.bytes)
    }
    return [RecordTable.packed(lists), RecordTable.packed(versions)]
  }

  private static func list(_ members: [String], _ texts: TextRanks) -> [UInt8] {
    var record = ImageBytes()
    record.number(members.count)
    var previous = 0
    for member in members {
      let rank = texts.rank(member)
      record.number(max(0, rank - previous))
      previous = rank
    }
    return record.bytes
  }

  /// The members of a list, sorted.
  private static func members(_ record: inout ImageCursor, _ texts: StringTable) -> [String] {
    var members: [String] = []
    var rank = 0
    for _ in 0..<record.count() {
      rank += record.number()
      guard rank < texts.count, let text = texts[rank] else {
        record.fail()
        break
      }
      members.append(text)
    }
    return members
  }

  /// The list of each operation of an API version, `nil` for an input without members, and the lists that it uses first.
  private static func lists(_ record: inout ImageCursor) -> (lists: [Int?], new: Range<Int>) {
    var lists: [Int?] = []
    let first = record.number()
    var next = first
    for _ in 0..<record.count() {
      let code = record.number()
      switch code {
      case 0: lists.append(nil)
      case 1:
        lists.append(next)
        next += 1
      default:
        guard code - 1 <= next else {
          record.fail()
          return (lists, first..<next)
        }
        lists.append(next - (code - 1))
      }
    }
    return (lists, first..<next)
  }

  /// The members of the inputs of an API version's operations, in the order of the operations.
  ///
  /// - Parameters:
  ///   - version: the version.
  ///   - operation: the only operation to read; the others have no members then.
  ///   - image: the image.
  /// - Returns: the members of each operation's input.
  /// - Throws: ``ImageError`` when the tables cannot be unpacked.
  static func members(
    of version: Int, operation: Int? = nil, in image: CatalogImage
  ) throws(ImageError) -> [[String]] {
    let tables = try image.inputs.tables()
    var record = tables.records[1][version]
    return lists(&record).lists.enumerated().map { index, list in
      guard let list, operation == nil || operation == index else { return [] }
      var record = tables.records[0][list]
      return members(&record, tables.strings)
    }
  }

  /// Checks texts, lists and numbers.
  static func validate(_ image: CatalogImage) throws(ImageError) {
    let tables = try image.inputs.tables()
    try tables.strings.validate()
    try tables.records[0].forEach(name: "inputs") { _, record in _ = members(&record, tables.strings) }
    var next = 0
    let reader = RecordReader(strings: image.strings)
    guard tables.records[1].count == image.operations.count else {
      throw .damaged("section inputs has another number of versions")
    }
    try tables.records[1].forEach(name: "inputs") { index, record throws(ImageError) in
      let found = lists(&record)
      var operations = image.operations[index]
      guard found.lists.count == reader.operations(&operations).count, found.new.lowerBound == next,
        found.new.upperBound <= tables.records[0].count
      else {
        throw .damaged("record \(index) of section inputs does not fit its operations")
      }
      next = found.new.upperBound
    }
    guard next == tables.records[0].count else {
      throw .damaged("section inputs has lists that nothing uses")
    }
  }
}
