// SPDX-License-Identifier: Apache-2.0

/// Checks one program of an image.
struct ProgramValidator {
  let bytes: CheckedBytes
  private let record: Int
  /// How many bytes may be looked at to check all programs.
  private let workLimit: Int
  private let literalCount: Int
  private let nodes: Int
  private let values: Int
  private let registers: Int
  private let parameters: Int
  private let leaves: Int
  private let nodeCount: Int
  private let leafCount: Int
  let valueCount: Int
  private let registerCount: Int
  private let parameterCount: Int
  let regionSlot: UInt8

  init(_ bytes: CheckedBytes, _ record: Int, literalCount: Int) throws(RuleImageError) {
    self.bytes = bytes
    self.record = record
    workLimit = 64 * bytes.count + (1 << 22)
    self.literalCount = literalCount
    nodes = try bytes.u32(record + ProgramLayout.nodes)
    values = try bytes.u32(record + ProgramLayout.values)
    registers = try bytes.u32(record + ProgramLayout.registers)
    parameters = try bytes.u32(record + ProgramLayout.parameters)
    leaves = try bytes.u32(record + ProgramLayout.leaves)
    nodeCount = try bytes.u16(record + ProgramLayout.nodeCount)
    leafCount = try bytes.u16(record + ProgramLayout.leafCount)
    valueCount = Int(try bytes.u8(record + ProgramLayout.valueCount))
    registerCount = Int(try bytes.u8(record + ProgramLayout.registerCount))
    parameterCount = Int(try bytes.u8(record + ProgramLayout.parameterCount))
    regionSlot = try bytes.u8(record + ProgramLayout.regionSlot)
  }

  func validate(_ checks: inout ValueChecks) throws(RuleImageError) {
    try check(
      nodeCount <= RuleCompiler.maximumNodes && leafCount <= RuleCompiler.maximumNodes
        && registerCount <= RuleCompiler.maximumRegisters && parameterCount <= RuleCompiler.maximumParameters
        && valueCount <= RuleCompiler.maximumValues, "a program has too much of something", record)
    try bytes.checkRange(nodes, nodeCount * NodeLayout.recordSize)
    try bytes.checkRange(values, valueCount * ValueLayout.recordSize)
    try bytes.checkRange(registers, registerCount * RegisterLayout.recordSize)
    try bytes.checkRange(parameters, parameterCount * ParameterLayout.recordSize)
    try bytes.checkRange(leaves, leafCount * LeafLayout.recordSize)
    try checkTarget(try bytes.i16(record + ProgramLayout.entry), after: -1, record)
    let shared = ValueChecks.Shared(
      nodes: nodes, nodeCount: nodeCount, leafCount: leafCount, values: values, valueCount: valueCount,
      registers: registers, registerCount: registerCount, parameters: parameters,
      parameterCount: parameterCount, regionSlot: regionSlot)
    if !checks.recall(shared) {
      try checkTables(&checks)
      checks.remember(shared)
    }
    try check(
      try bytes.u64(record + ProgramLayout.required) == required(), "the required parameters are others",
      record)
    checks.lastExtras = (0, TextSize())
    for leaf in 0..<leafCount { try checkLeaf(leaves + leaf * LeafLayout.recordSize, &checks) }
  }

  /// Counts looks, and gives up on an image that has the same bytes checked again and again: an honest one needs but a
  /// fraction of this.
  @inline(__always)
  func note(_ work: Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    checks.work += work
    try check(checks.work <= workLimit, "its tables are used too often", record)
  }

  private func checkTables(_ checks: inout ValueChecks) throws(RuleImageError) {
    try note(16 * (nodeCount + valueCount + registerCount + parameterCount), &checks)
    try checkParameters(&checks)
    try checkRegisters()
    checks.parameters = 0
    checks.regionTexts = 0
    for value in 0..<valueCount { try checkValue(value, &checks) }
    for node in 0..<nodeCount { try checkNode(node) }
  }

  // MARK: Parameters

