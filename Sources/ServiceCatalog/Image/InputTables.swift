// SPDX-License-Identifier: Apache-2.0

/// The members of the operations' inputs, which only the check of an input asks for.
///
/// Two tables follow the texts. A record of the first is a list of members: how many there are, then the distance of each rank
/// from the one before. The second has a record for each API version: how many operations there are, then a number for each
/// of them, in the order of the operations: 0 for an input without members, 1 for the next list that was not used before,
/// otherwise how many lists before that one the list is, plus one.
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

  /// The list of each operation of an API version; `nil` for an input without members.
  ///
  /// - Parameters:
  ///   - record: the version's record.
  ///   - next: the number of the first list that no version before uses.
  private static func lists(_ record: inout ImageCursor, next: inout Int) -> [Int?] {
    var lists: [Int?] = []
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
          return lists
        }
        lists.append(next - (code - 1))
      }
    }
    return lists
  }

  /// The members of the inputs of an API version's operations, in the order of the operations.
  ///
  /// - Throws: ``ImageError`` when the tables cannot be unpacked.
  static func members(of version: Int, in image: CatalogImage) throws(ImageError) -> [[String]] {
    let tables = try image.inputs.tables()
    var next = 0
    var found: [Int?] = []
    // A list is numbered by those before it, so the versions before have to be read as well.
    for index in 0...max(0, version) {
      var record = tables.records[1][index]
      found = lists(&record, next: &next)
    }
    return found.map { list in
      guard let list else { return [] }
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
      let found = lists(&record, next: &next)
      var operations = image.operations[index]
      guard found.count == reader.operations(&operations).count, next <= tables.records[0].count else {
        throw .damaged("record \(index) of section inputs does not fit its operations")
      }
    }
    guard next == tables.records[0].count else {
      throw .damaged("section inputs has lists that nothing uses")
    }
  }
}
