// SPDX-License-Identifier: Apache-2.0

/// One run of a program: parameters as bit masks and places, records taken apart when they are first asked for.
///
/// Nothing here counts references, allocates (but for texts that outgrow ``Scratch``) or looks at a `String`.
@safe struct Machine: ~Copyable {
  let image: ImageView
  /// The image that has the partitions.
  let partitionImage: ImageView
  let program: ProgramTables
  let present: UInt64
  let flags: UInt64
  /// The slot table of the arguments, see ``EndpointArguments``.
  private let arguments: ImageView
  /// Whether no text can exceed the limit of results.
  let isSmall: Bool
  private let registers: RegisterFile
  /// Which registers are filled.
  private var filled: UInt32 = 0
  private var scratch: Scratch

  @inline(__always)
  init(
    _ image: ImageView, _ partitionImage: ImageView, _ program: ProgramTables, present: UInt64, flags: UInt64, arguments: ImageView,
    isSmall: Bool, registers: RegisterFile, scratch: consuming Scratch
  ) {
    self.image = image
    self.partitionImage = partitionImage
    self.program = program
    self.present = present
    self.flags = flags
    self.arguments = arguments
    self.isSmall = isSmall
    self.registers = registers
    self.scratch = scratch
  }

  /// Goes through the tests and gives the number of the result.
  @inline(__always)
  mutating func decide() -> Int {
    var target = program.entry
    let image = image
    let nodes = program.nodes
    let present = present
    let flags = flags
    while target >= 0 {
      let node = image.u64(nodes &+ target &* NodeLayout.recordSize)
      let operand = UInt64(node >> 8 & 0xFF)
      let holds: Bool
      switch UInt8(truncatingIfNeeded: node) {
      case TestCode.isPresent.rawValue: holds = present &>> operand & 1 != 0
      case TestCode.flag.rawValue: holds = flags &>> operand & 1 != 0
      default: holds = test(node)
      }
      target = Int(Int16(truncatingIfNeeded: node >> (holds ? 32 : 48)))
    }
    return ~target
  }

  /// Whether the test of a node holds.
  mutating func holds(node number: Int) -> Bool {
    let node = image.u64(program.nodes + number * NodeLayout.recordSize)
    let operand = node >> 8 & 0xFF
    switch TestCode(rawValue: UInt8(truncatingIfNeeded: node)) {
    case .isPresent: return present >> operand & 1 != 0
    case .flag: return flags >> operand & 1 != 0
    default: return test(node)
    }
  }

  @inline(never)
  private mutating func test(_ node: UInt64) -> Bool {
    let first = Int(node >> 8 & 0xFF)
    let second = Int(node >> 16 & 0xFFFF)
    switch TestCode(rawValue: UInt8(truncatingIfNeeded: node)) {
    case .equals:
      guard let text = text(first) else { return false }
      return text.isEqual(image.text(at: program.literals &+ second &* 8))
    case .isLong:
      guard let text = text(first) else { return false }
      return text.count >= second && text.isASCII
    case .hostLabel:
      guard let text = text(first) else { return false }
      return LabelCheck.isHostLabel(text, allowSubdomains: second != 0)
    case .bucketLabel:
      guard let text = text(first) else { return false }
      return LabelCheck.isBucketLabel(text, allowSubdomains: second != 0)
    case .isSet: return text(first) != nil
    case .same:
      guard let left = text(first), let right = text(second & 0xFF) else { return false }
      return left.isEqual(right)
    case .fits: return isSmall || fits(first)
    case .isARN: return arn(first).isSet
    case .isURL: return url(first).isSet
    case .supportsFIPS: return partitionImage.u8(partition(first) &+ PartitionLayout.flags) & 1 != 0
    case .supportsDualStack: return partitionImage.u8(partition(first) &+ PartitionLayout.flags) & 2 != 0
    case .isIP: return url(first).isIP
    case .isPresent, .flag, nil: return false
    }
  }

