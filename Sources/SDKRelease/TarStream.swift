// SPDX-License-Identifier: Apache-2.0

/// The unpacked bytes of a gzipped archive, read forwards in pieces of 64 KiB.
struct TarStream: ~Copyable {
  private let path: String
  private let bytes: [UInt8]
  private let limits: ArchiveLimits
  private var inflater: Inflater
  private var position = 0
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  private var start = 0
  private var end = 0
  private var total = 0

  init(path: String, bytes: [UInt8], limits: ArchiveLimits) throws(ImportError) {
    self.path = path
    self.bytes = bytes
    self.limits = limits
    do throws(InflateError) {
      inflater = try Inflater(.gzip)
    } catch {
      throw .damaged(archive: path, entry: nil, reason: "zlib cannot be started")
    }
  }

  /// The next bytes, exactly as many as asked for.
  mutating func take(_ count: Int) throws(ImportError) -> [UInt8] {
    var taken: [UInt8] = []
    taken.reserveCapacity(min(count, 1 << 20))
    while taken.count < count {
      try refill()
      let piece = min(count - taken.count, end - start)
      taken += chunk[start..<start + piece]
      start += piece
    }
    return taken
  }

  /// Passes over bytes.
  mutating func skip(_ count: Int) throws(ImportError) {
    var left = count
    while left > 0 {
      try refill()
      let piece = min(left, end - start)
      start += piece
      left -= piece
    }
  }

  /// Reads to the end of the stream, so that its check sum is tested; only zeros may follow the last entry.
  mutating func drain() throws(ImportError) {
    repeat {
      guard !chunk[start..<end].contains(where: { $0 != 0 }) else {
        throw .damaged(archive: path, entry: nil, reason: "data follows the last entry")
      }
      start = end
    } while try fill()
    guard position == bytes.count else {
      throw .damaged(archive: path, entry: nil, reason: "data follows the compressed stream")
    }
  }

  private mutating func refill() throws(ImportError) {
    guard start == end else { return }
    guard try fill() else { throw .damaged(archive: path, entry: nil, reason: "it is cut off") }
  }

  /// Unpacks the next piece; false at the end of the stream.
  private mutating func fill() throws(ImportError) -> Bool {
    start = 0
    end = 0
    while end == 0 {
      if inflater.isAtEnd { return false }
      let before = position
      do throws(InflateError) {
        end = try inflater.read(bytes, from: &position, to: bytes.count, into: &chunk)
      } catch {
        throw .damaged(archive: path, entry: nil, reason: "the compressed data is broken")
      }
      if end == 0, !inflater.isAtEnd, position == before {
        throw .damaged(archive: path, entry: nil, reason: "it is cut off")
      }
    }
    total += end
    guard total <= limits.totalBytes else {
      throw .limit(archive: path, entry: nil, limit: "\(limits.totalBytes) bytes for all files")
    }
    guard total <= limits.ratioFloor || total / limits.ratio <= bytes.count else {
      throw .limit(archive: path, entry: nil, limit: "\(limits.ratio) unpacked bytes for one packed byte")
    }
    return true
  }
}
