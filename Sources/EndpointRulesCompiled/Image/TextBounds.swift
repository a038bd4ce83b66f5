// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// How large a text can get: at most a constant and a multiple of all arguments together.
struct TextSize {
  var constant = 0
  var factor = 0

  /// What comes from the arguments, or is as short as a text of a partition.
  static let argument = TextSize(factor: 1)

  static func + (left: TextSize, right: TextSize) -> TextSize {
    TextSize(
      constant: boundedSum(left.constant, right.constant), factor: boundedSum(left.factor, right.factor))
  }

  /// Adds a part of a template that is bounded itself; templates have too few parts for the sum to overflow.
  @inline(__always)
  mutating func add(_ part: TextSize) {
    constant += part.constant
    factor += part.factor
  }

  /// What a part of a result takes beside its text.
  static let part = TextSize(constant: 32)

  /// With every byte percent-encoded.
  var encoded: TextSize { self + self + self }

  /// As a part of a URL: its bytes may be encoded, and slashes come around it.
  var inURL: TextSize { TextSize(constant: 8) + encoded }

  /// Whether a run may build it from any arguments.
  var isBounded: Bool { constant + factor * EndpointArguments.maximumSize <= RuleSet.maximumTextBuilt }
}

/// Whether a run may build all texts, and all results with their headers and properties, of a graph from any arguments.
struct TextBounds {
  private(set) var areKept = true

  init(_ graph: DecisionGraph) {
    var bounds: [TextSize] = []
    func bound(_ segments: [DecisionGraph.Segment]) -> TextSize {
      segments.reduce(TextSize()) { sum, segment in
        switch segment {
        case .literal(let text): sum + TextSize(constant: text.count)
        case .value(let value): sum + bounds[value]
        }
      }
    }
    func bound(sourceOf register: RegisterID) -> TextSize {
      switch graph.registers[register] {
      case .partition: .argument
      case .arn(let source), .url(let source): bounds[source]
      }
    }
    func note(_ bound: TextSize) { if !bound.isBounded { areKept = false } }
    for value in graph.values {
      let bound: TextSize =
        switch value {
        case .parameter, .listElement, .partition: .argument
        case .literal(let text): TextSize(constant: text.count)
        case .arn(let register, _), .resource(let register, _): bound(sourceOf: register)
        case .url(let register, _): bound(sourceOf: register).inURL
        case .substring(let source, _, _, _), .splitElement(let source, _, _, _): bounds[source]
        case .encoded(let source): bounds[source].encoded
        case .template(let segments): bound(segments)
        }
      bounds.append(bound)
      note(bound)
    }
    func bound(_ property: DecisionGraph.Property) -> TextSize {
      switch property {
      case .boolean, .integer: .part
      case .text(let text): .part + bound(text)
      case .array(let items): items.reduce(.part) { $0 + bound($1) }
      case .object(let members): .part + bound(members)
      }
    }
    func bound(_ members: [DecisionGraph.Property.Member]) -> TextSize {
      members.reduce(TextSize()) { $0 + TextSize(constant: $1.name.count) + bound($1.value) }
    }
    for leaf in graph.leaves {
      switch leaf {
      case .noMatch, .failure: break
      case .error(_, let text): note(bound(text))
      case .endpoint(let endpoint):
        var sum = bound(endpoint.url) + bound(endpoint.properties)
        for header in endpoint.headers {
          sum = header.values.reduce(sum + TextSize(constant: header.name.count)) { $0 + .part + bound($1) }
        }
        note(sum)
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
