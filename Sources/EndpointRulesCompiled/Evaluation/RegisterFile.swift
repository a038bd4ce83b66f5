// SPDX-License-Identifier: Apache-2.0

/// Records that a run has taken apart: partitions, ARNs and URLs, as offsets into their texts.
@safe struct RegisterFile {
  private let memory: UnsafeMutableRawPointer

  /// The size of a register: a text, a number, and ranges of the text.
  static let stride = 112
  /// The size of the whole file, for at most ``RuleCompiler/maximumRegisters`` registers.
  static let size = 1024
  private static let count = 8
  private static let number = 12
  private static let ranges = 16
  private static let rangeCount = 12

  @inline(__always)
  init(_ memory: UnsafeMutableRawPointer) { unsafe self.memory = unsafe memory }

  /// Puts the text of a record and a number about it into a register.
  @inline(__always)
  func set(_ text: Text, number: Int, _ register: Int) {
    let base = unsafe memory + register &* Self.stride
    unsafe base.storeBytes(of: text.start, as: UnsafeRawPointer.self)
    unsafe base.storeBytes(
      of: Int32(truncatingIfNeeded: text.count), toByteOffset: Self.count, as: Int32.self)
    setNumber(number, register)
  }

  /// The text of a register that ``set(_:number:_:)`` has filled.
  @inline(__always)
  func text(_ register: Int) -> Text {
    let base = unsafe memory + register &* Self.stride
    return unsafe Text(
      start: base.load(as: UnsafeRawPointer.self),
      count: Int(base.load(fromByteOffset: Self.count, as: Int32.self)))
  }

  @inline(__always)
  func setNumber(_ number: Int, _ register: Int) {
    unsafe memory.storeBytes(
      of: Int32(truncatingIfNeeded: number), toByteOffset: register &* Self.stride &+ Self.number,
      as: Int32.self)
  }

  @inline(__always)
  func number(_ register: Int) -> Int {
    Int(unsafe memory.load(fromByteOffset: register &* Self.stride &+ Self.number, as: Int32.self))
  }

  /// Makes all ranges of a register unset.
  @inline(__always)
  func clearRanges(_ register: Int) {
    let base = unsafe memory + (register &* Self.stride &+ Self.ranges)
    for range in 0..<Self.rangeCount {
      unsafe base.storeBytes(of: UInt64.max, toByteOffset: range &* 8, as: UInt64.self)
    }
  }

  /// Puts a range of the text into a register.
  @inline(__always)
  func setRange(_ start: Int, _ end: Int, _ register: Int, _ range: Int) {
    unsafe memory.storeBytes(
      of: UInt64(truncatingIfNeeded: start) << 32 | UInt64(truncatingIfNeeded: end &- start),
      toByteOffset: register &* Self.stride &+ Self.ranges &+ range &* 8, as: UInt64.self)
  }

  /// The bytes of a range of a register's text; `nil` when it is unset.
  @inline(__always)
  func slice(_ register: Int, _ range: Int) -> Text? {
    let base = unsafe memory + register &* Self.stride
    let bounds = unsafe base.load(fromByteOffset: Self.ranges &+ range &* 8, as: UInt64.self)
    if bounds == .max { return nil }
    return unsafe Text(
      start: base.load(as: UnsafeRawPointer.self) + Int(bounds >> 32), count: Int(bounds & 0xFFFF_FFFF))
  }
}
