// SPDX-License-Identifier: Apache-2.0

extension Interpreter {
  /// The result of a function; `nil` when it is unset.
  ///
  /// Where botocore accepts an unset argument, so does this; where it raises an error, this throws one.
  func call(
    _ function: RuleSet.Function, _ arguments: [RuleSet.Expression]
  ) throws(ResolveError) -> RuntimeValue? {
    let call = Call(interpreter: self, function: function, arguments: arguments)
    switch function {
    case .isSet: return .boolean(try call.value(0) != nil)
    case .not: return .boolean(try call.optionalBoolean(0) != true)
    case .booleanEquals: return .boolean(try call.boolean(0) == call.boolean(1))
    case .stringEquals: return .boolean(sameBytes(try call.string(0), try call.string(1)))
    case .getAttr: return try attribute(call.string(1), of: call.value(0), Explanation.text(arguments[0]))
    case .substring: return try call.substring()
    case .isValidHostLabel:
      guard let text = try call.optionalString(0) else { return .boolean(false) }
      return .boolean(EndpointRules.isValidHostLabel(text, allowSubdomains: try call.boolean(1)))
    case .isVirtualHostableS3Bucket:
      guard let text = try call.optionalString(0) else { return .boolean(false) }
      return .boolean(EndpointRules.isVirtualHostableS3Bucket(text, allowSubdomains: try call.boolean(1)))
    case .parseURL: return try call.parsed().flatMap(ParsedURL.init).map(RuntimeValue.url)
    case .parseArn: return try call.parsed().flatMap(ParsedARN.init).map(RuntimeValue.arn)
    case .uriEncode:
      guard let text = try call.optionalString(0) else { return nil }
      try budget.spend(3 * text.utf8.count)
      return .string(percentEncoded(text.utf8))
    case .partition: return .partition(partitions.partition(forRegion: try call.optionalString(0)))
    case .split: return .strings(try call.split())
    case .ite: return try call.value(try call.boolean(0) ? 1 : 2)
    case .coalesce:
      for index in arguments.indices {
        if let value = try call.value(index) { return value }
      }
      return nil
    }
  }
}

/// The arguments of one call, evaluated and checked when a function asks for them.
private struct Call {
  let interpreter: Interpreter
  let function: RuleSet.Function
  let arguments: [RuleSet.Expression]

  func value(_ index: Int) throws(ResolveError) -> RuntimeValue? {
    guard arguments.indices.contains(index) else {
      throw .engine("\(function.rawValue): argument \(index + 1) is missing")
    }
    return try interpreter.value(arguments[index])
  }

  func optionalString(_ index: Int) throws(ResolveError) -> String? {
    switch try value(index) {
    case nil: return nil
    case .string(let text): return text
    case let other: throw mismatch(index, "a string", other)
    }
  }

  func optionalBoolean(_ index: Int) throws(ResolveError) -> Bool? {
    switch try value(index) {
    case nil: return nil
    case .boolean(let flag): return flag
    case let other: throw mismatch(index, "a boolean", other)
    }
  }

  func string(_ index: Int) throws(ResolveError) -> String {
    guard let text = try optionalString(index) else { throw mismatch(index, "a string", nil) }
    return text
  }

  func boolean(_ index: Int) throws(ResolveError) -> Bool {
    guard let flag = try optionalBoolean(index) else { throw mismatch(index, "a boolean", nil) }
    return flag
  }

  /// The first argument, which a function is about to parse.
  func parsed() throws(ResolveError) -> String? {
    let text = try optionalString(0)
    try interpreter.budget.spend(text?.utf8.count ?? 0)
    return text
  }

  private func integer(_ index: Int) throws(ResolveError) -> Int {
    let value = try value(index)
    guard case .integer(let number) = value, let result = Int(exactly: number) else {
      throw mismatch(index, "a whole number", value)
    }
    return result
  }

  private func mismatch(_ index: Int, _ expected: String, _ found: RuntimeValue?) -> ResolveError {
    .engine(
      "\(function.rawValue): \(Explanation.text(arguments[index])): expected \(expected), "
        + "found \(Interpreter.text(found))")
  }

  /// The bytes from start to stop, counted from the end when reversed; unset for any text that is not ASCII or too short.
  func substring() throws(ResolveError) -> RuntimeValue? {
    let bytes = Array(try string(0).utf8)
    try interpreter.budget.spend(bytes.count)
    let start = try integer(1)
    let stop = try integer(2)
    let isReversed = try boolean(3)
    guard start >= 0, start < stop, stop <= bytes.count, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    let range = isReversed ? bytes.count - stop..<bytes.count - start : start..<stop
    return .string(String(decoding: bytes[range], as: UTF8.self))
  }

  /// The pieces between delimiters: all for limit 0, else at most as many as the limit.
  func split() throws(ResolveError) -> [String] {
    let text = Array(try string(0).utf8)
    try interpreter.budget.spend(text.count)
    let delimiter = Array(try string(1).utf8)
    let limit = try integer(2)
    guard !delimiter.isEmpty else { throw .engine("split: the delimiter is empty") }
    guard limit >= 0 else { throw .engine("split: the limit is negative") }
    var pieces: [String] = []
    var start = 0
    var place = 0
    while place + delimiter.count <= text.count, limit == 0 || pieces.count < limit - 1 {
      if text[place...].starts(with: delimiter) {
        pieces.append(String(decoding: text[start..<place], as: UTF8.self))
        place += delimiter.count
        start = place
      } else {
        place += 1
      }
    }
    return pieces + [String(decoding: text[start...], as: UTF8.self)]
  }
}