  private func checkParameters(_ checks: inout ValueChecks) throws(RuleImageError) {
    var defaults = EndpointArguments.size(parameterCount)
    for slot in 0..<parameterCount {
      let place = parameters + slot * ParameterLayout.recordSize
      try checkText(place + ParameterLayout.name)
      try checkText(place + ParameterLayout.builtIn)
      let kind = try bytes.u8(place + ParameterLayout.kind)
      try check(kind <= 2, "a parameter has no known type", place)
      let offset = try bytes.u32(place + ParameterLayout.defaultValue)
      let count = try bytes.u32(place + ParameterLayout.defaultValue + 4)
      let size = kind == 2 ? count * ArgumentLayout.itemSize : count
      try bytes.checkRange(offset, size)
      defaults += size
      try check(defaults <= EndpointArguments.maximumSize, "the defaults are too long", place)
      guard kind == 2 else { continue }
      try note(size, &checks)
      for item in 0..<count {
        try checkText(offset + item * 8)
        defaults += try bytes.u32(offset + item * 8 + 4)
      }
    }
    try check(defaults <= EndpointArguments.maximumSize, "the defaults are too long", record)
  }

  /// The parameters that have no default and must have a value.
  private func required() throws(RuleImageError) -> UInt64 {
    var required: UInt64 = 0
    for slot in 0..<parameterCount {
      let flags = try bytes.u8(parameters + slot * ParameterLayout.recordSize + ParameterLayout.flags)
      if flags & (ParameterLayout.isRequired | ParameterLayout.hasDefault) == ParameterLayout.isRequired {
        required |= 1 << UInt64(slot)
      }
    }
    return required
  }

  private func checkSlot(_ slot: Int, _ kind: UInt8?, _ place: Int) throws(RuleImageError) {
    try check(slot < parameterCount, "there is no such parameter", place)
    guard let kind else { return }
    try check(
      try bytes.u8(parameters + slot * ParameterLayout.recordSize + ParameterLayout.kind) == kind,
      "a parameter has another type", place)
  }

  // MARK: Values

  private func checkRegisters() throws(RuleImageError) {
    var hasRegion = regionSlot == RegisterLayout.noSource
    for register in 0..<registerCount {
      let place = registers + register * RegisterLayout.recordSize
      let kind = try bytes.u8(place)
      let source = try bytes.u8(place + RegisterLayout.source)
      try check(RegisterCode(rawValue: kind) != nil, "there is no such kind of record", place)
      try check(
        Int(source) < valueCount
          || (source == RegisterLayout.noSource && kind == RegisterCode.partition.rawValue),
        "a record is taken from no text", place)
      let slot = try bytes.u8(place + RegisterLayout.slot)
      if slot == RegisterLayout.noSource { continue }
      if slot == regionSlot { hasRegion = true }
      let value = values + Int(source) * ValueLayout.recordSize
      try check(
        kind == RegisterCode.partition.rawValue && Int(source) < valueCount, "a record is of another kind",
        place)
      let code = try bytes.u8(value)
      let parameter = try bytes.u8(value + ValueLayout.first)
      try check(
        code == ValueCode.parameter.rawValue && parameter == slot && Int(slot) < parameterCount,
        "a record is taken from another parameter", place)
    }
    try check(hasRegion, "the partition of the region is missing", record)
  }

  /// Checks a register that a value or, for all values, a test uses.
  private func checkRegister(
    _ register: Int, _ code: RegisterCode, before value: Int, _ place: Int
  ) throws(RuleImageError) -> Int? {
    try check(register < registerCount, "there is no such record", place)
    let register = registers + register * RegisterLayout.recordSize
    try check(try bytes.u8(register) == code.rawValue, "a record is of another kind", place)
    let source = Int(try bytes.u8(register + RegisterLayout.source))
    if source == Int(RegisterLayout.noSource) { return nil }
    try check(source < value, "a text is made of later texts", place)
    return source
  }

