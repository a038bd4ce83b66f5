// SPDX-License-Identifier: Apache-2.0

/// How large the texts of a graph can get: at most a constant and a multiple of all arguments together.
struct TextBounds {
  private struct Bound {
    var constant: Int
    var factor: Int

    static func + (left: Bound, right: Bound) -> Bound {
      Bound(
        constant: boundedSum(left.constant, right.constant),
        factor: boundedSum(left.factor, right.factor))
    }

    var encoded: Bound {
      Bound(
        constant: boundedSum(constant, boundedSum(constant, constant)),
        factor: boundedSum(factor, boundedSum(factor, factor)))
    }
  }

  /// Up to which size of all arguments together no text exceeds what a run may build.
  private(set) var safeSize = RuleSet.maximumTextBuilt

  init(_ graph: DecisionGraph) {
    var bounds: [Bound] = []
    func bound(_ segments: [DecisionGraph.Segment]) -> Bound {
      segments.reduce(Bound(constant: 0, factor: 0)) { sum, segment in
        switch segment {
        case .literal(let text): sum + Bound(constant: text.count, factor: 0)
        case .value(let value): sum + bounds[value]
        }
      }
    }
    func bound(sourceOf register: RegisterID) -> Bound {
      switch graph.registers[register] {
      case .partition: Bound(constant: 0, factor: 1)
      case .arn(let source), .url(let source): bounds[source]
      }
    }
    func note(_ bound: Bound) {
      guard bound.constant <= RuleSet.maximumTextBuilt else {
        safeSize = 0
        return
      }
      if bound.factor > 0 {
        safeSize = min(safeSize, (RuleSet.maximumTextBuilt - bound.constant) / bound.factor)
      }
    }
    for value in graph.values {
      let bound: Bound =
        switch value {
        case .parameter, .listElement, .partition: Bound(constant: 0, factor: 1)
        case .literal(let text): Bound(constant: text.count, factor: 0)
        case .arn(let register, _), .resource(let register, _): bound(sourceOf: register)
        case .url(let register, _): Bound(constant: 8, factor: 0) + bound(sourceOf: register).encoded
        case .substring(let source, _, _, _), .splitElement(let source, _, _, _): bounds[source]
        case .encoded(let source): bounds[source].encoded
        case .template(let segments): bound(segments)
        }
      bounds.append(bound)
      note(bound)
    }
    func note(_ property: DecisionGraph.Property) {
      switch property {
      case .boolean, .integer: break
      case .text(let text): note(bound(text))
      case .array(let items): for item in items { note(item) }
      case .object(let members): for member in members { note(member.value) }
      }
    }
    for leaf in graph.leaves {
      switch leaf {
      case .noMatch, .failure: break
      case .error(_, let text): note(bound(text))
      case .endpoint(let endpoint):
        note(bound(endpoint.url))
        for header in endpoint.headers { for value in header.values { note(bound(value)) } }
        for member in endpoint.properties { note(member.value) }
      }
    }
  }
}

/// How much work the texts of a graph are: the parts of each with the parts of its parts.
struct TextCosts {
  private(set) var largest = 0
  private(set) var deepest = 0

  init(_ graph: DecisionGraph) {
    var costs: [(parts: Int, depth: Int)] = []
    func cost(_ operands: [ValueID], parts: Int = 0) -> (parts: Int, depth: Int) {
      var sum = (parts: 1 + parts, depth: 0)
      for operand in operands {
        sum.parts = boundedSum(sum.parts, costs[operand].parts)
        sum.depth = max(sum.depth, costs[operand].depth)
      }
      return (sum.parts, sum.depth + 1)
    }
    for value in graph.values {
      let cost =
        switch value {
        case .parameter, .literal, .listElement: cost([])
        case .partition(let register, _), .arn(let register, _), .resource(let register, _),
          .url(let register, _):
          cost(graph.registers[register].source.map { [$0] } ?? [])
        case .substring(let source, _, _, _), .encoded(let source): cost([source])
        case .template(let segments):
          cost(
            segments.compactMap { if case .value(let value) = $0 { value } else { nil } },
            parts: segments.reduce(0) { $0 + $1.pieces })
        case .splitElement(let text, let delimiter, _, _): cost([text, delimiter])
        }
      costs.append(cost)
      largest = max(largest, cost.parts)
      deepest = max(deepest, cost.depth)
    }
  }
}

extension DecisionGraph.Segment {
  /// How many parts it has in a template.
  fileprivate var pieces: Int {
    if case .literal(let text) = self { text.count / TemplateCode.maximumRun + 1 } else { 1 }
  }
}

extension DecisionGraph.Register {
  /// The text that the record is taken from.
  var source: ValueID? {
    switch self {
    case .partition(let source): source
    case .arn(let source), .url(let source): source
    }
  }
}

/// The sum of two counts, or something that is larger than any limit.
private func boundedSum(_ left: Int, _ right: Int) -> Int { min(left + right, 1 << 40) }
