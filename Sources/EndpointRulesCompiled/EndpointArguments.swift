// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

/// Values for the parameters of one program, laid out so that the program reads them without a search.
///
/// ```swift
/// var arguments = ec2.arguments(["Region": "eu-central-1"])
/// arguments["UseDualStack"] = true
/// ```
/// A name without a value is unset or has its default; names that the program does not declare are ignored.
@_spi(Performance)
public struct EndpointArguments: Sendable {
  /// The most bytes that all texts together may have, with some bytes of each parameter; larger arguments are refused when
  /// they are used.
  public static let maximumSize = 32 << 10

  let program: EndpointProgram
  /// A bit for each parameter that has a value.
  var present: UInt64 = 0
  /// The boolean parameters that are true.
  var flags: UInt64 = 0
  /// The parameters that were given a value of another type.
  var mistyped: UInt64 = 0
  /// The string parameters whose texts are ASCII.
  var ascii: UInt64 = 0
  /// The slot table, then texts, then bytes that copies may read.
  var storage: [UInt8]

  /// Makes arguments with the defaults of a program.
  init(_ program: EndpointProgram) {
    self.program = program
    storage = Array(repeating: 0, count: Self.size(program.code.tables.parameterCount))
    for slot in 0..<program.code.tables.parameterCount { setDefault(slot) }
  }

  /// The bytes of arguments without texts.
  static func size(_ parameterCount: Int) -> Int { parameterCount * ArgumentLayout.slotSize + Text.slack }

  /// The value of a parameter; `nil` when it is unset or was given a value of another type, which is an error when the
  /// arguments are used.
  public subscript(name: String) -> RuleSet.Value? {
    get { program.slot(of: name).flatMap { self[slot: $0] } }
    set { if let slot = program.slot(of: name) { self[slot: slot] = newValue } }
  }

  /// The value of a parameter by its slot; `nil` when it is unset.
  ///
  /// - Parameter slot: A number from ``EndpointProgram/slot(of:)``.
  public subscript(slot slot: Int) -> RuleSet.Value? {
    get {
      checkSlot(slot)
      guard present >> UInt64(slot) & 1 != 0 else { return nil }
      switch program.kind(slot) {
      case .boolean: return .boolean(flags >> UInt64(slot) & 1 != 0)
      case .string: return .string(text(at: slot * ArgumentLayout.slotSize))
      case .stringArray:
        let entry = slot * ArgumentLayout.slotSize
        return .stringArray(
          (0..<number(entry + 4)).map { text(at: number(entry) + $0 * ArgumentLayout.itemSize) })
      }
    }
    set {
      checkSlot(slot)
      let bit = UInt64(1) << UInt64(slot)
      mistyped &= ~bit
      if let newValue, newValue.kind == program.kind(slot) {
        set(newValue, slot)
      } else if newValue == nil {
        setDefault(slot)
      } else {
        present &= ~bit
        mistyped |= bit
      }
      if storage.count > Self.maximumSize { compact() }
    }
  }

  /// Sets a string parameter from bytes, without making a string.
  ///
  /// - Parameters:
  ///   - utf8: Valid UTF-8; other bytes come out of the engine as they went in.
  ///   - slot: The slot of a string parameter, from ``EndpointProgram/slot(of:)``.
  public mutating func setText(_ utf8: Span<UInt8>, slot: Int) {
    checkSlot(slot)
    precondition(program.kind(slot) == .string, "parameter \(slot) is not a string")
    mistyped &= ~(1 << UInt64(slot))
    unsafe utf8.withUnsafeBufferPointer { unsafe setText(UnsafeRawBufferPointer($0), slot) }
    if storage.count > Self.maximumSize { compact() }
  }

