// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

extension EndpointProgram {
  /// Runs the program and gives everything that the rules say, the same as ``RuleSet/resolve(_:partitions:)``.
  ///
  /// - Parameter parameters: The values of the rule set's parameters.
  /// - Returns: An endpoint, an error of the rule set, or that no rule matched.
  /// - Throws: ``ResolveError`` for an undeclared, missing or mistyped parameter, or a rule that uses an unset value.
  public func resolve(_ parameters: Parameters) throws(ResolveError) -> Resolution {
    try resolve(checkedArguments(parameters))
  }

  /// Runs the program and gives the URL.
  ///
  /// - Parameter parameters: The values of the rule set's parameters.
  /// - Returns: The URL.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint: here the error of a rule is thrown, too.
  public func url(_ parameters: Parameters) throws(EndpointError) -> String {
    let arguments: EndpointArguments
    do {
      arguments = try checkedArguments(parameters)
    } catch {
      throw .notResolved(error)
    }
    return try url(arguments)
  }

  /// Arguments of these parameters, with the names checked as ``Parameters/undeclared`` asks for.
  func checkedArguments(_ parameters: Parameters) throws(ResolveError) -> EndpointArguments {
    try parameters.check({ slot(of: $0) != nil }, among: self.parameters.map(\.name))
    return arguments(parameters)
  }
}

// MARK: Prepared arguments

@_spi(Performance)
extension EndpointProgram {
  /// Runs the program and writes the URL, or the text of an error rule, into a buffer.
  ///
  /// Nothing is allocated unless a text in the middle of the rules outgrows a kilobyte of the stack.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this program.
  ///   - buffer: Where the UTF-8 of the text goes; bytes behind it may be overwritten, too. With sixteen bytes more than
  ///     the text has, it is faster.
  /// - Returns: What kind of answer it is, and how long its text is. A text that is longer than the buffer is not written.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(
    _ arguments: EndpointArguments, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    try check(arguments)
    return try resolveUnchecked(arguments, present: arguments.present, flags: arguments.flags, into: &buffer)
  }

  /// Runs the program and gives the URL.
  ///
  /// - Parameter arguments: Arguments made by this program.
  /// - Returns: The URL, in a string of just its size.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url(_ arguments: EndpointArguments) throws(EndpointError) -> String {
    do {
      try check(arguments)
    } catch {
      throw .notResolved(error)
    }
    return try urlUnchecked(arguments, present: arguments.present, flags: arguments.flags)
  }

  /// Runs the program and gives everything that the rules say, as ``RuleSet/resolve(_:partitions:)`` does.
  ///
  /// - Parameter arguments: Arguments made by this program.
  /// - Returns: An endpoint, an error of the rule set, or that no rule matched.
  /// - Throws: ``ResolveError`` for a missing or mistyped parameter, or a rule that uses an unset value.
  public func resolve(_ arguments: EndpointArguments) throws(ResolveError) -> Resolution {
    try check(arguments)
    return try resolveUnchecked(arguments)
  }

  /// Runs the program and tells which rule decides.
  ///
  /// - Parameter arguments: Arguments made by this program.
  /// - Returns: The rule's path in the rule set; `nil` when no rule decides.
  /// - Throws: ``ResolveError`` for a missing or mistyped parameter.
  public func decidingRule(_ arguments: EndpointArguments) throws(ResolveError) -> RulePath? {
    try check(arguments)
    return run(arguments) { machine, leaf in machine.rule(leaf) }
  }

}

extension EndpointProgram {
  /// Whether the arguments are for this program, complete and of the right types, as far as some parameters go.
  @inline(__always)
  func check(_ arguments: EndpointArguments, only slots: UInt64 = .max) throws(ResolveError) {
    guard arguments.program.code.isSame(as: code),
      ((code.tables.required & ~arguments.present) | arguments.mistyped) & slots == 0,
      arguments.storage.count <= EndpointArguments.maximumSize
    else { throw refusal(arguments, slots) }
  }

  @inline(never)
  private func refusal(_ arguments: EndpointArguments, _ slots: UInt64) -> ResolveError {
    guard arguments.program.code.isSame(as: code) else {
      return .engine("the arguments were made by the program \(arguments.program.name), not \(name)")
    }
    let wrong = ((code.tables.required & ~arguments.present) | arguments.mistyped) & slots
    guard wrong != 0 else {
      return .engine("the arguments have more than \(EndpointArguments.maximumSize) bytes; shorten them")
    }
    let slot = wrong.trailingZeroBitCount
    guard arguments.mistyped >> UInt64(slot) & 1 == 1 else { return .missingParameter(parameterName(slot)) }
    return .engine("parameter \(parameterName(slot)): expected \(ValueType(kind(slot)))")
  }
}

// MARK: Without checks

extension EndpointProgram {
  @inline(__always)
  func resolveUnchecked(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    guard code.tables.isPlain else {
      return try runThrough(arguments, present: present, flags: flags, into: &buffer)
    }
    return try runPlain(arguments, present: present, flags: flags, into: &buffer)
  }

  /// Runs a program that mostly needs bits and parameters only.
  @inline(__always)
  private func runPlain(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    let (leaf, found, count) = inputs(arguments, present: present, flags: flags) {
      inputs -> (Int, LeafCode?, Int) in
      let leaf = ~inputs.decide(from: inputs.program.entry)
      guard leaf >= 0 else { return (leaf, nil, 0) }
      let code = inputs.code(leaf)
      guard code == .endpoint || code == .error else { return (leaf, code, 0) }
      return Output.into(&buffer) { output in
        var place = inputs.text(of: leaf)
        let isWhole = inputs.write(template: &place, to: &output) == TemplateCode.end
        return (leaf, isWhole ? code : nil, output.count)
      }
    }
    guard let found else { return try runThrough(arguments, present: present, flags: flags, into: &buffer) }
    return try answer(leaf, found, count)
  }

