// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

extension DecisionGraph {
  /// Reads back the graph that a program was written from.
  init(_ program: EndpointProgram) { self = Self.decoded(program).graph }

  /// Reads back the graph that a program was written from, with the offset of each node in the program.
  static func decoded(_ program: EndpointProgram) -> (graph: DecisionGraph, places: [Int]) {
    let tables = program.code.tables
    let decoder = GraphDecoder(image: program.code.image, tables: tables)
    var graph = DecisionGraph(parameters: program.parameters)
    graph.values = (0..<decoder.count(ProgramLayout.valueCount)).map(decoder.value)
    graph.registers = (0..<decoder.count(ProgramLayout.registerCount)).map(decoder.register)
    graph.leaves = (0..<decoder.image.u16(tables.record + ProgramLayout.leafCount)).map(decoder.leaf)
    // A table replaces the node behind it.
    var numbers: [Int] = []
    var places: [Int] = []
    for place in 0..<decoder.image.u16(tables.record + ProgramLayout.nodeCount) {
      numbers.append(places.count)
      if !decoder.isTable(place) { places.append(place) }
    }
    func moved(_ target: Target) -> Target {
      if case .node(let place) = target { .node(numbers[place]) } else { target }
    }
    graph.nodes = places.map { place in
      let node = decoder.node(place)
      return Node(test: node.test, holds: moved(node.holds), fails: moved(node.fails))
    }
    graph.entry = moved(decoder.target(tables.run.entry))
    return (graph, places)
  }
}

/// Reads the tables of a validated program.
private struct GraphDecoder {
  let image: ImageView
  let tables: ProgramTables
  /// The values that are just a parameter, by slot: the first of each.
  ///
  /// It alone is known to stand before the templates that name the parameter. The compiler makes no second one, a forged image may.
  private let parameterValues: [Int: ValueID]
  /// The values that are a text of the partition of the region, by attribute; the first of each.
  private var regionValues: [Int: ValueID]
  /// The register of the partition of the region.
  private let regionRegister: RegisterID

  init(image: ImageView, tables: ProgramTables) {
    self.image = image
    self.tables = tables
    var values: [Int: ValueID] = [:]
    for value in 0..<Int(image.u8(tables.record + ProgramLayout.valueCount)) {
      let place = tables.run.values + value * ValueLayout.recordSize
      let slot = Int(image.u8(place + ValueLayout.first))
      if image.u8(place) == ValueCode.parameter.rawValue, values[slot] == nil { values[slot] = value }
    }
    parameterValues = values
    regionValues = [:]
    let region = image.u8(tables.record + ProgramLayout.regionSlot)
    regionRegister =
      (0..<Int(image.u8(tables.record + ProgramLayout.registerCount))).first { register in
        image.u8(tables.run.registers + register * RegisterLayout.recordSize + RegisterLayout.slot) == region
      } ?? 0
    for value in 0..<Int(image.u8(tables.record + ProgramLayout.valueCount)) {
      let place = tables.run.values + value * ValueLayout.recordSize
      let attribute = Int(image.u8(place + ValueLayout.second))
      if image.u8(place) == ValueCode.partition.rawValue,
        Int(image.u8(place + ValueLayout.first)) == regionRegister, regionValues[attribute] == nil
      {
        regionValues[attribute] = value
      }
    }
  }

  private var regionFlags: RegionFlags { RegionFlags(parameterCount: tables.parameterCount) }

  func count(_ place: Int) -> Int { Int(image.u8(tables.record + place)) }

  func target(_ number: Int) -> DecisionGraph.Target { number < 0 ? .leaf(~number) : .node(number) }

  func isTable(_ number: Int) -> Bool {
    image.u8(tables.run.nodes + number * NodeLayout.recordSize) == TestCode.table.rawValue
  }

  func register(_ number: Int) -> DecisionGraph.Register {
    let place = tables.run.registers + number * RegisterLayout.recordSize
    let source = Int(image.u8(place + RegisterLayout.source))
    switch RegisterCode(rawValue: image.u8(place)) {
    case .arn: return .arn(source)
    case .url: return .url(source)
    case .partition, nil: return .partition(source == Int(RegisterLayout.noSource) ? nil : source)
    }
  }

  func value(_ number: Int) -> DecisionGraph.Value {
    let place = tables.run.values + number * ValueLayout.recordSize
    let first = Int(image.u8(place + ValueLayout.first))
    let second = image.u8(place + ValueLayout.second)
    let offset = image.i32(place + ValueLayout.offset)
    let count = image.i32(place + ValueLayout.count)
    switch ValueCode(rawValue: image.u8(place)) {
    case .parameter, nil: return .parameter(first)
    case .literal: return .literal(image.text(at: place + ValueLayout.offset).bytes)
    case .listElement: return .listElement(first, offset)
    case .partition: return .partition(first, PartitionAttribute(rawValue: second) ?? .name)
    case .arnPart:
      return ARNAttribute(rawValue: second).map { .arn(first, $0) }
        ?? .resource(first, Int(second) - ARNRecord.firstPiece)
    case .resource: return .resource(first, offset)
    case .url: return .url(first, URLAttribute(rawValue: second) ?? .scheme)
    case .substring: return .substring(first, start: offset, stop: count, isReversed: second != 0)
    case .encoded: return .encoded(first)
    case .template:
      var place = offset
      return .template(template(&place))
    case .split: return .splitElement(first, delimiter: Int(second), limit: offset, index: count)
    }
  }

