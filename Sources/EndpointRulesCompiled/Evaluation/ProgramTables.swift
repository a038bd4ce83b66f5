// SPDX-License-Identifier: Apache-2.0

/// Where the tables of one program are in its image.
struct ProgramTables: BitwiseCopyable, Sendable {
  /// What a run needs.
  struct Run: BitwiseCopyable, Sendable {
    let entry: Int
    let nodes: Int
    let values: Int
    let registers: Int
    let leaves: Int
    let literals: Int
    let partitions: Int
    /// Where the arguments have the partition of the region; -1 when there is no region.
    let regionPlace: Int
  }

  let run: Run
  let record: Int
  /// The parameters without which nothing runs.
  let required: UInt64
  let parameters: Int
  let parameterCount: Int
  /// The parameters that are strings or lists.
  let textual: UInt64
  /// The parameters whose partition is asked for.
  let regions: UInt64
  /// The parameter whose partition has flags of its own; -1 when there is none.
  let regionSlot: Int
  /// Whether all texts are parameters, literals and texts of partitions, so that most runs need no ``Machine``.
  let isPlain: Bool

  /// Reads the record of a program in the directory.
  init(_ image: ImageView, record: Int) {
    self.init(image, record: record, partitions: image.u32(ImageLayout.partitions))
  }

  /// Reads the record of a residual program, whose partitions are elsewhere.
  init(_ image: ImageView, record: Int, like whole: ProgramTables) {
    self.init(image, record: record, partitions: whole.run.partitions)
  }

  private init(_ image: ImageView, record: Int, partitions: Int) {
    self.record = record
    let slot = image.u8(record + ProgramLayout.regionSlot)
    run = Run(
      entry: image.i16(record + ProgramLayout.entry), nodes: image.u32(record + ProgramLayout.nodes),
      values: image.u32(record + ProgramLayout.values),
      registers: image.u32(record + ProgramLayout.registers),
      leaves: image.u32(record + ProgramLayout.leaves), literals: image.u32(ImageLayout.literals),
      partitions: partitions,
      regionPlace: slot == RegisterLayout.noSource
        ? -1 : Int(slot) * ArgumentLayout.slotSize + ArgumentLayout.partition)
    required = image.u64(record + ProgramLayout.required)
    parameters = image.u32(record + ProgramLayout.parameters)
    parameterCount = Int(image.u8(record + ProgramLayout.parameterCount))
    var textual: UInt64 = 0
    for slot in 0..<parameterCount
    where image.u8(parameters + slot * ParameterLayout.recordSize + ParameterLayout.kind) != 1 {
      textual |= 1 << UInt64(slot)
    }
    self.textual = textual
    var regions: UInt64 = 0
    for register in 0..<Int(image.u8(record + ProgramLayout.registerCount)) {
      let slot = image.u8(run.registers + register * RegisterLayout.recordSize + RegisterLayout.slot)
      if slot != RegisterLayout.noSource { regions |= 1 << UInt64(slot) }
    }
    let values = run.values
    isPlain = (0..<Int(image.u8(record + ProgramLayout.valueCount))).allSatisfy { value in
      let code = image.u8(values + value * ValueLayout.recordSize)
      return code == ValueCode.parameter.rawValue || code == ValueCode.literal.rawValue
        || code == ValueCode.partition.rawValue
    }
    regionSlot = slot == RegisterLayout.noSource ? -1 : Int(slot)
    self.regions = regionSlot < 0 ? regions : regions | 1 << UInt64(regionSlot)
  }
}
