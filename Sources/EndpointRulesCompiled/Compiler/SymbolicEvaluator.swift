// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// Runs expressions without knowing the parameters, only how some tests come out.
///
/// It follows ``Interpreter`` function by function. Where the outcome depends on a test that is not known, it says which;
/// the compiler then goes on with either answer.
struct SymbolicEvaluator {
  /// A result as far as it is known before the parameters are.
  enum Symbol {
    case text(ValueID)
    case flag(Bool)
    case integer(Int64)
    case list(List)
    case partition(RegisterID)
    case arn(RegisterID)
    case url(RegisterID)
  }

  enum List {
    case parameter(Int)
    case resource(RegisterID)
    case split(ValueID, delimiter: ValueID, limit: Int)
    case items([ValueID])
  }

  let parameters: [RuleSet.Parameter]
  let terms: TermTable
  var symbols = SymbolTable()
  var facts = Facts()
  /// How many expressions the current condition or result has asked for.
  private var steps = 0

  /// The most expressions that one condition or result may ask for; names can refer to names that refer to names …
  /// multiply them.
  static let maximumSteps = 1 << 15
  /// The most expressions that a whole rule set may ask for; those of AWS stay below a million.
  static let maximumTotalSteps = 50_000_000
  private var totalSteps = 0

  init(parameters: [RuleSet.Parameter], terms: TermTable) {
    self.parameters = parameters
    self.terms = terms
  }

  /// Whether a condition holds.
  mutating func holds(_ condition: TermID) throws(Interruption) -> Bool {
    steps = 0
    return switch try value(condition) {
    case nil: false
    case .flag(let flag): flag
    default: true
    }
  }

  /// The parts of a text that is part of a result.
  mutating func text(ofResult term: TermID) throws(Interruption) -> [DecisionGraph.Segment] {
    steps = 0
    return try segments(term)
  }

  private mutating func segments(_ term: TermID) throws(Interruption) -> [DecisionGraph.Segment] {
    guard case .template(let parts) = terms[term] else { return try segments([try text(term)]) }
    var values: [ValueID] = []
    for part in parts { values.append(try text(part)) }
    return try segments(values)
  }

  private mutating func ask(_ test: DecisionGraph.Test) throws(Interruption) -> Bool {
    let number = try symbols.number(of: test)
    guard let answer = facts[number] else { throw .needs(number) }
    return answer
  }

  // MARK: Expressions

  /// The value of an expression; `nil` when it is unset.
  private mutating func value(_ term: TermID) throws(Interruption) -> Symbol? {
    steps += 1
    totalSteps += 1
    guard steps <= Self.maximumSteps, totalSteps <= Self.maximumTotalSteps else {
      throw .refused(
        RuleCompilerError(.tooLarge, "the expressions have too many parts and outcomes; use the interpreter"))
    }
    switch terms[term] {
    case .parameter(let slot): return try parameter(slot)
    case .literal(let text): return .text(try literal(text))
    case .flag(let flag): return .flag(flag)
    case .integer(let number): return .integer(number)
    case .attribute(let container, let path): return try attribute(path, of: container)
    case .call(let function, let arguments): return try call(function, arguments)
    case .list(let items):
      var values: [ValueID] = []
      for item in items { values.append(try text(item)) }
      return .list(.items(values))
    case .template:
      let segments = try segments(term)
      if segments.isEmpty { return .text(try literal([])) }
      if segments.count == 1 {
        switch segments[0] {
        case .value(let value): return .text(value)
        case .literal(let text): return .text(try literal(text))
        }
      }
      return .text(symbols.number(of: .template(segments)))
    }
  }

  private mutating func parameter(_ slot: Int) throws(Interruption) -> Symbol? {
    let parameter = parameters[slot]
    // A required parameter has a value, or nothing runs.
    if !parameter.isRequired, parameter.defaultValue == nil, try !ask(.isPresent(slot)) { return nil }
    switch parameter.kind {
    case .string: return .text(symbols.number(of: .parameter(slot)))
    case .boolean: return .flag(try ask(.flag(slot)))
    case .stringArray: return .list(.parameter(slot))
    }
  }

  private mutating func literal(_ text: [UInt8]) throws(Interruption) -> ValueID {
    guard text.count <= RuleCompiler.maximumLiteral else {
      throw .refused(
        RuleCompilerError(
          .tooLarge, "a text has more than \(RuleCompiler.maximumLiteral) bytes; use the interpreter"))
    }
    return symbols.number(of: .literal(text))
  }

