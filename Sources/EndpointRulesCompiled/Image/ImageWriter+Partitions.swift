// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

extension ImageWriter {
  /// Writes the block of partitions and gives its offset.
  mutating func place(_ partitions: Partitions) throws(RuleCompilerError) -> Int {
    guard partitions.all.count < PartitionLayout.freeEntry else {
      throw RuleCompilerError(.tooLarge, "more than 65534 partitions")
    }
    var records = ByteWriter()
    for partition in partitions.all {
      let texts = [
        partition.id, partition.dnsSuffix, partition.dualStackDnsSuffix, partition.implicitGlobalRegion,
        partition.regionPattern.text,
      ]
      for text in texts {
        guard let text else {
          // Nothing is at offset 0, which therefore means "no text".
          records.u32(0)
          records.u32(0)
          continue
        }
        let bytes = Array(text.utf8)
        records.u32(place(bytes))
        records.u32(bytes.count)
        guard bytes.count <= PartitionLayout.maximumText else {
          throw RuleCompilerError(
            .tooLarge, "a text of a partition has more than \(PartitionLayout.maximumText) bytes")
        }
      }
      var flags = 0
      if partition.supportsFIPS { flags |= PartitionLayout.supportsFIPS }
      if partition.supportsDualStack { flags |= PartitionLayout.supportsDualStack }
      records.u32(flags)
      records.u32(0)
    }
    let table = try regionTable(partitions)
    var block = ByteWriter()
    block.u32(partitions.all.count)
    block.u32(0)
    block.u32(table.count / PartitionLayout.entrySize - 1)
    block.u32(place(records.bytes))
    block.u32(place(table))
    block.u32(0)
    return place(block.bytes)
  }

  /// The hash table of listed regions; each leads to the first partition that lists it or whose pattern it has.
  private mutating func regionTable(_ partitions: Partitions) throws(RuleCompilerError) -> [UInt8] {
    var names: [[UInt8]] = []
    for name in Set(partitions.all.flatMap { $0.regions.map { Array($0.name.utf8) } }) { names.append(name) }
    names.sort { $0.lexicographicallyPrecedes($1) }
    var size = 16
    while size < names.count * 4 { size *= 2 }
    var slots: [(name: [UInt8], partition: Int)?] = Array(repeating: nil, count: size)
    for name in names {
      guard name.count <= 0xFFFF else { throw RuleCompilerError(.tooLarge, "a region's name is too long") }
      let text = String(decoding: name, as: UTF8.self)
      let partition = partitions.all.firstIndex { $0.matches(region: text) } ?? 0
      var slot =
        Int(
          truncatingIfNeeded: unsafe name.withUnsafeBytes { bytes in
            unsafe bytes.baseAddress.map { unsafe Text(start: $0, count: bytes.count).hash } ?? 0
          }) & (size - 1)
      while slots[slot] != nil { slot = (slot + 1) & (size - 1) }
      slots[slot] = (name, partition)
    }
    var table = ByteWriter()
    for slot in slots {
      table.u32(slot.map { place($0.name) } ?? ImageLayout.headerSize)
      table.u16(slot?.name.count ?? 0)
      table.u16(slot?.partition ?? PartitionLayout.freeEntry)
    }
    return table.bytes
  }
}
