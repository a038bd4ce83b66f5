// SPDX-License-Identifier: Apache-2.0

/// One run of a program: parameters are bit masks and offsets; ARNs and URLs are parsed when they are first asked for.
///
/// Nothing here counts references, allocates (but for texts that outgrow ``Scratch``) or looks at a `String`.
@safe struct Machine: ~Copyable {
  let inputs: RunInputs
  /// Which registers are filled.
  private var filled: UInt32 = 0
  private let registers: RegisterFile
  var scratch: Scratch

  @inline(__always)
  init(_ inputs: RunInputs, registers: RegisterFile, scratch: consuming Scratch) {
    self.inputs = inputs
    self.registers = registers
    self.scratch = scratch
  }

  @inline(__always) var image: ImageView { inputs.image }
  @inline(__always) private var partitionImage: ImageView { inputs.partitionImage }
  @inline(__always) var program: ProgramTables.Run { inputs.program }
  @inline(__always) private var present: UInt64 { inputs.present }
  @inline(__always) private var flags: UInt64 { inputs.flags }
  @inline(__always) private var ascii: UInt64 { inputs.ascii }
  @inline(__always) private var arguments: ImageView { inputs.arguments }

  /// Goes through the tests and gives the number of the result, or ``RunInputs/noLeaf``.
  @inline(never)
  mutating func decide() -> Int {
    var target = program.entry
    let inputs = inputs
    while target >= 0 {
      let node = inputs.node(target)
      let operand = node >> 8 & 0xFF
      let holds: Bool
      switch UInt8(truncatingIfNeeded: node) {
      case TestCode.table.rawValue:
        target = inputs.entry(of: node)
        continue
      case TestCode.isPresent.rawValue: holds = inputs.isPresent(operand)
      case TestCode.flag.rawValue: holds = inputs.isTrue(operand)
      default:
        holds = test(node)
      }
      target = inputs.target(of: node, holds)
    }
    return scratch.isExhausted ? decideSparingly() : ~target
  }

  /// Decides again and frees after each test what it has built, which takes longer.
  @inline(never)
  private mutating func decideSparingly() -> Int {
    restart()
    var target = program.entry
    while target >= 0 {
      let node = inputs.node(target)
      if UInt8(truncatingIfNeeded: node) == TestCode.table.rawValue {
        target = inputs.entry(of: node)
        continue
      }
      let holds = holds(node: target)
      scratch.release()
      target = inputs.target(of: node, holds)
    }
    return scratch.isExhausted ? RunInputs.noLeaf : ~target
  }

  /// Forgets what was decided.
  mutating func restart() {
    filled = 0
    scratch.restart()
  }

  /// Whether the test of a node holds.
  @inline(never)
  mutating func holds(node number: Int) -> Bool {
    let node = inputs.node(number)
    let operand = node >> 8 & 0xFF
    switch UInt8(truncatingIfNeeded: node) {
    case TestCode.isPresent.rawValue: return inputs.isPresent(operand)
    case TestCode.flag.rawValue: return inputs.isTrue(operand)
    default: return test(node)
    }
  }

  @inline(__always)
  private mutating func test(_ node: UInt64) -> Bool {
    let first = Int(node >> 8 & 0xFF)
    let second = Int(node >> 16 & 0xFFFF)
    switch UInt8(truncatingIfNeeded: node) {
    case TestCode.equals.rawValue:
      guard let text = text(first) else { return false }
      return text.isEqual(image.text(at: program.literals &+ second &* 8))
    case TestCode.isLong.rawValue: return isLong(first, second)
    case TestCode.hostLabel.rawValue:
      guard let text = text(first) else { return false }
      return LabelCheck.isHostLabel(text, allowSubdomains: second != 0)
    case TestCode.bucketLabel.rawValue:
      guard let text = text(first) else { return false }
      return LabelCheck.isBucketLabel(text, allowSubdomains: second != 0)
    case TestCode.isSet.rawValue: return text(first) != nil
    case TestCode.same.rawValue:
      guard let left = text(first), let right = text(second & 0xFF) else { return false }
      return left.isEqual(right)
    case TestCode.isARN.rawValue: return arn(first) != 0
    case TestCode.isURL.rawValue: return url(first) != 0
    case TestCode.supportsFIPS.rawValue:
      return partitionImage.u8(partition(first) &+ PartitionLayout.flags) & 1 != 0
    case TestCode.supportsDualStack.rawValue:
      return partitionImage.u8(partition(first) &+ PartitionLayout.flags) & 2 != 0
    case TestCode.isIP.rawValue: return url(first) & URLRecord.isIP != 0
    default: return false
    }
  }

  @inline(__always)
  private mutating func isLong(_ value: Int, _ count: Int) -> Bool {
    let head = image.u32(program.values &+ value &* ValueLayout.recordSize)
    if head & 0xFF == Int(ValueCode.parameter.rawValue) {
      let slot = head >> 8 & 0xFF
      return (present & ascii) &>> UInt64(slot) & 1 != 0
        && arguments.u32(slot &* ArgumentLayout.slotSize &+ 4) >= count
    }
    guard let text = text(value) else { return false }
    return text.count >= count && text.isASCII
  }

  // MARK: Texts

  /// The text of a value; `nil` when it is unset.
  @inline(__always)
  mutating func text(_ value: Int) -> Text? {
    let record = program.values &+ value &* ValueLayout.recordSize
    let head = image.u32(record)
    switch UInt8(truncatingIfNeeded: head) {
    case ValueCode.parameter.rawValue: return inputs.parameter(head >> 8 & 0xFF)
    case ValueCode.partition.rawValue:
      let place = partition(head >> 8 & 0xFF) &+ (head >> 16 & 0xFF) &* 8
      return partitionImage.u32(place) == 0 ? nil : partitionImage.text(at: place)
    case ValueCode.arnPart.rawValue:
      guard arn(head >> 8 & 0xFF) != 0 else { return nil }
      return registers.slice(head >> 8 & 0xFF, head >> 16 & 0xFF)
    default: return computed(head, record)
    }
  }

