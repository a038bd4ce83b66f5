// SPDX-License-Identifier: Apache-2.0

@testable import ServiceCatalog

/// Writes zip files with stored entries, well formed unless a test says otherwise.
struct ZipBuilder {
  struct Entry {
    var name: [UInt8]
    var contents: [UInt8]
    var method = 0
    var flags = 0
    var attributes: UInt32 = 0o100644 << 16
    var sum: UInt32?
    var unpacked: Int?
    var localName: [UInt8]?
    var header: Int?

    init(_ name: String, _ contents: String = "x") {
      self.name = Array(name.utf8)
      self.contents = Array(contents.utf8)
    }
  }

  var entries: [Entry]
  var comment: [UInt8] = []
  var statedCount: Int?

  var bytes: [UInt8] {
    var (body, directory) = (ImageBytes(), ImageBytes())
    func two(_ value: Int, _ bytes: inout ImageBytes) {
      bytes.byte(UInt8(value & 0xFF))
      bytes.byte(UInt8(value >> 8 & 0xFF))
    }
    for entry in entries {
      let sum = Int(entry.sum ?? crc32(entry.contents, in: 0..<entry.contents.count))
      let unpacked = entry.unpacked ?? entry.contents.count
      let start = entry.header ?? body.bytes.count
      let localName = entry.localName ?? entry.name
      body.fixed(0x0403_4B50)
      for value in [20, entry.flags, entry.method, 0, 0x5B31] { two(value, &body) }
      for value in [sum, entry.contents.count, unpacked] { body.fixed(value) }
      two(localName.count, &body)
      two(0, &body)
      body.append(localName)
      body.append(entry.contents)
      directory.fixed(0x0201_4B50)
      for value in [3 << 8 | 20, 20, entry.flags, entry.method, 0, 0x5B31] { two(value, &directory) }
      for value in [sum, entry.contents.count, unpacked] { directory.fixed(value) }
      for value in [entry.name.count, 0, 0, 0, 0] { two(value, &directory) }
      directory.fixed(Int(entry.attributes))
      directory.fixed(start)
      directory.append(entry.name)
    }
    let offset = body.bytes.count
    var end = ImageBytes()
    end.fixed(0x0605_4B50)
    for value in [0, 0, statedCount ?? entries.count, statedCount ?? entries.count] { two(value, &end) }
    end.fixed(directory.bytes.count)
    end.fixed(offset)
    two(comment.count, &end)
    return body.bytes + directory.bytes + end.bytes + comment
  }
}
