// SPDX-License-Identifier: Apache-2.0

/// A file of a release that the importer wants to read.
struct ReleaseEntry: Sendable, Hashable {
  /// The name inside the release, from `data/` or `__init__.py` on.
  var name: String
  /// The name in the archive, for errors.
  var shownName: String
  /// The unpacked bytes, a `.gz` ending already undone.
  var bytes: [UInt8]
  /// The day that the archive gives for the file, such as `2026-11-17`; `nil` for folders.
  var date: String?
}

/// What a kind of archive gives the importer.
protocol ReleaseSource {
  /// Calls the visitor with every wanted file, in any order.
  ///
  /// - Parameters:
  ///   - wanted: returns the name under which the importer wants an entry, or `nil`.
  ///   - visit: takes a file.
  /// - Throws: an error for any fault of the archive, in wanted entries or others.
  func forEach(
    wanted: (String) -> String?, visit: (ReleaseEntry) throws(ImportError) -> Void
  ) throws(ImportError)
}

/// Counts what comes out of an archive against its limits.
struct UnpackBudget {
  private let archive: String
  private let limits: ArchiveLimits
  private var total = 0

  init(archive: String, limits: ArchiveLimits) {
    self.archive = archive
    self.limits = limits
  }

  /// The most bytes that one file may unpack to.
  ///
  /// - Parameter packed: its packed size.
  /// - Returns: the number of bytes.
  func allowance(packed: Int) -> Int {
    let (product, overflow) = packed.multipliedReportingOverflow(by: limits.ratio)
    let byRatio = max(limits.ratioFloor, overflow ? Int.max : product)
    return min(limits.fileBytes, byRatio)
  }

  /// Says which limit a file of too many bytes passed.
  func failure(entry: String, packed: Int) -> ImportError {
    let byRatio = allowance(packed: packed) < limits.fileBytes
    let text =
      byRatio
      ? "\(limits.ratio) unpacked bytes for one packed byte" : "\(limits.fileBytes) bytes for one file"
    return .limit(archive: archive, entry: entry, limit: text)
  }

  /// Counts a file that was unpacked.
  mutating func spend(_ bytes: Int, entry: String) throws(ImportError) {
    total += bytes
    guard total <= limits.totalBytes else {
      throw .limit(archive: archive, entry: entry, limit: "\(limits.totalBytes) bytes for all files")
    }
  }

  /// Unpacks a file's own gzip wrapping, if its name says that it has one.
  mutating func ungzip(_ bytes: [UInt8], entry: String) throws(ImportError) -> [UInt8] {
    guard entry.utf8.suffix(3).elementsEqual(".gz".utf8) else { return bytes }
    let unpacked: [UInt8]
    do throws(InflateError) {
      unpacked = try Inflater.unpack(.gzip, bytes, in: 0..<bytes.count, limit: allowance(packed: bytes.count))
    } catch {
      throw self.error(error, entry: entry, packed: bytes.count)
    }
    try spend(unpacked.count, entry: entry)
    return unpacked
  }

  /// The importer's error for one of zlib's.
  func error(_ error: InflateError, entry: String, packed: Int) -> ImportError {
    switch error {
    case .tooLarge: failure(entry: entry, packed: packed)
    case .truncated, .damaged: .damaged(archive: archive, entry: entry, reason: error.description)
    }
  }
}