  /// Runs a program that takes texts apart or builds them.
  @inline(never)
  private func runThrough(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    let (leaf, code, count) = run(arguments, present: present, flags: flags) { machine, leaf in
      Output.into(&buffer) { output in machine.answer(leaf, &output) }
    }
    return try answer(leaf, code, count)
  }

  @inline(__always)
  private func answer(_ leaf: Int, _ code: LeafCode, _ count: Int) throws(ResolveError) -> EndpointAnswer {
    switch code {
    case .endpoint: return EndpointAnswer(kind: .endpoint, count: count, leaf: leaf)
    case .error: return EndpointAnswer(kind: .ruleError, count: count, leaf: leaf)
    case .noMatch: return EndpointAnswer(kind: .noMatch, count: 0, leaf: leaf)
    case .failure: throw failure()
    }
  }

  @inline(__always)
  func urlUnchecked(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64
  ) throws(EndpointError) -> String {
    guard code.tables.isPlain else {
      return try runThrough(arguments, present: present, flags: flags)
    }
    return try runPlain(arguments, present: present, flags: flags)
  }

  @inline(__always)
  private func runPlain(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64
  ) throws(EndpointError) -> String {
    let (isEndpoint, text) = inputs(arguments, present: present, flags: flags) { inputs -> (Bool, String?) in
      let target = inputs.decide(from: inputs.program.entry)
      guard target < 0, inputs.hasText(~target) else { return (false, nil) }
      return (inputs.code(~target) == .endpoint, inputs.string(template: inputs.text(of: ~target)))
    }
    guard let text else {
      return try runThrough(arguments, present: present, flags: flags)
    }
    if isEndpoint { return text }
    throw .rule(text)
  }

  @inline(never)
  private func runThrough(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64
  ) throws(EndpointError) -> String {
    let (code, text) = run(arguments, present: present, flags: flags) { machine, leaf in machine.string(leaf)
    }
    switch code {
    case .endpoint: return text
    case .error: throw .rule(text)
    case .noMatch: throw .noMatch
    case .failure: throw .notResolved(failure())
    }
  }

  func resolveUnchecked(_ arguments: EndpointArguments) throws(ResolveError) -> Resolution {
    try resolveUnchecked(arguments, present: arguments.present, flags: arguments.flags)
  }

  func resolveUnchecked(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64
  ) throws(ResolveError) -> Resolution {
    let resolution = run(arguments, present: present, flags: flags) { machine, leaf in
      machine.resolution(leaf)
    }
    guard let resolution else { throw failure() }
    return resolution
  }

  func run<Outcome>(_ arguments: EndpointArguments, _ body: (inout Machine, Int) -> Outcome) -> Outcome {
    run(arguments, present: arguments.present, flags: arguments.flags, body)
  }

  @inline(never)
  func failure() -> ResolveError {
    .engine("a rule of \(name) uses a value that is unset, or builds too much text")
  }

  /// Lends what a run starts with.
  @inline(__always)
  private func inputs<Outcome>(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, _ body: (RunInputs) -> Outcome
  ) -> Outcome {
    unsafe arguments.storage.withUnsafeBytes { bytes in
      unsafe body(
        RunInputs(
          code, arguments, present: present, flags: flags,
          memory: ImageView(bytes.baseAddress.unsafelyUnwrapped)))
    }
  }

  /// Decides, and does something with the result while the texts are there.
  @inline(__always)
  func run<Outcome>(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, _ body: (inout Machine, Int) -> Outcome
  ) -> Outcome {
    inputs(arguments, present: present, flags: flags) { inputs in
      unsafe withUnsafeTemporaryAllocation(byteCount: RegisterFile.size, alignment: 16) { registers in
        unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { scratch in
          var machine = unsafe Machine(
            inputs, registers: RegisterFile(registers.baseAddress.unsafelyUnwrapped),
            scratch: Scratch(scratch))
          let leaf = machine.decide()
          return body(&machine, leaf)
        }
      }
    }
  }

  /// Lends a machine to those who walk the graph themselves; what they find counts only when its memory was enough.
  func withMachine<Outcome>(
    _ arguments: EndpointArguments, present: UInt64, flags: UInt64, _ body: (inout Machine) -> Outcome
  ) throws(ResolveError) -> Outcome {
    let (outcome, isExhausted) = run(arguments, present: present, flags: flags) { machine, _ in
      machine.restart()
      let outcome = body(&machine)
      return (outcome, machine.scratch.isExhausted)
    }
    if isExhausted { throw failure() }
    return outcome
  }
}

extension Machine {
  @inline(__always)
  fileprivate mutating func answer(_ leaf: Int, _ output: inout Output) -> (leaf: Int, LeafCode, Int) {
    let code = inputs.code(leaf)
    guard inputs.hasText(leaf) else { return (leaf, code, 0) }
    guard write(leaf, to: &output) else { return (leaf, .failure, 0) }
    return (leaf, code, output.count)
  }

  /// The text of a result as a string.
  @inline(__always)
  fileprivate mutating func string(_ leaf: Int) -> (LeafCode, String) {
    let code = inputs.code(leaf)
    guard inputs.hasText(leaf) else { return (code, "") }
    guard let text = string(template: inputs.text(of: leaf)) else { return (.failure, "") }
    return (code, text)
  }
}
