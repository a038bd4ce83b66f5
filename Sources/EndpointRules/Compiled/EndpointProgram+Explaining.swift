// SPDX-License-Identifier: Apache-2.0

extension EndpointProgram {
  /// Runs the program and tells how it came to its result.
  ///
  /// The program asks each question once for all rules, and none that follows from an earlier one; so there are far fewer steps
  /// than ``RuleSet/explain(_:partitions:)`` has, and they belong to no rule. The result and the rule that decides are the same.
  ///
  /// - Parameter arguments: Arguments made by this program.
  /// - Returns: The questions in the order in which they were asked, the rule that decided, and the same result as
  ///   ``resolve(_:)-(EndpointArguments)`` gives, also when that is an error.
  public func explain(_ arguments: EndpointArguments) -> Explanation {
    do {
      try check(arguments)
    } catch {
      let isOurs = arguments.program.code.isSame(as: code)
      return Explanation(
        parameters: isOurs ? explained { _ in arguments } : [], steps: [], result: .failure(error))
    }
    return explain(
      arguments, present: arguments.present, flags: arguments.flags, explained { _ in arguments })
  }

  /// The parameters with their values; the closure gives the arguments that have that of a slot.
  fileprivate func explained(_ arguments: (_ slot: Int) -> EndpointArguments) -> [Explanation.Parameter] {
    parameters.enumerated().map { slot, parameter in
      let value = arguments(slot)[slot: slot]
      return Explanation.Parameter(
        name: parameter.name, value: value.map { RuntimeValue($0).tree },
        isDefault: value != nil && value == parameter.defaultValue)
    }
  }

  /// Explains without checks.
  ///
  /// - Parameters:
  ///   - arguments: What texts are read from.
  ///   - present: The parameters that have a value.
  ///   - flags: The flags that are true.
  ///   - parameters: The values as they are to be shown, by slot.
  /// - Returns: The explanation.
  fileprivate func explain(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, _ parameters: [Explanation.Parameter]
  ) -> Explanation {
    let (graph, places) = DecisionGraph.decoded(self)
    let words = GraphWords(graph)
    var steps: [Explanation.Step] = []
    let resolution = run(arguments, present: present, flags: flags) { machine, leaf -> Resolution? in
      var target = graph.entry
      while case .node(let number) = target {
        let node = graph.nodes[number]
        let holds = machine.holds(node: places[number])
        let operands = words.operands(of: node.test).map { operand in
          switch operand {
          case .parameter(let slot):
            Explanation.Argument(text: parameters[slot].name, value: parameters[slot].value)
          case .value(let value):
            Explanation.Argument(
              text: words.text(value), value: machine.text(value).map { .string($0.string) })
          }
        }
        let condition = Explanation.Condition(
          index: number, text: words.text(node.test), assign: nil, arguments: operands,
          result: .boolean(holds), outcome: holds ? .holds : .fails)
        steps.append(Explanation.Step(rule: nil, event: .condition(condition)))
        target = holds ? node.holds : node.fails
      }
      guard let resolution = machine.resolution(leaf) else { return nil }
      if let rule = machine.rule(leaf), case .leaf(let number) = target {
        steps.append(
          Explanation.Step(rule: rule, event: .decided(template: words.text(graph.leaves[number]))))
      }
      return resolution
    }
    return Explanation(
      parameters: parameters, steps: steps, result: resolution.map { .success($0) } ?? .failure(failure()))
  }
}

extension EndpointResolver {
  /// Resolves and tells what was still to be decided, as ``EndpointProgram/explain(_:)`` does.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program; fixed parameters keep their fixed values.
  /// - Returns: The questions that the fixed parameters leave, the rule that decided, and the result.
  public func explain(_ arguments: EndpointArguments) -> Explanation {
    let isOurs = arguments.program.code.isSame(as: program.code)
    let parameters =
      isOurs ? program.explained { slot in core.late >> UInt64(slot) & 1 == 1 ? arguments : core.fixed } : []
    do {
      try core.program.check(arguments, only: core.late)
    } catch {
      return Explanation(parameters: parameters, steps: [], result: .failure(error))
    }
    return core.residual.explain(arguments, present: present(arguments), flags: flags(arguments), parameters)
  }
}

/// The tests and texts of a graph in the words of the rules language.
private struct GraphWords {
  /// What a test looks at.
  enum Operand {
    case parameter(Int)
    case value(ValueID)
  }

  private let graph: DecisionGraph
  /// Each value as an expression.
  private var values: [String] = []

  init(_ graph: DecisionGraph) {
    self.graph = graph
    // Values are made of earlier values.
    for value in graph.values { values.append(expression(value)) }
  }

