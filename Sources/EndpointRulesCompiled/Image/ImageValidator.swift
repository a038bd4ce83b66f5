// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Checks an image before anything else reads it.
///
/// Afterwards every offset lies inside, with readable bytes behind each text; nodes lead forward only; values are made of
/// earlier values; every number of a thing is that of a thing of the right type. So a run reads no other memory and ends.
struct ImageValidator {
  let bytes: CheckedBytes

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = unsafe CheckedBytes(bytes) }

  func validate() throws(RuleImageError) {
    try checkHeader()
    let partitions = try bytes.u32(ImageLayout.partitions)
    try checkPartitions(partitions)
    let literals = try bytes.u32(ImageLayout.literals)
    let literalCount = try bytes.u32(ImageLayout.literalCount)
    try check(literalCount <= 0xFFFF, "too many texts to compare with", ImageLayout.literalCount)
    try bytes.checkRange(literals, literalCount * 8)
    for index in 0..<literalCount { try checkText(literals + index * 8) }

    try check(
      try bytes.u32(ImageLayout.directory) == ImageLayout.headerSize, "the directory is elsewhere",
      ImageLayout.directory)
    let count = try bytes.u32(ImageLayout.programCount)
    try bytes.checkRange(ImageLayout.headerSize, count * ProgramLayout.recordSize)
    var values = ValueChecks()
    for index in 0..<count {
      let record = ImageLayout.headerSize + index * ProgramLayout.recordSize
      try checkText(record + ProgramLayout.name)
      try check(
        try bytes.u32(record + ProgramLayout.name + 4) <= ImageLayout.maximumName, "a name is too long",
        record)
      if index > 0 { try checkOrder(record - ProgramLayout.recordSize, record) }
      try ProgramValidator(bytes, record, literalCount: literalCount).validate(&values)
    }
  }

  /// Checks what the image is, and that no byte has changed since it was written.
  func checkHeader() throws(RuleImageError) {
    guard bytes.count >= ImageLayout.headerSize + ImageLayout.padding, bytes.count <= ImageLayout.maximumSize,
      bytes.hasPrefix(ImageLayout.magic)
    else { throw .notAnImage }
    let version = try bytes.u32(ImageLayout.versionPlace)
    guard version == ImageLayout.version else { throw .version(version) }
    let size = try bytes.u32(ImageLayout.size)
    guard size == bytes.count else { throw .size(found: bytes.count, expected: size) }
    guard try bytes.u64(ImageLayout.checksum) == bytes.checksum else { throw .checksum }
  }

  /// Programs stand in the order of their names, or a search would miss them.
  private func checkOrder(_ first: Int, _ second: Int) throws(RuleImageError) {
    let left = try bytes.u32(first)
    let right = try bytes.u32(second)
    let leftCount = try bytes.u32(first + 4)
    let rightCount = try bytes.u32(second + 4)
    for index in 0..<min(leftCount, rightCount) {
      let a = try bytes.u8(left + index)
      let b = try bytes.u8(right + index)
      if a != b { return try check(a < b, "names are not sorted", second) }
    }
    try check(leftCount < rightCount, "names are not sorted", second)
  }

  private func checkPartitions(_ block: Int) throws(RuleImageError) {
    try bytes.checkRange(block, PartitionLayout.headerSize)
    let count = try bytes.u32(block + PartitionLayout.count)
    let mask = try bytes.u32(block + PartitionLayout.mask)
    let records = try bytes.u32(block + PartitionLayout.records)
    let entries = try bytes.u32(block + PartitionLayout.entries)
    try check(count > 0 && count < PartitionLayout.freeEntry, "no partitions, or too many", block)
    try check(mask & (mask + 1) == 0, "the size of the table of regions is not a power of two", block)
    try bytes.checkRange(records, count * PartitionLayout.recordSize)
    try bytes.checkRange(entries, (mask + 1) * PartitionLayout.entrySize)
    for index in 0..<count {
      let record = records + index * PartitionLayout.recordSize
      for attribute in PartitionAttribute.allCases {
        let place = record + Int(attribute.rawValue) * 8
        if try bytes.u32(place) == 0 {
          try check(attribute == .implicitGlobalRegion, "a partition has no name or suffix", place)
        } else {
          try checkText(place)
          try check(
            try bytes.u32(place + 4) <= PartitionLayout.maximumText, "a text of a partition is too long",
            place)
        }
      }
      try checkText(record + PartitionLayout.pattern)
      let pattern = try bytes.text(record + PartitionLayout.pattern)
      try check(RegionPattern(pattern) != nil, "a pattern of regions is not supported", record)
    }
    for index in 0...mask {
      let entry = entries + index * PartitionLayout.entrySize
      let partition = try bytes.u16(entry + 6)
      if partition == PartitionLayout.freeEntry { continue }
      try check(partition < count, "a region is in no partition", entry)
      try bytes.checkRange(try bytes.u32(entry), try bytes.u16(entry + 4))
    }
  }

  private func checkText(_ place: Int) throws(RuleImageError) {
    try bytes.checkRange(try bytes.u32(place), try bytes.u32(place + 4))
  }

  private func check(_ isRight: Bool, _ what: String, _ offset: Int) throws(RuleImageError) {
    if !isRight { throw .malformed(what: what, offset: offset) }
  }
}

/// The bytes of an image that is not trusted yet.
@safe struct CheckedBytes {
  private let memory: UnsafeRawBufferPointer
  /// Where the padding starts; nothing refers to it.
  private let limit: Int

  init(_ memory: UnsafeRawBufferPointer) {
    unsafe self.memory = unsafe memory
    limit = memory.count - ImageLayout.padding
  }

  var count: Int { unsafe memory.count }
  var checksum: UInt64 { unsafe ImageChecksum.checksum(memory) }

  func hasPrefix(_ prefix: [UInt8]) -> Bool {
    for (index, byte) in prefix.enumerated() where unsafe memory[index] != byte { return false }
    return true
  }

  @inline(__always)
  func checkRange(_ offset: Int, _ count: Int) throws(RuleImageError) {
    guard offset >= 0, count >= 0, offset <= limit, count <= limit &- offset else {
      throw .malformed(what: "a reference leads outside", offset: offset)
    }
  }

  @inline(__always)
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ offset: Int, as type: Number.Type
  ) throws(RuleImageError) -> Number {
    try checkRange(offset, MemoryLayout<Number>.size)
    return unsafe Number(littleEndian: memory.loadUnaligned(fromByteOffset: offset, as: type))
  }

  @inline(__always)
  func u8(_ offset: Int) throws(RuleImageError) -> UInt8 { try load(offset, as: UInt8.self) }
  @inline(__always)
  func u16(_ offset: Int) throws(RuleImageError) -> Int { Int(try load(offset, as: UInt16.self)) }
  @inline(__always)
  func i16(_ offset: Int) throws(RuleImageError) -> Int { Int(try load(offset, as: Int16.self)) }
  @inline(__always)
  func u32(_ offset: Int) throws(RuleImageError) -> Int { Int(try load(offset, as: UInt32.self)) }
  @inline(__always)
  func u64(_ offset: Int) throws(RuleImageError) -> UInt64 { try load(offset, as: UInt64.self) }

  /// The text whose offset and count are stored at an offset.
  func text(_ place: Int) throws(RuleImageError) -> String {
    let offset = try u32(place)
    let count = try u32(place + 4)
    try checkRange(offset, count)
    return unsafe String(decoding: memory[offset..<offset + count], as: UTF8.self)
  }
}
