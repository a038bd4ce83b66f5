// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

extension ImageWriter {
  /// Writes a graph and gives its record for the directory.
  ///
  /// - Parameters:
  ///   - graph: A graph whose limits are not checked yet.
  ///   - name: The name of the program.
  ///   - regionSlot: The parameter whose partition has flags of its own; `nil` leaves the choice to the graph.
  /// - Returns: The record.
  /// - Throws: ``RuleCompilerError`` for a graph that is too large.
  mutating func record(
    of graph: DecisionGraph, name: String, regionSlot: Int? = nil
  ) throws(RuleCompilerError) -> [UInt8] {
    try checkLimits(graph)
    // A negative one says that there is none, whatever the graph has.
    self.regionSlot = (regionSlot ?? graph.regionSlot).flatMap { $0 < 0 ? nil : $0 }
    let nodes = try nodeTable(graph)
    let values = try valueTable(graph)
    let leaves = try leafTable(graph)
    let nameBytes = Array(name.utf8)
    var record = ByteWriter()
    record.u32(place(nameBytes))
    record.u32(nameBytes.count)
    record.u32(place(nodes.bytes))
    record.u32(place(values))
    record.u32(place(registerTable(graph)))
    record.u32(place(parameterTable(graph)))
    record.u32(place(leaves))
    record.u16(nodes.count)
    record.u16(graph.leaves.count)
    record.u8(UInt8(graph.values.count))
    record.u8(UInt8(graph.registers.count))
    record.u8(UInt8(graph.parameters.count))
    record.u8(self.regionSlot.map { UInt8($0) } ?? RegisterLayout.noSource)
    record.u16(nodes.entry)
    record.u16(0)
    var required: UInt64 = 0
    for (slot, parameter) in graph.parameters.enumerated()
    where parameter.isRequired && parameter.defaultValue == nil { required |= 1 << UInt64(slot) }
    record.u64(required)
    record.append(repeatElement(0, count: ProgramLayout.recordSize - record.bytes.count))
    return record.bytes
  }

  private func checkLimits(_ graph: DecisionGraph) throws(RuleCompilerError) {
    for (count, limit, what) in [
      (graph.nodes.count, RuleCompiler.maximumNodes, "nodes"),
      (graph.leaves.count, RuleCompiler.maximumNodes, "results"),
      (graph.values.count, RuleCompiler.maximumValues, "computed texts"),
      (graph.registers.count, RuleCompiler.maximumRegisters, "partitions, ARNs and URLs"),
      (graph.parameters.count, RuleCompiler.maximumParameters, "parameters"),
    ] where count > limit {
      throw RuleCompilerError(
        .tooLarge, "\(count) \(what), at most \(limit) can be held; use the interpreter")
    }
    let defaults = graph.parameters.reduce(EndpointArguments.size(graph.parameters.count)) { sum, parameter in
      switch parameter.defaultValue {
      case .string(let text)?: sum + text.utf8.count
      case .stringArray(let items)?: items.reduce(sum) { $0 + ArgumentLayout.itemSize + $1.utf8.count }
      case .boolean?, nil: sum
      }
    }
    guard defaults <= EndpointArguments.maximumSize else {
      throw RuleCompilerError(
        .tooLarge,
        "the defaults have more than \(EndpointArguments.maximumSize) bytes; use the interpreter")
    }
    guard TextBounds(graph).areKept else {
      throw RuleCompilerError(
        .tooLarge, "a text or a result can grow beyond \(RuleSet.maximumTextBuilt) bytes; use the interpreter"
      )
    }
    let costs = TextCosts(graph)
    guard costs.largest <= RuleCompiler.maximumCost, costs.deepest <= RuleCompiler.maximumDepth else {
      throw RuleCompilerError(
        .tooLarge,
        "a text has more than \(RuleCompiler.maximumCost) parts or nests too deep; use the interpreter")
    }
  }