  private func checkValue(_ value: Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    let place = values + value * ValueLayout.recordSize
    let first = Int(try bytes.u8(place + ValueLayout.first))
    let second = Int(try bytes.u8(place + ValueLayout.second))
    let offset = try bytes.u32(place + ValueLayout.offset)
    let count = try bytes.u32(place + ValueLayout.count)
    checks.steps[value] = 1
    checks.depths[value] = 1
    var size = TextSize.argument
    defer { checks.sizes[value] = size }
    switch ValueCode(rawValue: try bytes.u8(place)) {
    case .parameter:
      try checkSlot(first, 0, place)
      checks.parameters |= 1 << UInt64(first)
    case .literal:
      try bytes.checkRange(offset, count)
      try check(count <= RuleCompiler.maximumLiteral, "a text is too long", place)
      size = TextSize(constant: count)
    case .listElement: try checkSlot(first, 2, place)
    case .partition:
      try check(second < PartitionAttribute.allCases.count, "there is no such attribute", place)
      let source = try checkRegister(first, .partition, before: value, place)
      if let source { try add(source, to: value, &checks, place) }
      let register = registers + first * RegisterLayout.recordSize
      if try bytes.u8(register + RegisterLayout.slot) == regionSlot, regionSlot != RegisterLayout.noSource {
        checks.regionTexts |= 1 << UInt8(second)
      }
    case .arnPart, .resource:
      try check(
        second < ARNRecord.firstPiece + ARNRecord.pieceCapacity, "there is no such part of an ARN", place)
      let source = try checkRegister(first, .arn, before: value, place)
      if let source {
        try add(source, to: value, &checks, place)
        size = checks.sizes[source]
      }
    case .url:
      try check(second < URLAttribute.allCases.count, "there is no such attribute", place)
      let source = try checkRegister(first, .url, before: value, place)
      if let source {
        try add(source, to: value, &checks, place)
        size = checks.sizes[source].inURL
      }
    case .substring:
      try check(offset < count && count <= Int(Int32.max) && second <= 1, "a substring has no bytes", place)
      try add(first, to: value, &checks, place)
      size = checks.sizes[first]
    case .encoded:
      try add(first, to: value, &checks, place)
      size = checks.sizes[first].encoded
    case .template:
      var place = offset
      size = TextSize()
      while let part = try nextValue(in: &place, before: value, checks, &size) {
        checks.steps[value] += 1
        try check(checks.steps[value] <= RuleCompiler.maximumCost, "a text has too many parts", offset)
        if part >= 0 { try add(part, to: value, &checks, offset) }
      }
      try note(place - offset, &checks)
    case .split:
      try add(first, to: value, &checks, place)
      try add(second, to: value, &checks, place)
      size = checks.sizes[first]
    case nil: throw .malformed(what: "there is no such kind of text", offset: place)
    }
    try check(size.isBounded, "a text can get too long", place)
  }

  private func add(
    _ part: Int, to value: Int, _ checks: inout ValueChecks, _ place: Int
  ) throws(RuleImageError) {
    try check(part < value, "a text is made of later texts", place)
    checks.steps[value] += checks.steps[part]
    checks.depths[value] = max(checks.depths[value], checks.depths[part] + 1)
    try check(
      checks.steps[value] <= RuleCompiler.maximumCost && checks.depths[value] <= RuleCompiler.maximumDepth,
      "a text has too many parts", place)
  }

  /// Checks a template, and moves the offset behind it.
  func checkTemplate(_ place: inout Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    let start = place
    var size = TextSize()
    for _ in 0...RuleCompiler.maximumCost {
      if try nextValue(in: &place, before: valueCount, checks, &size) != nil { continue }
      checks.result.add(size)
      try check(size.isBounded, "a text can get too long", start)
      return try note(place - start, &checks)
    }
    throw .malformed(what: "a template has too many parts", offset: start)
  }

