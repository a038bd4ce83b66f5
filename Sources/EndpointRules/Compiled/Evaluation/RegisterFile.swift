// SPDX-License-Identifier: Apache-2.0

/// Records that a run has taken apart: partitions, ARNs and URLs, as offsets into their texts.
@safe struct RegisterFile {
  private let memory: UnsafeMutableRawPointer

  /// The size of a register: a text, a number, and room for a record.
  static let stride = 72
  /// The size of the whole file, for at most ``RuleCompiler/maximumRegisters`` registers.
  static let size = 1024
  private static let count = 8
  private static let number = 12
  private static let places = 16

  @inline(__always)
  init(_ memory: UnsafeMutableRawPointer) { unsafe self.memory = unsafe memory }

  /// Puts the text of a record and a number about it into a register.
  @inline(__always)
  func set(_ text: Text, number: Int, _ register: Int) {
    let base = unsafe memory + register &* Self.stride
    unsafe base.storeBytes(of: text.start, as: UnsafeRawPointer.self)
    unsafe base.storeBytes(of: Int32(truncatingIfNeeded: text.count), toByteOffset: Self.count, as: Int32.self)
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
      of: Int32(truncatingIfNeeded: number), toByteOffset: register &* Self.stride &+ Self.number, as: Int32.self)
  }

  @inline(__always)
  func number(_ register: Int) -> Int {
    Int(unsafe memory.load(fromByteOffset: register &* Self.stride &+ Self.number, as: Int32.self))
  }

  /// Puts a place of the text into a register.
  @inline(__always)
  func setPlace(_ place: Int, _ register: Int, _ index: Int) {
    unsafe memory.storeBytes(
      of: Int32(truncatingIfNeeded: place), toByteOffset: register &* Self.stride &+ Self.places &+ index &* 4,
      as: Int32.self)
  }

  @inline(__always)
  func place(_ register: Int, _ index: Int) -> Int {
    Int(unsafe memory.load(fromByteOffset: register &* Self.stride &+ Self.places &+ index &* 4, as: Int32.self))
  }
}
