// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog

/// A zip file such as a Python wheel, read in memory and never unpacked to disk.
///
/// Read as PKWARE's APPNOTE 6.3 describes it: stored and deflated entries. Refused: encryption, several disks, zip64
/// (no release is near its sizes), other methods, symbolic links, overlapping entries and names that could leave the
/// archive.
struct ZipArchive: ReleaseSource {
  /// One entry of the central directory.
  struct Entry {
    var name: String
    var isFolder: Bool
    var method: Int
    var sum: UInt32
    var packed: Int
    var unpacked: Int
    var header: Int
    var date: String?
  }

  private let path: String
  private let bytes: [UInt8]
  private let limits: ArchiveLimits
  private let directory: Int
  /// The entries, in the order of the central directory.
  let entries: [Entry]

  /// Reads the central directory.
  ///
  /// - Parameters:
  ///   - path: the archive's path, for errors.
  ///   - bytes: the whole archive.
  ///   - limits: the limits of the archive.
  /// - Throws: ``ImportError`` for a directory that is not as it should be.
  init(path: String, bytes: [UInt8], limits: ArchiveLimits) throws(ImportError) {
    self.path = path
    self.bytes = bytes
    self.limits = limits
    var reader = ZipDirectoryReader(path: path, bytes: bytes, limits: limits)
    entries = try reader.read()
    directory = reader.directory
    try Self.refuseOverlaps(entries, path: path, directory: directory)
  }

  func forEach(
    wanted: (String) -> String?, visit: (ReleaseEntry) throws(ImportError) -> Void
  ) throws(ImportError) {
    var budget = UnpackBudget(archive: path, limits: limits)
    for entry in entries {
      guard !entry.isFolder, let name = wanted(entry.name) else { continue }
      let contents = try unpack(entry, &budget)
      let plain = try budget.ungzip(contents, entry: entry.name)
      try visit(ReleaseEntry(name: name, shownName: entry.name, bytes: plain, date: entry.date))
    }
  }

  /// Unpacks one entry and checks its size and sum.
  private func unpack(_ entry: Entry, _ budget: inout UnpackBudget) throws(ImportError) -> [UInt8] {
    let start = try dataStart(of: entry)
    guard entry.packed <= directory - start else { throw damaged(entry, "its data passes the archive's end") }
    let range = start..<start + entry.packed
    let allowance = budget.allowance(packed: entry.packed)
    guard entry.unpacked <= allowance else { throw budget.failure(entry: entry.name, packed: entry.packed) }
    let contents: [UInt8]
    if entry.method == 0 {
      contents = Array(bytes[range])
    } else {
      do throws(InflateError) {
        contents = try Inflater.unpack(.none, bytes, in: range, limit: allowance)
      } catch {
        throw budget.error(error, entry: entry.name, packed: entry.packed)
      }
    }
    guard contents.count == entry.unpacked else {
      throw damaged(entry, "it has \(contents.count) bytes where the directory says \(entry.unpacked)")
    }
    guard crc32(contents, in: 0..<contents.count) == entry.sum else {
      throw damaged(entry, "its check sum is wrong")
    }
    try budget.spend(contents.count, entry: entry.name)
    return contents
  }

  /// Where an entry's data begins: behind its local header, which must agree with the directory on the name.
  private func dataStart(of entry: Entry) throws(ImportError) -> Int {
    guard let signature = bytes.littleEndian32(at: entry.header), signature == 0x0403_4B50,
      let nameCount = bytes.littleEndian16(at: entry.header + 26),
      let extraCount = bytes.littleEndian16(at: entry.header + 28)
    else { throw damaged(entry, "its local header is missing") }
    let start = entry.header + 30 + nameCount + extraCount
    guard start <= directory else { throw damaged(entry, "its local header is cut off") }
    let local = bytes[entry.header + 30..<entry.header + 30 + nameCount]
    guard local.elementsEqual(entry.name.utf8) else {
      throw damaged(entry, "its local header has another name")
    }
    return start
  }

  private func damaged(_ entry: Entry, _ reason: String) -> ImportError {
    .damaged(archive: path, entry: entry.name, reason: reason)
  }

  /// Refuses archives whose entries share bytes: that is how small files unpack to huge ones.
  private static func refuseOverlaps(_ entries: [Entry], path: String, directory: Int) throws(ImportError) {
    var end = 0
    for entry in entries.sorted(by: { $0.header < $1.header }) {
      guard entry.header >= end else {
        throw .damaged(archive: path, entry: entry.name, reason: "it overlaps another entry")
      }
      end = entry.header + 30 + entry.name.utf8.count + entry.packed
      guard end <= directory else {
        throw .damaged(archive: path, entry: entry.name, reason: "its data passes the archive's end")
      }
    }
  }
}

extension [UInt8] {
  /// Two bytes as a little-endian number; `nil` when they pass the end.
  func littleEndian16(at position: Int) -> Int? {
    guard position >= 0, position <= count - 2 else { return nil }
    return Int(self[position]) | Int(self[position + 1]) << 8
  }

  /// Four bytes as a little-endian number; `nil` when they pass the end.
  func littleEndian32(at position: Int) -> UInt32? {
    guard let low = littleEndian16(at: position), let high = littleEndian16(at: position + 2) else {
      return nil
    }
    return UInt32(low) | UInt32(high) << 16
  }
}