  private mutating func setText(_ text: UnsafeRawBufferPointer, _ slot: Int) {
    let bit = UInt64(1) << UInt64(slot)
    present |= bit
    let place = room(for: text.count, slot)
    let (isASCII, partition) = unsafe storage.withUnsafeMutableBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[place...]).copyMemory(from: text)
      let copy = unsafe Text(
        start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped) + place, count: text.count)
      return (copy.isASCII, program.code.tables.regions & bit == 0 ? 0 : program.code.partition(of: copy))
    }
    if isASCII { ascii |= bit } else { ascii &= ~bit }
    if partition != 0 { setPartition(partition, slot) }
  }

  /// Notes the partition of a parameter that is a region, and what it supports.
  private mutating func setPartition(_ partition: Int, _ slot: Int) {
    setNumber(partition, at: slot * ArgumentLayout.slotSize + ArgumentLayout.partition)
    guard slot == program.code.tables.regionSlot else { return }
    let support = program.code.support(of: partition)
    let region = program.code.regionFlags
    flags &= ~region.mask
    if support & PartitionLayout.supportsFIPS != 0 { flags |= 1 << UInt64(region.fips) }
    if support & PartitionLayout.supportsDualStack != 0 { flags |= 1 << UInt64(region.dualStack) }
  }

  private mutating func set(_ value: RuleSet.Value, _ slot: Int) {
    let bit = UInt64(1) << UInt64(slot)
    present |= bit
    switch value {
    case .boolean(let flag): if flag { flags |= bit } else { flags &= ~bit }
    case .string(var text): text.withUTF8 { unsafe setText(UnsafeRawBufferPointer($0), slot) }
    case .stringArray(let texts): setList(texts, slot)
    }
  }

  /// Leaves out what earlier, shorter values have left behind.
  private mutating func compact() {
    var copy = EndpointArguments(program)
    for slot in 0..<program.code.tables.parameterCount where present >> UInt64(slot) & 1 != 0 {
      if program.kind(slot) == .string {
        // As bytes: they need not be UTF-8.
        let start = number(slot * ArgumentLayout.slotSize)
        let count = number(slot * ArgumentLayout.slotSize + 4)
        unsafe storage.withUnsafeBytes { bytes in
          unsafe copy.setText(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]), slot)
        }
      } else if let value = self[slot: slot] {
        copy.set(value, slot)
      }
    }
    copy.present = present
    copy.mistyped = mistyped
    self = copy
  }

  private mutating func setList(_ texts: [String], _ slot: Int) {
    let items = append(count: texts.count * ArgumentLayout.itemSize)
    for (index, text) in texts.enumerated() {
      let place = append(count: text.utf8.count)
      storage.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
      setNumber(place, at: items + index * ArgumentLayout.itemSize)
      setNumber(text.utf8.count, at: items + index * ArgumentLayout.itemSize + 4)
    }
    let entry = slot * ArgumentLayout.slotSize
    setNumber(items, at: entry)
    setNumber(texts.count, at: entry + 4)
    setNumber(0, at: entry + 8)
  }

  private mutating func setDefault(_ slot: Int) {
    let bit = UInt64(1) << UInt64(slot)
    present &= ~bit
    flags &= ~bit
    if let value = program.defaultValue(slot) {
      set(value, slot)
    } else if program.code.tables.regions & bit != 0 {
      setPartition(program.code.partition(of: nil), slot)
    }
  }

  /// Where a text of that size goes: where the one before it was, if there is room.
  private mutating func room(for count: Int, _ slot: Int) -> Int {
    let entry = slot * ArgumentLayout.slotSize
    if count > number(entry + 8) {
      setNumber(append(count: count), at: entry)
      setNumber(count, at: entry + 8)
    }
    setNumber(count, at: entry + 4)
    return number(entry)
  }

  /// Makes room in front of the bytes at the end.
  private mutating func append(count: Int) -> Int {
    precondition(storage.count + count < Int(UInt32.max), "the arguments have more than 4 GB")
    let place = storage.count - Text.slack
    storage.append(contentsOf: repeatElement(0, count: count))
    return place
  }

  private func number(_ place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(storage[place + $1]) << (8 * $1) }
  }

  private mutating func setNumber(_ number: Int, at place: Int) {
    for byte in 0..<4 { storage[place + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte)) }
  }

  private func text(at entry: Int) -> String {
    let start = number(entry)
    return String(decoding: storage[start..<start + number(entry + 4)], as: UTF8.self)
  }

  private func checkSlot(_ slot: Int) {
    precondition(slot >= 0 && slot < program.code.tables.parameterCount, "there is no parameter \(slot)")
  }
}

/// The slot table at the start of the storage of arguments: offset, count and room of each text, or of the items of a list,
/// and the record of the partition that the text is a region of.
enum ArgumentLayout {
  static let slotSize = 16
  static let partition = 12
  static let itemSize = 8
}