  private mutating func fits(_ value: Int) -> Bool {
    guard let text = text(value) else { return false }
    return text.count <= RuleSet.maximumResultSize
  }

  // MARK: Texts

  /// The text of a value; `nil` when it is unset.
  @inline(__always)
  mutating func text(_ value: Int) -> Text? {
    let record = program.values &+ value &* ValueLayout.recordSize
    let head = image.u32(record)
    if head & 0xFF == Int(ValueCode.parameter.rawValue) { return parameter(head >> 8 & 0xFF) }
    return computed(head, record)
  }

  @inline(__always)
  private func parameter(_ slot: Int) -> Text? {
    guard present &>> UInt64(slot) & 1 != 0 else { return nil }
    return arguments.text(at: slot &* ArgumentLayout.slotSize)
  }

  private mutating func computed(_ head: Int, _ record: Int) -> Text? {
    let first = head >> 8 & 0xFF
    let second = head >> 16 & 0xFF
    switch ValueCode(rawValue: UInt8(truncatingIfNeeded: head)) {
    case .partition:
      let place = partition(first) &+ second &* 8
      return partitionImage.u32(place) == 0 ? nil : partitionImage.text(at: place)
    case .arn: return arn(first).part(second)
    case .resource: return arn(first).resource(image.i32(record &+ ValueLayout.offset))
    case .substring:
      guard let text = text(first) else { return nil }
      let start = image.u32(record &+ ValueLayout.offset)
      let stop = image.u32(record &+ ValueLayout.count)
      guard stop <= text.count, text.isASCII else { return nil }
      return second == 0 ? text.slice(start, stop) : text.slice(text.count &- stop, text.count &- start)
    case .url: return url(first, second)
    case .literal: return image.text(at: record &+ ValueLayout.offset)
    case .listElement: return listElement(first, image.i32(record &+ ValueLayout.offset))
    case .encoded:
      guard let source = text(first) else { return nil }
      var encoded = scratch.reserve(source.count * 3)
      encoded.appendPercentEncoded(source)
      return encoded.text
    case .template: return filled(template: image.u32(record &+ ValueLayout.offset))
    case .split: return splitElement(first, second, record)
    case .parameter, nil: return nil
    }
  }

  private mutating func url(_ register: Int, _ attribute: Int) -> Text? {
    let url = url(register)
    switch URLAttribute(rawValue: UInt8(truncatingIfNeeded: attribute)) {
    case .scheme:
      guard let scheme = url.scheme else { return nil }
      var result = scratch.reserve(scheme.count)
      for index in 0..<scheme.count { result.append(scheme[index] | 0x20) }
      return result.text
    case .authority: return url.authority
    case .path: return url.path
    case .normalizedPath:
      guard let path = url.path else { return nil }
      return normalized(path)
    case nil: return nil
    }
  }

  /// Dot segments and empty segments removed, percent-encoded, with a slash at both ends.
  private mutating func normalized(_ path: Text) -> Text {
    var result = scratch.reserve(path.count * 3 + 2)
    result.append(UInt8(ascii: "/"))
    var start = 0
    for index in 0...path.count where index == path.count || path[index] == UInt8(ascii: "/") {
      let segment = path.slice(start, index)
      start = index + 1
      if segment.count == 0 || segment.isEqual(".") { continue }
      if segment.isEqual("..") {
        if result.count > 1 { result.removeLastSegment() }
      } else {
        result.appendPercentEncoded(segment)
        result.append(UInt8(ascii: "/"))
      }
    }
    return result.text
  }

  private func listElement(_ slot: Int, _ index: Int) -> Text? {
    guard present &>> UInt64(slot) & 1 != 0 else { return nil }
    let list = slot &* ArgumentLayout.slotSize
    let count = arguments.u32(list &+ 4)
    let place = index < 0 ? count &+ index : index
    guard place >= 0, place < count else { return nil }
    return arguments.text(at: arguments.u32(list) &+ place &* ArgumentLayout.itemSize)
  }