  func node(_ number: Int) -> DecisionGraph.Node {
    let place = tables.run.nodes + number * NodeLayout.recordSize
    let first = Int(image.u8(place + 1))
    let second = image.u16(place + 2)
    let test: DecisionGraph.Test
    switch TestCode(rawValue: image.u8(place)) {
    case .isPresent, .table, nil: test = .isPresent(first)
    case .flag where first == regionFlags.fips: test = .supportsFIPS(regionRegister)
    case .flag where first == regionFlags.dualStack: test = .supportsDualStack(regionRegister)
    case .flag: test = .flag(first)
    case .equals: test = .equals(first, image.text(at: tables.run.literals + second * 8).bytes)
    case .isLong: test = .isLong(first, second)
    case .hostLabel: test = .hostLabel(first, allowSubdomains: second != 0)
    case .bucketLabel: test = .bucketLabel(first, allowSubdomains: second != 0)
    case .isSet: test = .isSet(first)
    case .same: test = .same(first, second)
    case .isARN, .isURL: test = .isRecord(first)
    case .supportsFIPS: test = .supportsFIPS(first)
    case .supportsDualStack: test = .supportsDualStack(first)
    case .isIP: test = .isIP(first)
    }
    return DecisionGraph.Node(
      test: test, holds: target(image.i16(place + 4)), fails: target(image.i16(place + 6)))
  }

  // MARK: Results

  func leaf(_ number: Int) -> DecisionGraph.Leaf {
    let place = tables.run.leaves + number * LeafLayout.recordSize
    let kindAndRule = image.u32(place + LeafLayout.kindAndRule)
    let path = kindAndRule & 0x3FFF_FFFF
    let rule = RulePath(indices: (0..<Int(image.u8(path))).map { image.u16(path + 1 + 2 * $0) })
    var text = image.u32(place + LeafLayout.text)
    switch LeafCode(rawValue: UInt8(kindAndRule >> 30)) {
    case .noMatch: return .noMatch
    case .failure, nil: return .failure
    case .error: return .error(rule: rule, template(&text))
    case .endpoint:
      var endpoint = DecisionGraph.EndpointLeaf(rule: rule, url: template(&text))
      var extras = image.u32(place + LeafLayout.extras)
      if extras == 0 { return .endpoint(endpoint) }
      let headers = Int(image.u8(extras))
      extras += 1
      for _ in 0..<headers {
        let name = name(&extras)
        let values = Int(image.u8(extras))
        extras += 1
        endpoint.headers.append(
          DecisionGraph.Header(name: name, values: (0..<values).map { _ in template(&extras) }))
      }
      endpoint.properties = members(&extras)
      return .endpoint(endpoint)
    }
  }

  private func template(_ place: inout Int) -> [DecisionGraph.Segment] {
    var segments: [DecisionGraph.Segment] = []
    while true {
      let code = image.u8(place)
      place += 1
      if code == TemplateCode.end { return segments }
      if code == TemplateCode.longValue {
        segments.append(.value(Int(image.u8(place))))
        place += 1
      } else if code >= TemplateCode.region {
        segments.append(.value(regionValues[Int(code - TemplateCode.region)] ?? 0))
      } else if code >= TemplateCode.parameter {
        segments.append(.value(parameterValues[Int(code & 0x3F)] ?? 0))
      } else if code >= TemplateCode.value {
        segments.append(.value(Int(code & 0x3F)))
      } else {
        let run = image.text(place, Int(code)).bytes
        place += run.count
        if case .literal(let before)? = segments.last {
          segments[segments.count - 1] = .literal(before + run)
        } else {
          segments.append(.literal(run))
        }
      }
    }
  }

  private func name(_ place: inout Int) -> [UInt8] {
    let count = image.u16(place)
    defer { place += 2 + count }
    return image.text(place + 2, count).bytes
  }

  private func members(_ place: inout Int) -> [DecisionGraph.Property.Member] {
    let count = image.u16(place)
    place += 2
    return (0..<count).map { _ in
      let name = name(&place)
      return DecisionGraph.Property.Member(name: name, value: property(&place))
    }
  }

  private func property(_ place: inout Int) -> DecisionGraph.Property {
    let code = PropertyCode(rawValue: image.u8(place))
    place += 1
    switch code {
    case .text: return .text(template(&place))
    case .yes: return .boolean(true)
    case .no, nil: return .boolean(false)
    case .integer:
      defer { place += 8 }
      return .integer(Int64(bitPattern: image.u64(place)))
    case .object: return .object(members(&place))
    case .array:
      let count = image.u16(place)
      place += 2
      return .array((0..<count).map { _ in property(&place) })
    }
  }
}

extension Text {
  /// The bytes of the text.
  var bytes: [UInt8] { (0..<count).map { self[$0] } }
}
