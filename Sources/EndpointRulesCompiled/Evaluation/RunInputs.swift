// SPDX-License-Identifier: Apache-2.0

/// What one run of a program starts with, and the part of the work that needs nothing else.
///
/// Most programs ask for bits and short texts only and build their result from literals, parameters and texts of the region's
/// partition. They are through here; ``Machine`` goes on where that is not enough.
@safe struct RunInputs {
  let image: ImageView
  /// The image that has the partitions.
  let partitionImage: ImageView
  let program: ProgramTables.Run
  let present: UInt64
  let flags: UInt64
  /// The string parameters whose texts are ASCII.
  let ascii: UInt64
  /// The slot table of the arguments, see ``ArgumentLayout``.
  let arguments: ImageView

  /// Collects the inputs; `memory` is the storage of the arguments, `present` and `flags` need not be theirs.
  @inline(__always)
  init(
    _ code: ProgramCode, _ arguments: EndpointArguments, present: UInt64, flags: UInt64, memory: ImageView
  ) {
    image = code.memory.view
    partitionImage = code.partitionMemory.view
    program = code.tables.run
    self.present = present
    self.flags = flags
    ascii = arguments.ascii
    self.arguments = memory
  }

  // MARK: Tests

  /// Goes through tests that look at bits and parameters only.
  ///
  /// - Parameter start: A node, or a result.
  /// - Returns: The first node that asks for more, or a result: the complement of its number.
  @inline(__always)
  func decide(from start: Int) -> Int {
    var target = start
    while target >= 0 {
      let node = node(target)
      let operand = node >> 8 & 0xFF
      let holds: Bool
      switch UInt8(truncatingIfNeeded: node) {
      case TestCode.table.rawValue:
        target = entry(of: node)
        continue
      case TestCode.isPresent.rawValue: holds = isPresent(operand)
      case TestCode.flag.rawValue: holds = isTrue(operand)
      case TestCode.equals.rawValue:
        let head = image.u32(program.values &+ Int(operand) &* ValueLayout.recordSize)
        guard head & 0xFF == Int(ValueCode.parameter.rawValue) else { return target }
        let literal = program.literals &+ Int(node >> 16 & 0xFFFF) &* 8
        holds = parameter(head >> 8 & 0xFF)?.isEqual(image.text(at: literal)) ?? false
      default: return target
      }
      target = self.target(of: node, holds)
    }
    return target
  }

  @inline(__always)
  func node(_ number: Int) -> UInt64 { image.u64(program.nodes &+ number &* NodeLayout.recordSize) }

  @inline(__always)
  func isPresent(_ operand: UInt64) -> Bool { present &>> operand & 1 != 0 }

  @inline(__always)
  func isTrue(_ operand: UInt64) -> Bool { flags &>> operand & 1 != 0 }

  /// Where a node leads.
  @inline(__always)
  func target(of node: UInt64, _ holds: Bool) -> Int {
    Int(Int16(truncatingIfNeeded: node >> (holds ? 32 : 48)))
  }

  /// Where a table leads: multiplications gather the bits that it asks for into the number of an entry.
  @inline(__always)
  func entry(of node: UInt64) -> Int {
    let table = Int(node >> 32)
    let gathered =
      (present & image.u64(table)) &* image.u64(table &+ 8)
      | (flags & image.u64(table &+ 16)) &* image.u64(table &+ 24)
    let entry = Int(truncatingIfNeeded: gathered &>> TableLayout.shift)
    return image.i16(table &+ TableLayout.entries &+ entry &* 2)
  }

  // MARK: Texts

  /// The text of a parameter; `nil` when it is unset.
  @inline(__always)
  func parameter(_ slot: Int) -> Text? {
    guard present &>> UInt64(slot) & 1 != 0 else { return nil }
    return arguments.text(at: slot &* ArgumentLayout.slotSize)
  }

  /// The text of a parameter, or of the partition of the region, by its code in a template; `nil` when it is unset.
  @inline(__always)
  func text(code: UInt8) -> Text? {
    if code < TemplateCode.region { return parameter(Int(code & 0x3F)) }
    let place = arguments.u32(program.regionPlace) &+ Int(code & 7) &* 8
    return partitionImage.u32(place) == 0 ? nil : partitionImage.text(at: place)
  }

  /// Writes the parts of a template up to the first one that is computed or unset.
  ///
  /// - Parameters:
  ///   - place: Where the template goes on; afterwards, behind the code that is returned.
  ///   - output: Where the texts go.
  /// - Returns: ``TemplateCode/end``, or the code of the part that could not be written.
  @inline(__always)
  func write(template place: inout Int, to output: inout Output) -> UInt8 {
    while true {
      let code = image.u8(place)
      place &+= 1
      if code < TemplateCode.value {
        if code == TemplateCode.end { return code }
        output.append(image.text(place, Int(code)))
        place &+= Int(code)
        continue
      }
      guard code >= TemplateCode.parameter, code != TemplateCode.longValue, let text = text(code: code) else {
        return code
      }
      output.append(text)
    }
  }

  // MARK: Results

  /// The result of a run whose memory was not enough.
  static let noLeaf = -1

  /// What kind of result a leaf is.
  @inline(__always)
  func code(_ leaf: Int) -> LeafCode {
    if leaf == Self.noLeaf { return .failure }
    // Two bits: all numbers are codes.
    return LeafCode(
      rawValue: UInt8(truncatingIfNeeded: image.u32(record(leaf) &+ LeafLayout.kindAndRule) >> 30))
      ?? .failure
  }

  /// Whether a result is an endpoint or an error.
  @inline(__always)
  func hasText(_ leaf: Int) -> Bool {
    leaf != Self.noLeaf && image.u32(record(leaf) &+ LeafLayout.kindAndRule) >> 31 == 0
  }

  @inline(__always)
  func record(_ leaf: Int) -> Int { program.leaves &+ leaf &* LeafLayout.recordSize }

  /// The template of the text of a result.
  @inline(__always)
  func text(of leaf: Int) -> Int { image.u32(record(leaf) &+ LeafLayout.text) }

  /// The text of a template as a string of just its size; `nil` when a part is computed or unset, or it is long.
  @inline(__always)
  func string(template start: Int) -> String? {
    unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 16) { bytes in
      var output = unsafe Output(start: bytes.baseAddress.unsafelyUnwrapped, capacity: bytes.count)
      var place = start
      guard write(template: &place, to: &output) == TemplateCode.end, output.isComplete else { return nil }
      return output.text.string
    }
  }
}
