// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

extension EndpointProgram {
  /// Runs the program and tells how it came to its result.
  ///
  /// The program tests each condition once for all rules, and skips those that follow from earlier ones. So there are far fewer
  /// steps than in ``RuleSet/explain(_:partitions:)``, and a step belongs to no single rule. The result and the rule that
  /// decides are the same.
  ///
  /// - Parameter parameters: The values of the rule set's parameters.
  /// - Returns: The conditions in the order in which they were tested, the rule that decided, and the same result as
  ///   ``resolve(_:)`` gives, also when that is an error.
  public func explain(_ parameters: Parameters) -> Explanation {
    do {
      return explain(try checkedArguments(parameters))
    } catch {
      let arguments = arguments(parameters)
      return Explanation(parameters: explained { _ in arguments }, steps: [], result: .failure(error))
    }
  }

  /// Explains a run with prepared arguments.
  ///
  /// - Parameter arguments: Arguments made by this program.
  /// - Returns: The same as for the parameters that the arguments were made of.
  @_spi(Performance)
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
    let result = Result { () throws(ResolveError) in
      let resolution = try withMachine(arguments, present: present, flags: flags) { machine -> Resolution? in
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
          machine.scratch.release()
          let condition = Explanation.Condition(
            index: number, text: words.text(node.test), assign: nil, arguments: operands,
            result: .boolean(holds), outcome: holds ? .holds : .fails)
          steps.append(Explanation.Step(rule: nil, event: .condition(condition)))
          target = holds ? node.holds : node.fails
        }
        guard case .leaf(let leaf) = target, let resolution = machine.resolution(leaf) else { return nil }
        if let rule = machine.rule(leaf) {
          steps.append(
            Explanation.Step(rule: rule, event: .decided(template: words.text(graph.leaves[leaf]))))
        }
        return resolution
      }
      guard let resolution else { throw failure() }
      return resolution
    }
    return Explanation(parameters: parameters, steps: steps, result: result)
  }
}

@_spi(Performance)
extension EndpointResolver {
  /// Resolves and tells what was still to be decided, as ``EndpointProgram/explain(_:)`` does.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program; bound parameters keep their bound values.
  /// - Returns: The questions that the bound parameters leave, the rule that decided, and the result.
  public func explain(_ arguments: EndpointArguments) -> Explanation {
    let isOurs = arguments.program.code.isSame(as: program.code)
    let parameters =
      isOurs
      ? program.explained { slot in core.unbound >> UInt64(slot) & 1 == 1 ? arguments : core.bound } : []
    do {
      try core.program.check(arguments, only: core.unbound)
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

  /// After how many bytes the words of a text are cut off: texts are made of texts, and their words multiply.
  private static let maximumSize = 1000

  private let graph: DecisionGraph

  init(_ graph: DecisionGraph) { self.graph = graph }

  /// A text as an expression.
  func text(_ value: ValueID) -> String { cut { words in write(value, to: &words) } }

  /// The template of a result.
  func text(_ leaf: DecisionGraph.Leaf) -> String {
    switch leaf {
    case .endpoint(let endpoint): cut { words in write(endpoint.url, to: &words) }
    case .error(_, let text): cut { words in write(text, to: &words) }
    case .noMatch, .failure: ""
    }
  }

  /// A test as a condition.
  func text(_ test: DecisionGraph.Test) -> String {
    switch test {
    case .isPresent(let slot): "isSet(\(name(slot)))"
    case .flag(let slot): "booleanEquals(\(name(slot)), true)"
    case .isSet(let value): "isSet(\(text(value)))"
    case .isRecord(let register): "isSet(\(text(register: register)))"
    case .equals(let value, let other):
      "stringEquals(\(text(value)), \(cut { words in write([.literal(other)], to: &words) }))"
    case .same(let left, let right): "stringEquals(\(text(left)), \(text(right)))"
    case .hostLabel(let value, let allowSubdomains): "isValidHostLabel(\(text(value)), \(allowSubdomains))"
    case .bucketLabel(let value, let allowSubdomains):
      "aws.isVirtualHostableS3Bucket(\(text(value)), \(allowSubdomains))"
    case .isLong(let value, let count): "isSet(substring(\(text(value)), 0, \(count), false))"
    case .supportsFIPS(let register): "booleanEquals(\(text(register: register))#supportsFIPS, true)"
    case .supportsDualStack(let register):
      "booleanEquals(\(text(register: register))#supportsDualStack, true)"
    case .isIP(let register): "booleanEquals(\(text(register: register))#isIp, true)"
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

  private func text(register: RegisterID) -> String { cut { words in write(register: register, to: &words) } }

  // MARK: Writing

  private func cut(_ write: (inout String) -> Void) -> String {
    var words = ""
    write(&words)
    guard words.utf8.count > Self.maximumSize else { return words }
    return String(decoding: words.utf8.prefix(Self.maximumSize), as: UTF8.self) + "…"
  }

  private func write(register: RegisterID, to words: inout String) {
    switch graph.registers[register] {
    case .partition(let source):
      words += "aws.partition("
      if let source { write(source, to: &words) } else { words += "unset" }
    case .arn(let source):
      words += "aws.parseArn("
      write(source, to: &words)
    case .url(let source):
      words += "parseURL("
      write(source, to: &words)
    }
    words += ")"
  }

  /// Values are made of earlier values; nothing is added to words that are long enough.
  private func write(_ value: ValueID, to words: inout String) {
    guard words.utf8.count <= Self.maximumSize else { return }
    switch graph.values[value] {
    case .parameter(let slot): words += name(slot)
    case .literal(let text): write([.literal(text)], to: &words)
    case .listElement(let slot, let index): words += "\(name(slot))#[\(index)]"
    case .partition(let register, let attribute):
      write(register: register, attribute.attributeName, to: &words)
    case .arn(let register, let attribute): write(register: register, attribute.attributeName, to: &words)
    case .resource(let register, let index): write(register: register, "resourceId[\(index)]", to: &words)
    case .url(let register, let attribute): write(register: register, attribute.attributeName, to: &words)
    case .substring(let source, let start, let stop, let isReversed):
      words += "substring("
      write(source, to: &words)
      words += ", \(start), \(stop), \(isReversed))"
    case .encoded(let source):
      words += "uriEncode("
      write(source, to: &words)
      words += ")"
    case .template(let segments): write(segments, to: &words)
    case .splitElement(let text, let delimiter, let limit, let index):
      words += "split("
      write(text, to: &words)
      words += ", "
      write(delimiter, to: &words)
      words += ", \(limit))#[\(index)]"
    }
  }

  private func write(register: RegisterID, _ attribute: String, to words: inout String) {
    write(register: register, to: &words)
    words += "#\(attribute)"
  }

  private func write(_ segments: [DecisionGraph.Segment], to words: inout String) {
    words += "\""
    for segment in segments where words.utf8.count <= Self.maximumSize {
      switch segment {
      case .literal(let text): words += String(decoding: text.prefix(Self.maximumSize + 1), as: UTF8.self)
      case .value(let value):
        words += "{"
        write(value, to: &words)
        words += "}"
      }
    }
    words += "\""
  }
}

extension PartitionAttribute {
  /// The name of the attribute in the rules language.
  var attributeName: String {
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
  fileprivate var attributeName: String {
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
  fileprivate var attributeName: String {
    switch self {
    case .scheme: "scheme"
    case .authority: "authority"
    case .path: "path"
    case .normalizedPath: "normalizedPath"
    }
  }
}