  /// The nodes with short cuts between them, and where to start.
  private mutating func nodeTable(
    _ graph: DecisionGraph
  ) throws(RuleCompilerError) -> (bytes: [UInt8], count: Int, entry: Int) {
    let jumpTables = JumpTables(graph, regionSlot: regionSlot)
    var table = ByteWriter()
    for (number, node) in graph.nodes.enumerated() {
      if let jumpTable = jumpTables.tables[number] {
        table.u8(TestCode.table.rawValue)
        table.u8(0)
        table.u16(0)
        table.u32(place(jumpTable.bytes(jumpTables.number)))
      }
      let (code, first, second) = try encoded(node.test, graph)
      table.u8(code.rawValue)
      table.u8(UInt8(first))
      table.u16(second)
      table.u16(jumpTables.number(of: node.holds))
      table.u16(jumpTables.number(of: node.fails))
    }
    let count = table.bytes.count / NodeLayout.recordSize
    guard count <= RuleCompiler.maximumNodes else {
      throw RuleCompilerError(
        .tooLarge, "\(count) nodes, at most \(RuleCompiler.maximumNodes) can be held; use the interpreter")
    }
    return (table.bytes, count, jumpTables.number(of: graph.entry))
  }

  private mutating func encoded(
    _ test: DecisionGraph.Test, _ graph: DecisionGraph
  ) throws(RuleCompilerError) -> (TestCode, Int, Int) {
    switch test {
    case .isPresent(let slot): return (.isPresent, slot, 0)
    case .flag(let slot): return (.flag, slot, 0)
    case .isSet(let value): return (.isSet, value, 0)
    case .equals(let value, let text): return (.equals, value, try literal(text))
    case .same(let left, let right): return (.same, left, right)
    case .hostLabel(let value, let allow): return (.hostLabel, value, allow ? 1 : 0)
    case .bucketLabel(let value, let allow): return (.bucketLabel, value, allow ? 1 : 0)
    case .isLong(let value, let count):
      guard count <= 0xFFFF else {
        throw RuleCompilerError(.tooLarge, "a substring ends at byte \(count); the limit is 65535")
      }
      return (.isLong, value, count)
    case .isRecord(let register):
      if case .url = graph.registers[register] { return (.isURL, register, 0) }
      return (.isARN, register, 0)
    case .supportsFIPS(let register):
      return graph.isRegion(register, regionSlot)
        ? (.flag, graph.regionFlags.fips, 0) : (.supportsFIPS, register, 0)
    case .supportsDualStack(let register):
      return graph.isRegion(register, regionSlot)
        ? (.flag, graph.regionFlags.dualStack, 0) : (.supportsDualStack, register, 0)
    case .isIP(let register): return (.isIP, register, 0)
    }
  }

  private func registerTable(_ graph: DecisionGraph) -> [UInt8] {
    var table = ByteWriter()
    for register in graph.registers {
      let (code, source): (RegisterCode, Int?) =
        switch register {
        case .partition(let source): (.partition, source)
        case .arn(let source): (.arn, source)
        case .url(let source): (.url, source)
        }
      table.u8(code.rawValue)
      table.u8(source.map { UInt8($0) } ?? RegisterLayout.noSource)
      if case .partition(let source?) = register, case .parameter(let slot) = graph.values[source] {
        table.u8(UInt8(slot))
      } else {
        table.u8(RegisterLayout.noSource)
      }
      table.u8(0)
    }
    return table.bytes
  }