  private mutating func segments(_ values: [ValueID]) throws(Interruption) -> [DecisionGraph.Segment] {
    var result: [DecisionGraph.Segment] = []
    for value in values {
      guard case .literal(let text) = symbols.values[value] else {
        result.append(.value(value))
        continue
      }
      if text.isEmpty { continue }
      if case .literal(let before)? = result.last {
        result[result.count - 1] = .literal(before + text)
      } else {
        result.append(.literal(text))
      }
    }
    return result
  }

  private mutating func attribute(
    _ path: AttributePath, of container: TermID
  ) throws(Interruption) -> Symbol? {
    var value = try value(container)
    for name in path.names { value = try attribute(name, of: value) }
    guard let index = path.index else { return value }
    switch value {
    case nil: return nil
    case .list(let list): return try element(index, of: list).map(Symbol.text)
    default: throw .failure
    }
  }

  private mutating func attribute(_ name: String, of value: Symbol?) throws(Interruption) -> Symbol {
    switch (value, name) {
    case (.partition(let register), "name"): return text(.partition(register, .name))
    case (.partition(let register), "dnsSuffix"): return text(.partition(register, .dnsSuffix))
    case (.partition(let register), "dualStackDnsSuffix"):
      return text(.partition(register, .dualStackDNSSuffix))
    case (.partition(let register), "supportsFIPS"): return .flag(try ask(.supportsFIPS(register)))
    case (.partition(let register), "supportsDualStack"): return .flag(try ask(.supportsDualStack(register)))
    case (.partition(let register), "implicitGlobalRegion"):
      let value = symbols.number(of: .partition(register, .implicitGlobalRegion))
      guard try ask(.isSet(value)) else { throw .failure }
      return .text(value)
    case (.url(let register), "scheme"): return text(.url(register, .scheme))
    case (.url(let register), "authority"): return text(.url(register, .authority))
    case (.url(let register), "path"): return text(.url(register, .path))
    case (.url(let register), "normalizedPath"): return text(.url(register, .normalizedPath))
    case (.url(let register), "isIp"): return .flag(try ask(.isIP(register)))
    case (.arn(let register), "partition"): return text(.arn(register, .partition))
    case (.arn(let register), "service"): return text(.arn(register, .service))
    case (.arn(let register), "region"): return text(.arn(register, .region))
    case (.arn(let register), "accountId"): return text(.arn(register, .accountID))
    case (.arn(let register), "resourceId"): return .list(.resource(register))
    default: throw .failure
    }
  }

  private mutating func text(_ value: DecisionGraph.Value) -> Symbol { .text(symbols.number(of: value)) }

  private mutating func element(_ index: Int, of list: List) throws(Interruption) -> ValueID? {
    guard Int32(exactly: index) != nil else { return nil }
    let value: ValueID
    switch list {
    case .items(let items):
      let place = index < 0 ? items.count + index : index
      return items.indices.contains(place) ? items[place] : nil
    case .parameter(let slot): value = symbols.number(of: .listElement(slot, index))
    case .resource(let register):
      value = symbols.number(of: .resource(register, index))
      // A resource has at least one piece.
      if index == 0 || index == -1 { return value }
    case .split(let text, let delimiter, let limit):
      value = symbols.number(of: .splitElement(text, delimiter: delimiter, limit: limit, index: index))
      if index == 0 || index == -1 { return value }
    }
    return try ask(.isSet(value)) ? value : nil
  }

  // MARK: Functions

  private mutating func call(
    _ function: RuleSet.Function, _ arguments: [TermID]
  ) throws(Interruption) -> Symbol? {
    func argument(_ index: Int) throws(Interruption) -> TermID {
      guard arguments.indices.contains(index) else { throw .failure }
      return arguments[index]
    }
    switch function {
    case .isSet: return .flag(try value(try argument(0)) != nil)
    case .not: return .flag(try optionalFlag(try argument(0)) != true)
    case .booleanEquals:
      let left = try flag(try argument(0))
      return .flag(left == (try flag(try argument(1))))
    case .stringEquals:
      let left = try text(try argument(0))
      return .flag(try isEqual(left, try text(try argument(1))))
    case .getAttr: throw .failure
    case .substring: return try substring(arguments).map(Symbol.text)
    case .isValidHostLabel:
      guard let text = try optionalText(try argument(0)) else { return .flag(false) }
      return .flag(try isHostLabel(text, try flag(try argument(1))))
    case .isVirtualHostableS3Bucket:
      guard let text = try optionalText(try argument(0)) else { return .flag(false) }
      return .flag(try isBucketLabel(text, try flag(try argument(1))))
    case .parseURL:
      guard let text = try optionalText(try argument(0)) else { return nil }
      let register = symbols.number(of: .url(text))
      return try ask(.isRecord(register)) ? .url(register) : nil
    case .parseArn:
      guard let text = try optionalText(try argument(0)) else { return nil }
      let register = symbols.number(of: .arn(text))
      return try ask(.isRecord(register)) ? .arn(register) : nil
    case .uriEncode:
      guard let text = try optionalText(try argument(0)) else { return nil }
      if case .literal(let bytes) = symbols.values[text] {
        return .text(try literal(Array(percentEncoded(bytes).utf8)))
      }
      return .text(symbols.number(of: .encoded(text)))
    case .partition:
      return .partition(symbols.number(of: .partition(try optionalText(try argument(0)))))
    case .split: return .list(try split(arguments))
    case .ite: return try value(try argument(try flag(try argument(0)) ? 1 : 2))
    case .coalesce:
      for argument in arguments {
        if let value = try value(argument) { return value }
      }
      return nil
    }
  }

