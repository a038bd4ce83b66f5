// SPDX-License-Identifier: Apache-2.0

/// Records that a run has taken apart: partitions, ARNs and URLs, as offsets into their texts.
@safe struct RegisterFile {
  private let memory: UnsafeMutableRawPointer

  /// The size of a register.
  static let stride = 64
  /// The size of the whole file.
  static let size = stride * RuleCompiler.maximumRegisters

  @inline(__always)
  init(_ memory: UnsafeMutableRawPointer) { unsafe self.memory = unsafe memory }

  @inline(__always)
  func store<Record: BitwiseCopyable>(_ record: Record, _ register: Int) {
    unsafe memory.storeBytes(of: record, toByteOffset: register &* Self.stride, as: Record.self)
  }

  @inline(__always)
  func load<Record: BitwiseCopyable>(_ register: Int, as type: Record.Type) -> Record {
    unsafe memory.load(fromByteOffset: register &* Self.stride, as: type)
  }
}