  /// Checks the next part of a template and moves behind it.
  ///
  /// - Parameters:
  ///   - place: Where the part is.
  ///   - limit: The number that values must be below.
  ///   - checks: The values that templates may name.
  ///   - size: What the size of the part is added to.
  /// - Returns: The value of the part, -1 for a part of another kind, `nil` at the end.
  /// - Throws: ``RuleImageError`` for a part that leads outside or names nothing.
  @inline(__always)
  private func nextValue(
    in place: inout Int, before limit: Int, _ checks: ValueChecks, _ size: inout TextSize
  ) throws(RuleImageError) -> Int? {
    let code = try bytes.u8(place)
    place += 1
    if code < TemplateCode.value {
      if code == TemplateCode.end { return nil }
      try bytes.checkRange(place, Int(code))
      place += Int(code)
      size.add(TextSize(constant: Int(code)))
      return -1
    }
    if code >= TemplateCode.parameter, code != TemplateCode.longValue {
      let isKnown =
        code >= TemplateCode.region
        ? code < TemplateCode.region + 4 && checks.regionTexts >> (code - TemplateCode.region) & 1 == 1
        : checks.parameters >> UInt64(code & 0x3F) & 1 == 1
      try check(isKnown, "a template has a text that does not exist", place)
      size.add(.argument)
      return -1
    }
    var value = Int(code & 0x3F)
    if code == TemplateCode.longValue {
      value = Int(try bytes.u8(place))
      place += 1
    }
    try check(value < limit, "a template has a text that does not exist", place)
    size.add(checks.sizes[value])
    return value
  }

  // MARK: Nodes

  private func checkTarget(_ target: Int, after node: Int, _ place: Int) throws(RuleImageError) {
    try check(
      target >= 0 ? target > node && target < nodeCount : ~target < leafCount,
      "a way leads back or nowhere", place)
  }

  private func checkNode(_ node: Int) throws(RuleImageError) {
    let place = nodes + node * NodeLayout.recordSize
    let first = Int(try bytes.u8(place + 1))
    let second = try bytes.u16(place + 2)
    let code = try bytes.u8(place)
    if code == TestCode.table.rawValue { return try checkTable(node, place) }
    try checkTarget(try bytes.i16(place + 4), after: node, place)
    try checkTarget(try bytes.i16(place + 6), after: node, place)
    switch TestCode(rawValue: code) {
    case .isPresent: try checkSlot(first, nil, place)
    case .flag:
      let region = RegionFlags(parameterCount: parameterCount)
      if first == region.fips || first == region.dualStack {
        try check(regionSlot != RegisterLayout.noSource, "there is no region", place)
      } else {
        try checkSlot(first, 1, place)
      }
    case .equals:
      try checkOperand(first, place)
      try check(second < literalCount, "there is no such text to compare with", place)
    case .isLong, .hostLabel, .bucketLabel, .isSet: try checkOperand(first, place)
    case .same:
      try checkOperand(first, place)
      try checkOperand(second, place)
    case .isARN: _ = try checkRegister(first, .arn, before: valueCount, place)
    case .isURL, .isIP: _ = try checkRegister(first, .url, before: valueCount, place)
    case .supportsFIPS, .supportsDualStack:
      _ = try checkRegister(first, .partition, before: valueCount, place)
    case .table: break
    case nil: throw .malformed(what: "there is no such test", offset: place)
    }
  }

  private func checkTable(_ node: Int, _ place: Int) throws(RuleImageError) {
    let table = try bytes.u32(place + 4)
    let count = 1 << TableLayout.maximumBits
    // The node that the table replaces comes next.
    try check(node + 1 < nodeCount, "a table stands for nothing", place)
    try bytes.checkRange(table, TableLayout.entries + 2 * count)
    for entry in 0..<count {
      try checkTarget(try bytes.i16(table + TableLayout.entries + 2 * entry), after: node, place)
    }
  }

  private func checkOperand(_ value: Int, _ place: Int) throws(RuleImageError) {
    try check(value < valueCount, "a test asks for a text that does not exist", place)
  }

  // MARK: Checks

  private func checkText(_ place: Int) throws(RuleImageError) {
    try bytes.checkRange(try bytes.u32(place), try bytes.u32(place + 4))
  }

  @inline(__always)
  func check(
    _ isRight: Bool, _ what: @autoclosure () -> String, _ offset: @autoclosure () -> Int
  ) throws(RuleImageError) {
    if !isRight { throw .malformed(what: what(), offset: offset()) }
  }
}