  @inline(never)
  private mutating func computed(_ head: Int, _ record: Int) -> Text? {
    let first = head >> 8 & 0xFF
    let second = head >> 16 & 0xFF
    switch UInt8(truncatingIfNeeded: head) {
    case ValueCode.resource.rawValue:
      let resource = arn(first)
      guard resource != 0 else { return nil }
      let text = registers.text(first)
      return text.slice(resource, text.count).resourcePiece(image.i32(record &+ ValueLayout.offset))
    case ValueCode.substring.rawValue:
      let start = image.u32(record &+ ValueLayout.offset)
      let stop = image.u32(record &+ ValueLayout.count)
      guard isLong(first, stop), let text = text(first) else { return nil }
      return second == 0 ? text.slice(start, stop) : text.slice(text.count &- stop, text.count &- start)
    case ValueCode.url.rawValue: return url(first, second)
    case ValueCode.literal.rawValue: return image.text(at: record &+ ValueLayout.offset)
    case ValueCode.listElement.rawValue:
      return listElement(first, image.i32(record &+ ValueLayout.offset))
    case ValueCode.encoded.rawValue:
      guard let source = text(first) else { return nil }
      guard var encoded = scratch.reserve(source.count * 3) else { return nil }
      encoded.appendPercentEncoded(source)
      return encoded.text
    case ValueCode.template.rawValue: return filled(template: image.u32(record &+ ValueLayout.offset))
    case ValueCode.split.rawValue: return splitElement(first, second, record)
    default: return nil
    }
  }

  private mutating func url(_ register: Int, _ attribute: Int) -> Text? {
    let flags = url(register)
    guard flags != 0 else { return nil }
    switch UInt8(truncatingIfNeeded: attribute) {
    case URLAttribute.scheme.rawValue:
      guard var scheme = scratch.reserve(5) else { return nil }
      for index in 0..<(flags & URLRecord.isHTTPS != 0 ? 5 : 4) {
        scheme.append(registers.text(register)[index] | 0x20)
      }
      return scheme.text
    case URLAttribute.authority.rawValue: return registers.slice(register, URLRecord.authority)
    case URLAttribute.path.rawValue: return registers.slice(register, URLRecord.path)
    case URLAttribute.normalizedPath.rawValue:
      guard let path = registers.slice(register, URLRecord.path) else { return nil }
      return normalized(path)
    default: return nil
    }
  }

  private func listElement(_ slot: Int, _ index: Int) -> Text? {
    guard present &>> UInt64(slot) & 1 != 0 else { return nil }
    let list = slot &* ArgumentLayout.slotSize
    let count = arguments.u32(list &+ 4)
    let place = index < 0 ? count &+ index : index
    guard place >= 0, place < count else { return nil }
    return arguments.text(at: arguments.u32(list) &+ place &* ArgumentLayout.itemSize)
  }

  // MARK: Records

  @inline(__always)
  private mutating func isFilled(_ register: Int) -> Bool {
    let bit = UInt32(1) &<< UInt32(truncatingIfNeeded: register)
    if filled & bit != 0 { return true }
    filled |= bit
    return false
  }

  /// The text that a register is taken from.
  @inline(__always)
  private mutating func source(_ register: Int) -> Text? {
    let source = image.u8(program.registers &+ register &* RegisterLayout.recordSize &+ RegisterLayout.source)
    return source == RegisterLayout.noSource ? nil : text(Int(source))
  }

  /// The record of a partition.
  @inline(__always)
  private mutating func partition(_ register: Int) -> Int {
    let slot = image.u8(program.registers &+ register &* RegisterLayout.recordSize &+ RegisterLayout.slot)
    // The partition of a parameter is looked up when the parameter gets its value.
    if slot != RegisterLayout.noSource {
      return arguments.u32(Int(slot) &* ArgumentLayout.slotSize &+ ArgumentLayout.partition)
    }
    return computedPartition(register)
  }

  @inline(never)
  private mutating func computedPartition(_ register: Int) -> Int {
    if isFilled(register) { return registers.number(register) }
    let record = PartitionTable(partitionImage, at: program.partitions).record(of: source(register))
    registers.setNumber(record, register)
    return record
  }

  /// Where the resource of an ARN starts; 0 when the text is not an ARN.
  @inline(__always)
  private mutating func arn(_ register: Int) -> Int {
    if isFilled(register) { return registers.number(register) }
    return parsedARN(register)
  }

  @inline(never)
  private mutating func parsedARN(_ register: Int) -> Int {
    let text = source(register)
    scratch.keep()
    let resource = text.map { ARNRecord.parse($0, into: registers, register) } ?? 0
    if let text { registers.set(text, number: resource, register) } else { registers.setNumber(0, register) }
    return resource
  }

  /// What is known about a URL; 0 when the text is not a URL.
  @inline(__always)
  private mutating func url(_ register: Int) -> Int {
    if isFilled(register) { return registers.number(register) }
    return parsedURL(register)
  }

  @inline(never)
  private mutating func parsedURL(_ register: Int) -> Int {
    let text = source(register)
    scratch.keep()
    let flags = text.map { URLRecord.parse($0, into: registers, register) } ?? 0
    if let text { registers.set(text, number: flags, register) } else { registers.setNumber(0, register) }
    return flags
  }
}