  private mutating func valueTable(_ graph: DecisionGraph) throws(RuleCompilerError) -> [UInt8] {
    var table = ByteWriter()
    func add(
      _ code: ValueCode, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0, _ offset: Int = 0,
      _ count: Int = 0
    ) {
      table.u8(code.rawValue)
      table.u8(UInt8(first))
      table.u8(UInt8(second))
      table.u8(UInt8(third))
      table.u32(offset)
      table.u32(count)
      table.u32(0)
    }
    for value in graph.values {
      switch value {
      case .parameter(let slot): add(.parameter, slot)
      case .literal(let text): add(.literal, 0, 0, 0, place(text), text.count)
      case .listElement(let slot, let index): add(.listElement, slot, 0, 0, index)
      case .partition(let register, let attribute): add(.partition, register, Int(attribute.rawValue))
      case .arn(let register, let attribute): add(.arnPart, register, Int(attribute.rawValue))
      case .resource(let register, let index):
        if (0..<ARNRecord.pieceCapacity).contains(index) {
          add(.arnPart, register, ARNRecord.firstPiece + index)
        } else {
          add(.resource, register, 0, 0, index)
        }
      case .url(let register, let attribute): add(.url, register, Int(attribute.rawValue))
      case .substring(let source, let start, let stop, let isReversed):
        add(.substring, source, isReversed ? 1 : 0, 0, start, stop)
      case .encoded(let source): add(.encoded, source)
      case .template(let segments): add(.template, 0, 0, 0, place(template(segments, graph)))
      case .splitElement(let text, let delimiter, let limit, let index):
        add(.split, text, delimiter, 0, limit, index)
      }
    }
    return table.bytes
  }

  private func template(_ segments: [DecisionGraph.Segment], _ graph: DecisionGraph) -> [UInt8] {
    var bytes: [UInt8] = []
    for segment in segments {
      switch segment {
      case .literal(let text):
        for start in stride(from: 0, to: text.count, by: TemplateCode.maximumRun) {
          let run = text[start..<min(text.count, start + TemplateCode.maximumRun)]
          bytes.append(UInt8(run.count))
          bytes += run
        }
      case .value(let value):
        if case .parameter(let slot) = graph.values[value], slot < TemplateCode.shortParameterCount {
          bytes.append(TemplateCode.parameter | UInt8(slot))
        } else if case .partition(let register, let attribute) = graph.values[value],
          graph.isRegion(register, regionSlot)
        {
          bytes.append(TemplateCode.region | attribute.rawValue)
        } else if value < TemplateCode.shortValueCount {
          bytes.append(TemplateCode.value | UInt8(value))
        } else {
          bytes += [TemplateCode.longValue, UInt8(value)]
        }
      }
    }
    return bytes + [TemplateCode.end]
  }

  // MARK: Results

  private mutating func leafTable(_ graph: DecisionGraph) throws(RuleCompilerError) -> [UInt8] {
    var table = ByteWriter()
    for leaf in graph.leaves {
      var text: [DecisionGraph.Segment] = []
      var extras = 0
      var path = RulePath.root
      let code: LeafCode
      switch leaf {
      case .noMatch: code = .noMatch
      case .failure: code = .failure
      case .error(let rule, let segments):
        code = .error
        path = rule
        text = segments
      case .endpoint(let endpoint):
        code = .endpoint
        path = endpoint.rule
        text = endpoint.url
        if !endpoint.headers.isEmpty || !endpoint.properties.isEmpty {
          extras = place(try self.extras(endpoint, graph))
        }
      }
      var rule = ByteWriter()
      rule.u8(UInt8(try checked(path.indices.count, 0xFF, "levels of rules")))
      for index in path.indices { rule.u16(try checked(index, 0xFFFF, "rules side by side")) }
      table.u32(place(template(text, graph)))
      table.u32(extras)
      table.u32(Int(code.rawValue) << 30 | place(rule.bytes))
    }
    return table.bytes
  }

  private func checked(_ count: Int, _ limit: Int, _ what: String) throws(RuleCompilerError) -> Int {
    guard count <= limit else {
      throw RuleCompilerError(
        .tooLarge, "\(count) \(what), at most \(limit) can be held; use the interpreter")
    }
    return count
  }

