// SPDX-License-Identifier: Apache-2.0

/// Where the tables of one program are in its image.
struct ProgramTables: BitwiseCopyable, Sendable {
  let record: Int
  let entry: Int
  let nodes: Int
  let values: Int
  let registers: Int
  let leaves: Int
  let literals: Int
  let partitions: Int
  /// The parameters without which nothing runs.
  let required: UInt64
  /// Up to which size of all arguments no text needs to be measured.
  let safeSize: Int
  let parameters: Int
  let parameterCount: Int

  /// Reads the record of a program in the directory.
  init(_ image: ImageView, record: Int) {
    self.record = record
    entry = image.i16(record + ProgramLayout.entry)
    nodes = image.u32(record + ProgramLayout.nodes)
    values = image.u32(record + ProgramLayout.values)
    registers = image.u32(record + ProgramLayout.registers)
    leaves = image.u32(record + ProgramLayout.leaves)
    literals = image.u32(ImageLayout.literals)
    partitions = image.u32(ImageLayout.partitions)
    required = image.u64(record + ProgramLayout.required)
    parameters = image.u32(record + ProgramLayout.parameters)
    parameterCount = Int(image.u8(record + ProgramLayout.parameterCount))
    let safeSize = image.u32(record + ProgramLayout.safeSize)
    self.safeSize = image.u32(partitions + PartitionLayout.longestText) <= safeSize ? safeSize : 0
  }
}
