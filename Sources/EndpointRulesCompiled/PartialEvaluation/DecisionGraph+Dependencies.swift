// SPDX-License-Identifier: Apache-2.0

/// Which parameters the parts of a graph depend on, a bit for each.
struct Dependencies {
  private(set) var values: [UInt64] = []
  private(set) var registers: [UInt64] = []

  init(_ graph: DecisionGraph) {
    // A register's source comes before the values that use it, so each is known in time.
    func register(_ number: RegisterID) -> UInt64 { graph.registers[number].source.map { values[$0] } ?? 0 }
    for value in graph.values {
      switch value {
      case .literal: values.append(0)
      case .parameter(let slot), .listElement(let slot, _): values.append(1 << UInt64(slot))
      case .partition(let number, _), .arn(let number, _), .resource(let number, _), .url(let number, _):
        values.append(register(number))
      case .substring(let source, _, _, _), .encoded(let source): values.append(values[source])
      case .splitElement(let text, let delimiter, _, _): values.append(values[text] | values[delimiter])
      case .template(let segments):
        values.append(
          segments.reduce(0) { if case .value(let value) = $1 { $0 | values[value] } else { $0 } })
      }
    }
    registers = graph.registers.indices.map { register($0) }
  }

  func of(_ test: DecisionGraph.Test) -> UInt64 {
    switch test {
    case .isPresent(let slot), .flag(let slot): 1 << UInt64(slot)
    case .isSet(let value), .equals(let value, _), .hostLabel(let value, _), .bucketLabel(let value, _),
      .isLong(let value, _):
      values[value]
    case .same(let left, let right): values[left] | values[right]
    case .isRecord(let number), .supportsFIPS(let number), .supportsDualStack(let number), .isIP(let number):
      registers[number]
    }
  }
}