  private mutating func splitElement(_ text: Int, _ delimiter: Int, _ record: Int) -> Text? {
    guard let text = self.text(text), let delimiter = self.text(delimiter), delimiter.count > 0 else { return nil }
    let limit = image.u32(record &+ ValueLayout.offset)
    let index = image.i32(record &+ ValueLayout.count)
    var wanted = index
    if index < 0 {
      var count = 0
      Self.pieces(of: text, delimiter, limit) { _ in
        count &+= 1
        return true
      }
      wanted = count &+ index
    }
    var found: Text?
    Self.pieces(of: text, delimiter, limit) { piece in
      if wanted == 0 { found = piece }
      wanted &-= 1
      return wanted >= 0
    }
    return found
  }

  private static func pieces(of text: Text, _ delimiter: Text, _ limit: Int, _ body: (Text) -> Bool) {
    var start = 0
    var place = 0
    var count = 0
    while place &+ delimiter.count <= text.count, limit == 0 || count < limit &- 1 {
      if text.slice(place, place &+ delimiter.count).isEqual(delimiter) {
        guard body(text.slice(start, place)) else { return }
        count &+= 1
        place &+= delimiter.count
        start = place
      } else {
        place &+= 1
      }
    }
    _ = body(text.slice(start, text.count))
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

  private mutating func partition(_ register: Int) -> Int {
    if isFilled(register) { return registers.load(register, as: Int.self) }
    let record = PartitionTable(partitionImage, at: program.partitions).record(of: source(register))
    registers.store(record, register)
    return record
  }

  private mutating func arn(_ register: Int) -> ARNRecord {
    if isFilled(register) { return registers.load(register, as: ARNRecord.self) }
    let record = source(register).map { ARNRecord($0) } ?? .none
    registers.store(record, register)
    return record
  }

  private mutating func url(_ register: Int) -> URLRecord {
    if isFilled(register) { return registers.load(register, as: URLRecord.self) }
    let record = source(register).map { URLRecord($0) } ?? .none
    registers.store(record, register)
    return record
  }

  // MARK: Templates

  /// Writes a template; `false` when it has an unset value.
  @inline(__always)
  mutating func write(template start: Int, to output: inout Output) -> Bool {
    var place = start
    while true {
      let code = image.u8(place)
      place &+= 1
      if code < TemplateCode.value {
        if code == TemplateCode.end { return true }
        output.append(image.text(place, Int(code)))
        place &+= Int(code)
        continue
      }
      var value = Int(code & 0x7F)
      if code == TemplateCode.longValue {
        value = Int(image.u8(place))
        place &+= 1
      }
      guard let text = text(value) else { return false }
      output.append(text)
    }
  }

  /// The text of a template in scratch memory.
  private mutating func filled(template place: Int) -> Text? {
    var size = 0
    guard measure(template: place, &size), size <= RuleSet.maximumResultSize else { return nil }
    var result = scratch.reserve(size)
    var next = place
    while let text = segment(&next) { result.append(text) }
    return result.text
  }

  /// Adds the size of a template; `false` when it has an unset value.
  mutating func measure(template start: Int, _ size: inout Int) -> Bool {
    var place = start
    while let text = segment(&place) { size += text.count }
    return image.u8(place) == TemplateCode.end
  }

  /// The next part of a template, and the place behind it; `nil` at the end and at an unset value.
  mutating func segment(_ place: inout Int) -> Text? {
    let code = image.u8(place)
    if code < TemplateCode.value {
      if code == TemplateCode.end { return nil }
      defer { place += 1 + Int(code) }
      return image.text(place + 1, Int(code))
    }
    let isLong = code == TemplateCode.longValue
    guard let text = text(isLong ? Int(image.u8(place + 1)) : Int(code & 0x7F)) else { return nil }
    place += isLong ? 2 : 1
    return text
  }
}