  private func extras(
    _ endpoint: DecisionGraph.EndpointLeaf, _ graph: DecisionGraph
  ) throws(RuleCompilerError) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(UInt8(try checked(endpoint.headers.count, 0xFF, "headers")))
    for header in endpoint.headers {
      try name(header.name, &writer)
      writer.u8(UInt8(try checked(header.values.count, 0xFF, "values of a header")))
      for value in header.values { writer.append(template(value, graph)) }
    }
    try members(endpoint.properties, &writer, graph, depth: 0)
    return writer.bytes
  }

  private func name(_ name: [UInt8], _ writer: inout ByteWriter) throws(RuleCompilerError) {
    writer.u16(try checked(name.count, 0xFFFF, "bytes in a name"))
    writer.append(name)
  }

  private func members(
    _ members: [DecisionGraph.Property.Member], _ writer: inout ByteWriter, _ graph: DecisionGraph, depth: Int
  ) throws(RuleCompilerError) {
    writer.u16(try checked(members.count, 0xFFFF, "properties"))
    for member in members {
      try name(member.name, &writer)
      try property(member.value, &writer, graph, depth: depth)
    }
  }

  private func property(
    _ property: DecisionGraph.Property, _ writer: inout ByteWriter, _ graph: DecisionGraph, depth: Int
  ) throws(RuleCompilerError) {
    _ = try checked(depth, RuleCompiler.maximumDepth, "levels of properties")
    switch property {
    case .boolean(let flag): writer.u8((flag ? PropertyCode.yes : .no).rawValue)
    case .integer(let number):
      writer.u8(PropertyCode.integer.rawValue)
      writer.u64(UInt64(bitPattern: number))
    case .text(let text):
      writer.u8(PropertyCode.text.rawValue)
      writer.append(template(text, graph))
    case .array(let items):
      writer.u8(PropertyCode.array.rawValue)
      writer.u16(try checked(items.count, 0xFFFF, "items of a property"))
      for item in items { try self.property(item, &writer, graph, depth: depth + 1) }
    case .object(let members):
      writer.u8(PropertyCode.object.rawValue)
      try self.members(members, &writer, graph, depth: depth + 1)
    }
  }

  // MARK: Parameters

  private mutating func parameterTable(_ graph: DecisionGraph) -> [UInt8] {
    var table = ByteWriter()
    for parameter in graph.parameters {
      var flags: UInt8 = parameter.isRequired ? ParameterLayout.isRequired : 0
      var value: [UInt8] = []
      var count = 0
      switch parameter.defaultValue {
      case nil: break
      case .boolean(let flag): flags |= ParameterLayout.hasDefault | (flag ? ParameterLayout.defaultFlag : 0)
      case .string(let text):
        flags |= ParameterLayout.hasDefault
        value = Array(text.utf8)
        count = value.count
      case .stringArray(let texts):
        flags |= ParameterLayout.hasDefault
        var list = ByteWriter()
        for text in texts {
          let bytes = Array(text.utf8)
          list.u32(place(bytes))
          list.u32(bytes.count)
        }
        value = list.bytes
        count = texts.count
      }
      let name = Array(parameter.name.utf8)
      let builtIn = Array((parameter.builtIn ?? "").utf8)
      if parameter.builtIn != nil { flags |= ParameterLayout.hasBuiltIn }
      table.u32(place(name))
      table.u32(name.count)
      table.u32(place(builtIn))
      table.u32(builtIn.count)
      table.u32(place(value))
      table.u32(count)
      let kind: UInt8 =
        switch parameter.kind {
        case .string: 0
        case .boolean: 1
        case .stringArray: 2
        }
      table.u8(kind)
      table.u8(flags)
      table.u16(0)
    }
    return table.bytes
  }
}

extension DecisionGraph {
  /// The first parameter whose partition is asked for.
  var regionSlot: Int? {
    registers.compactMap { register in
      guard case .partition(let source?) = register, case .parameter(let slot) = values[source] else {
        return nil
      }
      return slot
    }.min()
  }

  /// The flags of what the partition of that parameter supports.
  var regionFlags: RegionFlags { RegionFlags(parameterCount: parameters.count) }

  /// Whether a register has the partition of a parameter.
  func isRegion(_ register: RegisterID, _ slot: Int?) -> Bool {
    guard let slot, case .partition(let source?) = registers[register] else { return false }
    return values[source] == .parameter(slot)
  }
}