  func text(_ value: ValueID) -> String { values[value] }

  func text(_ leaf: DecisionGraph.Leaf) -> String {
    switch leaf {
    case .endpoint(let endpoint): quoted(endpoint.url)
    case .error(_, let text): quoted(text)
    case .noMatch, .failure: ""
    }
  }

  func text(_ test: DecisionGraph.Test) -> String {
    switch test {
    case .isPresent(let slot): "isSet(\(name(slot)))"
    case .flag(let slot): "booleanEquals(\(name(slot)), true)"
    case .isSet(let value): "isSet(\(values[value]))"
    case .isRecord(let register): "isSet(\(expression(register)))"
    case .equals(let value, let text): "stringEquals(\(values[value]), \(quoted([.literal(text)])))"
    case .same(let left, let right): "stringEquals(\(values[left]), \(values[right]))"
    case .hostLabel(let value, let allowSubdomains): "isValidHostLabel(\(values[value]), \(allowSubdomains))"
    case .bucketLabel(let value, let allowSubdomains):
      "aws.isVirtualHostableS3Bucket(\(values[value]), \(allowSubdomains))"
    case .isLong(let value, let count): "isSet(substring(\(values[value]), 0, \(count), false))"
    case .supportsFIPS(let register): "booleanEquals(\(expression(register))#supportsFIPS, true)"
    case .supportsDualStack(let register): "booleanEquals(\(expression(register))#supportsDualStack, true)"
    case .isIP(let register): "booleanEquals(\(expression(register))#isIp, true)"
    }
  }

  func operands(of test: DecisionGraph.Test) -> [Operand] {
    switch test {
    case .isPresent(let slot), .flag(let slot): [.parameter(slot)]
    case .same(let left, let right): [.value(left), .value(right)]
    case .isSet(let value), .equals(let value, _), .hostLabel(let value, _), .bucketLabel(let value, _),
      .isLong(let value, _):
      [.value(value)]
    case .isRecord(let register), .supportsFIPS(let register), .supportsDualStack(let register),
      .isIP(let register):
      graph.registers[register].source.map { [.value($0)] } ?? []
    }
  }

  private func name(_ slot: Int) -> String { graph.parameters[slot].name }

  private func expression(_ register: RegisterID) -> String {
    switch graph.registers[register] {
    case .partition(let source): "aws.partition(\(source.map { values[$0] } ?? "unset"))"
    case .arn(let source): "aws.parseArn(\(values[source]))"
    case .url(let source): "parseURL(\(values[source]))"
    }
  }

  private func expression(_ value: DecisionGraph.Value) -> String {
    switch value {
    case .parameter(let slot): name(slot)
    case .literal(let text): quoted([.literal(text)])
    case .listElement(let slot, let index): "\(name(slot))#[\(index)]"
    case .partition(let register, let attribute): "\(expression(register))#\(attribute.word)"
    case .arn(let register, let attribute): "\(expression(register))#\(attribute.word)"
    case .resource(let register, let index): "\(expression(register))#resourceId[\(index)]"
    case .url(let register, let attribute): "\(expression(register))#\(attribute.word)"
    case .substring(let source, let start, let stop, let isReversed):
      "substring(\(values[source]), \(start), \(stop), \(isReversed))"
    case .encoded(let source): "uriEncode(\(values[source]))"
    case .template(let segments): quoted(segments)
    case .splitElement(let text, let delimiter, let limit, let index):
      "split(\(values[text]), \(values[delimiter]), \(limit))#[\(index)]"
    }
  }

  private func quoted(_ segments: [DecisionGraph.Segment]) -> String {
    let parts = segments.map { segment in
      switch segment {
      case .literal(let text): String(decoding: text, as: UTF8.self)
      case .value(let value): "{\(values[value])}"
      }
    }
    return "\"\(parts.joined())\""
  }
}

extension PartitionAttribute {
  /// The name of the attribute in the rules language.
  fileprivate var word: String {
    switch self {
    case .name: "name"
    case .dnsSuffix: "dnsSuffix"
    case .dualStackDNSSuffix: "dualStackDnsSuffix"
    case .implicitGlobalRegion: "implicitGlobalRegion"
    }
  }
}

extension ARNAttribute {
  /// The name of the attribute in the rules language.
  fileprivate var word: String {
    switch self {
    case .partition: "partition"
    case .service: "service"
    case .region: "region"
    case .accountID: "accountId"
    }
  }
}

extension URLAttribute {
  /// The name of the attribute in the rules language.
  fileprivate var word: String {
    switch self {
    case .scheme: "scheme"
    case .authority: "authority"
    case .path: "path"
    case .normalizedPath: "normalizedPath"
    }
  }
}
