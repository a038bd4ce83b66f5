// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

/// A compiled rule set, ready to run.
///
/// ```swift
/// let url = try program.url(["Region": "eu-central-1", "UseDualStack": true])
/// ```
/// A value of this type refers to its ``CompiledRules`` and may be shared between tasks.
public struct EndpointProgram: Sendable {
  let code: ProgramCode

  init(_ code: ProgramCode) { self.code = code }

  /// The name under which it was compiled.
  public var name: String { code.image.text(at: code.tables.record + ProgramLayout.name).string }

  /// The declared parameters.
  public var parameters: [RuleSet.Parameter] {
    (0..<code.tables.parameterCount).map { slot in
      let record = parameterRecord(slot)
      let flags = code.image.u8(record + ParameterLayout.flags)
      return RuleSet.Parameter(
        name: code.image.text(at: record + ParameterLayout.name).string, kind: kind(slot),
        builtIn: flags & ParameterLayout.hasBuiltIn == 0
          ? nil : code.image.text(at: record + ParameterLayout.builtIn).string,
        defaultValue: defaultValue(slot), isRequired: flags & ParameterLayout.isRequired != 0)
    }
  }

  /// The slot of a parameter, for ``EndpointArguments/subscript(slot:)``; `nil` for a name that is not declared.
  @_spi(Performance)
  public func slot(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { bytes in
      for slot in 0..<code.tables.parameterCount {
        let other = code.image.text(at: parameterRecord(slot) + ParameterLayout.name)
        guard other.count == (bytes.count) else { continue }
        if unsafe other.count == 0
          || other.isEqual(
            Text(start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped), count: bytes.count))
        {
          return slot
        }
      }
      return nil
    }
  }

  /// Makes arguments for this program.
  ///
  /// - Parameter parameters: Values by name; those of other names are ignored.
  /// - Returns: The arguments, with defaults where no value is given.
  @_spi(Performance)
  public func arguments(_ parameters: Parameters = [:]) -> EndpointArguments {
    var arguments = EndpointArguments(self)
    for (name, value) in parameters.values { arguments[name] = value }
    return arguments
  }

  func kind(_ slot: Int) -> RuleSet.Parameter.Kind {
    switch code.image.u8(parameterRecord(slot) + ParameterLayout.kind) {
    case 0: .string
    case 1: .boolean
    default: .stringArray
    }
  }

  func defaultValue(_ slot: Int) -> RuleSet.Value? {
    let record = parameterRecord(slot)
    let flags = code.image.u8(record + ParameterLayout.flags)
    guard flags & ParameterLayout.hasDefault != 0 else { return nil }
    let place = record + ParameterLayout.defaultValue
    switch kind(slot) {
    case .boolean: return .boolean(flags & ParameterLayout.defaultFlag != 0)
    case .string: return .string(code.image.text(at: place).string)
    case .stringArray:
      let items = code.image.u32(place)
      return .stringArray((0..<code.image.u32(place + 4)).map { code.image.text(at: items + $0 * 8).string })
    }
  }

  private func parameterRecord(_ slot: Int) -> Int {
    code.tables.parameters + slot * ParameterLayout.recordSize
  }

  func parameterName(_ slot: Int) -> String {
    code.image.text(at: parameterRecord(slot) + ParameterLayout.name).string
  }
}

/// What a program consists of, in one object so that handing it on costs nothing.
final class ProgramCode: Sendable {
  let memory: RuleImage
  /// Where the partitions are.
  let partitionMemory: RuleImage
  let tables: ProgramTables

  /// A program in the directory of an image.
  init(_ memory: RuleImage, record: Int) {
    self.memory = memory
    partitionMemory = memory
    tables = ProgramTables(memory.view, record: record)
  }

  /// A residual program, with the partitions of the whole one.
  init(residual: RuleImage, of program: ProgramCode) {
    memory = residual
    partitionMemory = program.partitionMemory
    tables = ProgramTables(residual.view, record: ImageLayout.headerSize, like: program.tables)
  }

  /// The flags of the partition of the region.
  var regionFlags: RegionFlags { RegionFlags(parameterCount: tables.parameterCount) }

  /// What a partition supports.
  func support(of partition: Int) -> Int {
    partitionMemory.view.u32(partition + PartitionLayout.flags)
  }

  /// The record of the partition of a region; of none, the first one.
  func partition(of region: Text?) -> Int {
    PartitionTable(partitionMemory.view, at: tables.run.partitions).record(of: region)
  }

  @inline(__always)
  var image: ImageView { memory.view }

  /// Whether both are the same program; it may have been looked up twice.
  @inline(__always)
  func isSame(as other: ProgramCode) -> Bool {
    self === other || (memory === other.memory && tables.record == other.tables.record)
  }
}
