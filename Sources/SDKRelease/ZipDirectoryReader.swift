// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads the central directory of a zip file (APPNOTE 6.3, sections 4.3.12 and 4.3.16).
struct ZipDirectoryReader {
  private let path: String
  private let bytes: [UInt8]
  private let limits: ArchiveLimits
  /// Where the central directory begins.
  private(set) var directory = 0

  init(path: String, bytes: [UInt8], limits: ArchiveLimits) {
    self.path = path
    self.bytes = bytes
    self.limits = limits
  }

  /// Reads all entries.
  mutating func read() throws(ImportError) -> [ZipArchive.Entry] {
    let end = try endRecord()
    guard let disk = bytes.littleEndian16(at: end + 4), let count = bytes.littleEndian16(at: end + 10),
      let here = bytes.littleEndian16(at: end + 8), let size = bytes.littleEndian32(at: end + 12),
      let offset = bytes.littleEndian32(at: end + 16)
    else { throw damaged("the end of the directory is cut off") }
    let isZip64 = count == 0xFFFF || size == .max || offset == .max || hasZip64Locator(before: end)
    guard !isZip64 else { throw .unsupported(archive: path, entry: nil, feature: "the zip64 form") }
    guard disk == 0, here == count else {
      throw .unsupported(archive: path, entry: nil, feature: "a split archive")
    }
    guard count <= limits.entries else {
      throw .limit(archive: path, entry: nil, limit: "\(limits.entries) entries")
    }
    guard Int(offset) + Int(size) == end else { throw damaged("the directory is not where its end says") }
    directory = Int(offset)
    var entries: [ZipArchive.Entry] = []
    var names: Set<String> = []
    var position = directory
    for _ in 0..<count {
      let entry = try next(&position, end: end)
      guard names.insert(entry.name).inserted else { throw .duplicateEntry(archive: path, entry: entry.name) }
      entries.append(entry)
    }
    guard position == end else { throw damaged("the directory has more entries than its end says") }
    return entries
  }

  /// Finds the end record: the last signature whose comment fills the file.
  private func endRecord() throws(ImportError) -> Int {
    var position = bytes.count - 22
    let lowest = max(0, position - 0xFFFF)
    while position >= lowest {
      if bytes[position] == 0x50, bytes.littleEndian32(at: position) == 0x0605_4B50,
        let comment = bytes.littleEndian16(at: position + 20), position + 22 + comment == bytes.count
      {
        return position
      }
      position -= 1
    }
    throw damaged("the end of the directory is missing")
  }

  private func hasZip64Locator(before end: Int) -> Bool {
    end >= 20 && bytes.littleEndian32(at: end - 20) == 0x0706_4B50
  }

  private func next(_ position: inout Int, end: Int) throws(ImportError) -> ZipArchive.Entry {
    let start = position
    guard start <= end - 46, bytes.littleEndian32(at: start) == 0x0201_4B50,
      let madeBy = bytes.littleEndian16(at: start + 4), let flags = bytes.littleEndian16(at: start + 8),
      let method = bytes.littleEndian16(at: start + 10), let day = bytes.littleEndian16(at: start + 14),
      let sum = bytes.littleEndian32(at: start + 16), let packed = bytes.littleEndian32(at: start + 20),
      let unpacked = bytes.littleEndian32(at: start + 24),
      let nameCount = bytes.littleEndian16(at: start + 28),
      let extraCount = bytes.littleEndian16(at: start + 30),
      let commentCount = bytes.littleEndian16(at: start + 32),
      let attributes = bytes.littleEndian32(at: start + 38), let header = bytes.littleEndian32(at: start + 42)
    else { throw damaged("an entry of the directory is broken") }
    position = start + 46 + nameCount + extraCount + commentCount
    guard position <= end else { throw damaged("an entry of the directory is cut off") }
    let rawName = bytes[start + 46..<start + 46 + nameCount]
    let name = try EntryName.checked(rawName, archive: path, limits: limits)
    guard flags & 1 == 0 else { throw .unsupported(archive: path, entry: name, feature: "encryption") }
    guard packed != .max, unpacked != .max, header != .max else {
      throw .unsupported(archive: path, entry: name, feature: "the zip64 form")
    }
    guard method == 0 || method == 8 else {
      throw .unsupported(archive: path, entry: name, feature: "compression method \(method)")
    }
    // Made on Unix: the upper half of the attributes is the file mode.
    let type = madeBy >> 8 == 3 ? (attributes >> 16) & 0o170000 : 0
    guard type == 0 || type == 0o100000 || type == 0o040000 else {
      throw .unsafeName(archive: path, entry: name, reason: "it is a symbolic link or a device")
    }
    guard method == 8 || packed == unpacked else {
      throw .damaged(archive: path, entry: name, reason: "it is stored with two sizes")
    }
    return ZipArchive.Entry(
      name: name, isFolder: rawName.last == UInt8(ascii: "/"), method: method, sum: sum, packed: Int(packed),
      unpacked: Int(unpacked), header: Int(header), date: ArchiveDate.text(dos: day))
  }

  private func damaged(_ reason: String) -> ImportError {
    .damaged(archive: path, entry: nil, reason: reason)
  }
}