  private mutating func optionalText(_ term: TermID) throws(Interruption) -> ValueID? {
    switch try value(term) {
    case nil: return nil
    case .text(let value): return value
    default: throw .failure
    }
  }

  private mutating func text(_ term: TermID) throws(Interruption) -> ValueID {
    guard let value = try optionalText(term) else { throw .failure }
    return value
  }

  private mutating func optionalFlag(_ term: TermID) throws(Interruption) -> Bool? {
    switch try value(term) {
    case nil: return nil
    case .flag(let flag): return flag
    default: throw .failure
    }
  }

  private mutating func flag(_ term: TermID) throws(Interruption) -> Bool {
    guard let flag = try optionalFlag(term) else { throw .failure }
    return flag
  }

  private mutating func integer(_ arguments: [TermID], _ index: Int) throws(Interruption) -> Int {
    guard arguments.indices.contains(index), case .integer(let number) = try value(arguments[index]),
      let result = Int(exactly: number)
    else { throw .failure }
    return result
  }

  private mutating func isEqual(_ left: ValueID, _ right: ValueID) throws(Interruption) -> Bool {
    if left == right { return true }
    switch (symbols.values[left], symbols.values[right]) {
    case (.literal, .literal): return false
    case (.literal(let text), _): return try ask(.equals(right, text))
    case (_, .literal(let text)): return try ask(.equals(left, text))
    default: return try ask(.same(min(left, right), max(left, right)))
    }
  }

  private mutating func isHostLabel(_ value: ValueID, _ allow: Bool) throws(Interruption) -> Bool {
    guard case .literal(let text) = symbols.values[value] else {
      return try ask(.hostLabel(value, allowSubdomains: allow))
    }
    return isValidHostLabel(String(decoding: text, as: UTF8.self), allowSubdomains: allow)
  }

  private mutating func isBucketLabel(_ value: ValueID, _ allow: Bool) throws(Interruption) -> Bool {
    guard case .literal(let text) = symbols.values[value] else {
      return try ask(.bucketLabel(value, allowSubdomains: allow))
    }
    return isVirtualHostableS3Bucket(String(decoding: text, as: UTF8.self), allowSubdomains: allow)
  }

  private mutating func substring(_ arguments: [TermID]) throws(Interruption) -> ValueID? {
    guard arguments.count == 4 else { throw .failure }
    let text = try text(arguments[0])
    let start = try integer(arguments, 1)
    let stop = try integer(arguments, 2)
    let isReversed = try flag(arguments[3])
    guard start >= 0, start < stop, stop <= Int32.max else { return nil }
    if case .literal(let bytes) = symbols.values[text] {
      guard stop <= bytes.count, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      let range = isReversed ? bytes.count - stop..<bytes.count - start : start..<stop
      return try literal(Array(bytes[range]))
    }
    guard try ask(.isLong(text, stop)) else { return nil }
    return symbols.number(of: .substring(text, start: start, stop: stop, isReversed: isReversed))
  }

  private mutating func split(_ arguments: [TermID]) throws(Interruption) -> List {
    guard arguments.count == 3 else { throw .failure }
    let text = try text(arguments[0])
    let delimiter = try self.text(arguments[1])
    let limit = try integer(arguments, 2)
    if case .literal(let bytes) = symbols.values[delimiter] {
      if bytes.isEmpty { throw .failure }
    } else if try ask(.equals(delimiter, [])) {
      throw .failure
    }
    guard limit >= 0 else { throw .failure }
    return .split(text, delimiter: delimiter, limit: min(limit, Int(Int32.max)))
  }
}
