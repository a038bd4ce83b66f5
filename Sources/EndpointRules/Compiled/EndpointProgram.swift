// SPDX-License-Identifier: Apache-2.0

/// A compiled rule set, ready to run.
///
/// ```swift
/// let url = try program.url(program.arguments(["Region": "eu-central-1", "UseDualStack": true]))
/// ```
/// A value of this type refers to its ``CompiledRules`` and may be shared between tasks.
public struct EndpointProgram: Sendable {
  let memory: RuleImage
  /// Where the partitions are.
  let partitionMemory: RuleImage
  let tables: ProgramTables

  init(_ memory: RuleImage, record: Int) {
    self.memory = memory
    partitionMemory = memory
    tables = ProgramTables(memory.view, record: record)
  }

  /// What is left of a program, with the partitions of the whole.
  init(residual: RuleImage, of program: EndpointProgram) {
    memory = residual
    partitionMemory = program.partitionMemory
    tables = ProgramTables(residual.view, record: ImageLayout.headerSize, like: program.tables)
  }

  /// The name under which it was compiled.
  public var name: String { memory.view.text(at: tables.record + ProgramLayout.name).string }

  /// The declared parameters.
  public var parameters: [RuleSet.Parameter] {
    (0..<tables.parameterCount).map { slot in
      let record = parameterRecord(slot)
      let flags = memory.view.u8(record + ParameterLayout.flags)
      return RuleSet.Parameter(
        name: memory.view.text(at: record + ParameterLayout.name).string, kind: kind(slot),
        builtIn: flags & ParameterLayout.hasBuiltIn == 0
          ? nil : memory.view.text(at: record + ParameterLayout.builtIn).string,
        defaultValue: defaultValue(slot), isRequired: flags & ParameterLayout.isRequired != 0)
    }
  }

  /// The place of a parameter, for ``EndpointArguments/subscript(slot:)``; `nil` for a name that is not declared.
  public func slot(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { bytes in
      for slot in 0..<tables.parameterCount {
        let other = memory.view.text(at: parameterRecord(slot) + ParameterLayout.name)
        guard other.count == (bytes.count) else { continue }
        if unsafe other.count == 0 || other.isEqual(Text(start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped), count: bytes.count)) {
          return slot
        }
      }
      return nil
    }
  }

  /// Makes arguments for this program.
  ///
  /// - Parameter parameters: Values by name; those of other names are ignored.
  public func arguments(_ parameters: Parameters = [:]) -> EndpointArguments {
    var arguments = EndpointArguments(self)
    for (name, value) in parameters.values { arguments[name] = value }
    return arguments
  }

  func kind(_ slot: Int) -> RuleSet.Parameter.Kind {
    switch memory.view.u8(parameterRecord(slot) + ParameterLayout.kind) {
    case 0: .string
    case 1: .boolean
    default: .stringArray
    }
  }

  func defaultValue(_ slot: Int) -> RuleSet.Value? {
    let record = parameterRecord(slot)
    let flags = memory.view.u8(record + ParameterLayout.flags)
    guard flags & ParameterLayout.hasDefault != 0 else { return nil }
    let place = record + ParameterLayout.defaultValue
    switch kind(slot) {
    case .boolean: return .boolean(flags & ParameterLayout.defaultFlag != 0)
    case .string: return .string(memory.view.text(at: place).string)
    case .stringArray:
      let items = memory.view.u32(place)
      return .stringArray((0..<memory.view.u32(place + 4)).map { memory.view.text(at: items + $0 * 8).string })
    }
  }

  private func parameterRecord(_ slot: Int) -> Int { tables.parameters + slot * ParameterLayout.recordSize }

  func parameterName(_ slot: Int) -> String {
    memory.view.text(at: parameterRecord(slot) + ParameterLayout.name).string
  }
}
