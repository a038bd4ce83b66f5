// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// A gzipped tar file such as a Python source archive, read as a stream: only wanted files are ever held.
///
/// Read as POSIX.1-2001 (ustar, pax) and GNU tar write it. Refused: links, devices, sparse files and sizes above 8 GiB.
struct TarArchive: ReleaseSource {
  private let path: String
  private let bytes: [UInt8]
  private let limits: ArchiveLimits

  /// Takes a gzipped tar file.
  ///
  /// - Parameters:
  ///   - path: the archive's path, for errors.
  ///   - bytes: the whole archive.
  ///   - limits: the limits of the archive.
  init(path: String, bytes: [UInt8], limits: ArchiveLimits) {
    self.path = path
    self.bytes = bytes
    self.limits = limits
  }

  func forEach(
    wanted: (String) -> String?, visit: (ReleaseEntry) throws(ImportError) -> Void
  ) throws(ImportError) {
    var stream = try TarStream(path: path, bytes: bytes, limits: limits)
    var budget = UnpackBudget(archive: path, limits: limits)
    var names: Set<String> = []
    while let header = try nextHeader(&stream) {
      guard names.insert(header.name).inserted else {
        throw .duplicateEntry(archive: path, entry: header.name)
      }
      guard names.count <= limits.entries else {
        throw .limit(archive: path, entry: nil, limit: "\(limits.entries) entries")
      }
      guard header.size <= limits.fileBytes else {
        throw .limit(archive: path, entry: header.name, limit: "\(limits.fileBytes) bytes for one file")
      }
      guard header.kind == .file, let name = wanted(header.name) else {
        try stream.skip(padded(header.size))
        continue
      }
      let contents = try stream.take(header.size)
      try stream.skip(padded(header.size) - header.size)
      let plain = try budget.ungzip(contents, entry: header.name)
      try visit(
        ReleaseEntry(
          name: name, shownName: header.name, bytes: plain, date: ArchiveDate.text(seconds: header.modified)))
    }
    try stream.drain()
  }

  /// The next file or folder; extension entries before it, such as long names, are applied.
  private func nextHeader(_ stream: inout TarStream) throws(ImportError) -> TarHeader? {
    var name: [UInt8]?
    var extensions = 0
    while true {
      let block = try stream.take(512)
      guard block.contains(where: { $0 != 0 }) else { return nil }
      var header = try TarHeader(block, archive: path)
      guard header.kind == .longName || header.kind == .pax || header.kind == .globalPax else {
        header.name = try EntryName.checked(name ?? header.rawName, archive: path, limits: limits)
        if header.kind == .link {
          throw .unsafeName(archive: path, entry: header.name, reason: "it is a link or a device")
        }
        return header
      }
      extensions += 1
      guard extensions <= 4, header.size <= 1 << 16 else {
        throw .limit(archive: path, entry: nil, limit: "4 extensions of 65,536 bytes for one entry")
      }
      let contents = try stream.take(header.size)
      try stream.skip(padded(header.size) - header.size)
      switch header.kind {
      case .longName: name = Array(contents.prefix { $0 != 0 })
      case .pax: name = try paxPath(contents) ?? name
      default: break
      }
    }
  }

  /// The `path` record of a pax header (`LENGTH path=VALUE` lines); a `size` record is refused.
  private func paxPath(_ contents: [UInt8]) throws(ImportError) -> [UInt8]? {
    var path: [UInt8]?
    var rest = contents[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != 0x20 }
      guard let text = String(validating: digits, as: UTF8.self), let count = Int(text),
        count > digits.count + 1,
        count <= rest.count, rest[rest.startIndex + count - 1] == 0x0A
      else { throw .damaged(archive: self.path, entry: nil, reason: "a pax header is broken") }
      let record = rest[(rest.startIndex + digits.count + 1)..<(rest.startIndex + count - 1)]
      if record.starts(with: "path=".utf8) { path = Array(record.dropFirst(5)) }
      if record.starts(with: "size=".utf8) || record.starts(with: "GNU.sparse".utf8) {
        throw .unsupported(archive: self.path, entry: nil, feature: "a pax size or sparse record")
      }
      rest = rest[(rest.startIndex + count)...]
    }
    return path
  }

  private func padded(_ size: Int) -> Int { (size + 511) & ~511 }
}
