// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads what `scripts/build_evidence.py` wrote, whose first lines describe the layout; nothing of it is trusted.
struct EvidenceReader {
  private static let magic = Array("E6EVIDEN".utf8)
  private static let formatVersion: UInt8 = 1
  /// Magic, format and check sum; then come the unpacked length and the packed bytes.
  private static let headerBytes = 13
  /// The most bytes that the content may unpack to: 80 times what it has.
  private static let maximumBytes = 4 << 20
  /// The most cells: ten times what it has.
  private static let maximumCells = 120_000

  private var record: ImageCursor
  private var texts: [String] = []

  /// Reads a map.
  static func map(_ memory: ImageMemory) throws(EvidenceError) -> BuiltInMap {
    guard memory.starts(with: magic), memory.count > headerBytes + 4 else { throw .notEvidence }
    guard memory[magic.count] == formatVersion else { throw .formatVersion(Int(memory[magic.count])) }
    guard memory.littleEndian32(at: magic.count + 1) == crc32(memory, in: headerBytes..<memory.count) else {
      throw .damaged("its check sum is wrong")
    }
    guard let length = memory.littleEndian32(at: headerBytes), Int(length) <= maximumBytes else {
      throw .damaged("it is too long")
    }
    var packed = ImageCursor(memory, headerBytes + 4..<memory.count)
    guard let bytes = Packing.unpacked(&packed, count: Int(length)) else {
      throw .damaged("it cannot be unpacked")
    }
    var reader = EvidenceReader(record: ImageCursor(ImageMemory(bytes), 0..<bytes.count))
    return try reader.map()
  }

  private mutating func map() throws(EvidenceError) -> BuiltInMap {
    try readTexts()
    guard case .day(let collected)? = date() else { throw .damaged("the day of its collection is malformed") }
    let (release, partition) = (text(), PartitionID(text()))
    let regions = list().map { RegionID($0) }
    guard zip(regions, regions.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .damaged("regions are out of order")
    }
    let values = try values()
    let services = try services(regions: regions.count, values: values.count)
    let firstSeen = try firstSeen()
    let absentNames = try absentNames()
    guard record.isValid, record.isAtEnd else { throw .damaged("its tables do not fill it") }
    return BuiltInMap(
      release: release, collected: collected, partition: partition, regions: regions, values: values,
      services: services, firstSeen: firstSeen, absentNames: absentNames)
  }

  private mutating func readTexts() throws(EvidenceError) {
    for rank in 0..<record.count() {
      let bytes = record.take(record.number())
      guard record.isValid, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw .damaged("text \(rank) is malformed")
      }
      texts.append(String(decoding: bytes, as: UTF8.self))
    }
  }

  private mutating func values() throws(EvidenceError) -> [BuiltInCell] {
    var values: [BuiltInCell] = []
    for number in 0..<record.count() {
      let (support, evidence) = (Support(evidenceCode: record.byte()), Self.evidence(record.byte()))
      let (date, derivation, note) = (date(), text(), text())
      guard record.isValid, let support, let evidence, let date,
        (support == .unknown) == (evidence == .declared)
      else { throw .damaged("value \(number) is malformed") }
      values.append(
        BuiltInCell(
          support: support, evidence: evidence, date: date, derivation: derivation, note: note,
          isListed: false))
    }
    return values
  }

  /// A service is its name, whether its regions are listed, its conflict, and runs of regions with the same value.
  private mutating func services(
    regions: Int, values: Int
  ) throws(EvidenceError) -> [ServiceID: BuiltInMap.Service] {
    var services: [ServiceID: BuiltInMap.Service] = [:]
    let count = record.count()
    guard regions > 0, count * regions <= Self.maximumCells else { throw .damaged("it has too many cells") }
    for _ in 0..<count {
      let name = text()
      var service = BuiltInMap.Service(isListed: record.flag(), conflict: optionalText(), numbers: [])
      while record.isValid, service.numbers.count < regions {
        let (value, run) = (record.number(), record.number())
        guard value <= values, run > 0, run <= regions - service.numbers.count else {
          record.fail()
          break
        }
        service.numbers += repeatElement(value, count: run)
      }
      guard record.isValid, services.updateValue(service, forKey: ServiceID(name)) == nil else {
        throw .damaged("service \(name) is malformed")
      }
    }
    return services
  }

  private mutating func firstSeen() throws(EvidenceError) -> [FirstSeen] {
    var rows: [FirstSeen] = []
    for number in 0..<record.count() {
      let (basis, partition, name) = (Int(record.byte()), PartitionID(text()), text())
      let (regions, date, source) = (list(), date(), text())
      guard record.isValid, let date, basis < FirstSeen.Basis.allCases.count else {
        throw .damaged("first date \(number) is malformed")
      }
      let row = FirstSeen(
        basis: FirstSeen.Basis.allCases[basis], partition: partition, subject: .host(name), date: date,
        source: source)
      func add(_ subject: FirstSeen.Subject) {
        rows.append(row)
        rows[rows.count - 1].subject = subject
      }
      if row.basis == .announced {
        add(.service(ServiceID(name)))
      } else if regions.isEmpty {
        add(.host(name))
      }
      for region in regions { add(.host(name.replacingAll("{region}", with: region))) }
      guard rows.count <= Self.maximumCells else { throw .damaged("it has too many first dates") }
    }
    return rows
  }

  private mutating func absentNames() throws(EvidenceError) -> [AbsentName] {
    var names: [AbsentName] = []
    for number in 0..<record.count() {
      let (host, date, source) = (text(), date(), text())
      guard record.isValid, let date else { throw .damaged("absent name \(number) is malformed") }
      names.append(AbsentName(host: host, date: date, source: source == "-" ? nil : source))
    }
    return names
  }

  private mutating func text() -> String {
    let rank = record.number()
    guard rank < texts.count else {
      record.fail()
      return ""
    }
    return texts[rank]
  }

  private mutating func optionalText() -> String? {
    let rank = record.number()
    guard rank > 0 else { return nil }
    guard rank <= texts.count else {
      record.fail()
      return nil
    }
    return texts[rank - 1]
  }

  private mutating func list() -> [String] {
    var list: [String] = []
    for _ in 0..<record.count() { list.append(text()) }
    return list
  }

  private mutating func date() -> EvidenceDate? {
    let (year, part, day) = (record.number(), record.number(), record.number())
    guard (0...9999).contains(year) else { return nil }
    switch record.byte() {
    case 0: return CalendarDay(year: year, month: part, day: day).map { .day($0) }
    case 1 where (1...12).contains(part): return .month(year: year, part)
    case 2 where (1...2).contains(part): return .half(year: year, part)
    default: return nil
    }
  }

  /// The kinds of evidence by their numbers in the file, which never change.
  private static func evidence(_ number: UInt8) -> Evidence? {
    switch number {
    case 0: .declared
    case 1: .inferred
    case 2: .documented
    case 3: .reported
    default: nil
    }
  }
}
