// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

/// The partial evaluation of a program: a client binds the parameters that do not change between its calls.
///
/// ```swift
/// let s3 = try EndpointResolver(program, bound: ["Region": "eu-central-1"], unbound: ["Bucket"])
/// let url = try s3.url(s3.arguments(["Bucket": "reports"]))
/// ```
/// What the bound parameters decide is decided once. For most services nothing remains to be decided: ``constant``
/// is the answer, and resolving returns it. A resolver may be shared between tasks.
@_spi(Performance)
public struct EndpointResolver: Sendable {
  let core: Core

  /// What a resolver consists of, in one object so that handing it on costs nothing.
  final class Core: Sendable {
    let program: EndpointProgram
    /// The bound values, and defaults for the others.
    let bound: EndpointArguments
    let boundPresent: UInt64
    let boundFlags: UInt64
    let unbound: UInt64
    /// The flags that are unbound: with the region, what its partition supports.
    let unboundFlags: UInt64
    /// The residual program.
    let residual: EndpointProgram
    /// The unbound parameters that the residual program reads.
    let reads: UInt64
    /// Whether no required parameter is still to come.
    let isComplete: Bool
    let constant: Resolution?
    let constantURL: String?
    /// The answer with its text, when nothing else can come out.
    let constantAnswer: EndpointAnswer?
    private let constantText: RuleImage

    /// Copies the constant text.
    @inline(__always)
    func write(_ answer: EndpointAnswer, into buffer: inout MutableSpan<UInt8>) {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        var output = unsafe Output(start: base, capacity: bytes.count)
        output.append(constantText.view.text(0, answer.count))
      }
    }

    init(
      _ program: EndpointProgram, bound: EndpointArguments, unbound: UInt64
    ) throws(ResolveError) {
      self.program = program
      self.bound = bound
      self.unbound = unbound
      boundPresent = bound.present & ~unbound
      isComplete = program.code.tables.required & ~bound.present == 0
      let region = program.code.tables.regionSlot
      unboundFlags =
        region >= 0 && unbound >> UInt64(region) & 1 == 1 ? unbound | program.code.regionFlags.mask : unbound
      boundFlags = bound.flags & ~unboundFlags
      let graph = try PartialEvaluator.residualGraph(of: program, bound, unbound: unbound)
      residual = try EndpointResolver.write(graph, like: program)
      let dependencies = Dependencies(graph)
      reads =
        (graph.nodes.reduce(0) { $0 | dependencies.of($1.test) } | dependencies.values.reduce(0, |)) & unbound
      // A constant failure is thrown at each call.
      constant = graph.nodes.isEmpty && reads == 0 ? try? residual.resolveUnchecked(bound) : nil
      switch constant {
      case .endpoint(let endpoint)?:
        constantURL = endpoint.url
        constantAnswer = EndpointAnswer(kind: .endpoint, count: endpoint.url.utf8.count, leaf: 0)
        constantText = RuleImage(copying: Array(endpoint.url.utf8))
      case .ruleError(let text)?:
        constantURL = nil
        constantAnswer = EndpointAnswer(kind: .ruleError, count: text.utf8.count, leaf: 0)
        constantText = RuleImage(copying: Array(text.utf8))
      case .noMatch?:
        constantURL = nil
        constantAnswer = EndpointAnswer(kind: .noMatch, count: 0, leaf: 0)
        constantText = RuleImage(copying: [])
      case nil:
        constantURL = nil
        constantAnswer = nil
        constantText = RuleImage(copying: [])
      }
    }
  }

  /// The program with all its parameters.
  public var program: EndpointProgram { core.program }

  /// The answer, when nothing else can come out.
  public var constant: Resolution? { core.constant }

  /// Fixes parameters of a program.
  ///
  /// - Parameters:
  ///   - program: A compiled rule set.
  ///   - bound: The bound values. Every parameter that is not unbound is bound: without a value here, it is unset for good,
  ///     or has its default.
  ///   - unbound: The names of parameters that come with each call; names that the program does not declare are ignored.
  /// - Throws: ``ResolveError`` for a required parameter that is neither bound nor unbound, or a value of the wrong type.
  public init(
    _ program: EndpointProgram, bound: Parameters, unbound: [String] = []
  ) throws(ResolveError) {
    var arguments = EndpointArguments(program)
    try bound.check({ program.slot(of: $0) != nil }, among: program.parameters.map(\.name))
    let unboundSlots = unbound.compactMap(program.slot)
    let unboundMask = unboundSlots.reduce(0) { $0 | UInt64(1) << UInt64($1) }
    for (name, value) in bound.values {
      if let slot = program.slot(of: name), !unboundSlots.contains(slot) { arguments[slot: slot] = value }
    }
    try program.check(arguments, only: ~unboundMask)
    core = try Core(program, bound: arguments, unbound: unboundMask)
  }

  private static func write(
    _ graph: DecisionGraph, like program: EndpointProgram
  ) throws(ResolveError) -> EndpointProgram {
    var writer = ImageWriter(programCount: 1)
    do {
      let record = try writer.record(
        of: graph, name: program.name, regionSlot: program.code.tables.regionSlot)
      let image = writer.finish(directory: record, partitions: 0)
      return EndpointProgram(ProgramCode(residual: RuleImage(copying: image), of: program.code))
    } catch {
      throw .engine("the values of the bound parameters make the program too large: \(error)")
    }
  }

  /// Makes arguments for one call: the bound values, and these.
  ///
  /// - Parameter parameters: Values of unbound parameters; those of others have no effect.
  /// - Returns: The arguments.
  public func arguments(_ parameters: Parameters = [:]) -> EndpointArguments {
    var arguments = core.bound
    for (name, value) in parameters.values {
      if let slot = program.slot(of: name), core.unbound >> UInt64(slot) & 1 == 1 {
        arguments[slot: slot] = value
      }
    }
    return arguments
  }

  /// Gives the URL.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program; bound parameters keep their bound values.
  /// - Returns: The URL.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url(_ arguments: EndpointArguments) throws(EndpointError) -> String {
    try check(arguments)
    if let constant = core.constantURL { return constant }
    return try residualURL(arguments)
  }

  /// The residual program runs in functions of its own, so that a constant needs no memory for running rules.
  @inline(never)
  private func residualURL(_ arguments: EndpointArguments) throws(EndpointError) -> String {
    try core.residual.urlUnchecked(arguments, present: present(arguments), flags: flags(arguments))
  }

  /// Gives the URL when no parameter is unbound.
  ///
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url() throws(EndpointError) -> String {
    if core.isComplete, let constant = core.constantURL { return constant }
    return try url(core.bound)
  }

  /// Writes the URL, or the text of an error rule, into a buffer, as ``EndpointProgram/resolve(_:into:)`` does.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this resolver or its program.
  ///   - buffer: Where the UTF-8 of the text goes.
  /// - Returns: What kind of answer it is, and how long its text is.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(
    _ arguments: EndpointArguments, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    try core.program.check(arguments, only: core.unbound)
    if let answer = core.constantAnswer {
      core.write(answer, into: &buffer)
      return answer
    }
    return try residualAnswer(arguments, into: &buffer)
  }

  @inline(never)
  private func residualAnswer(
    _ arguments: EndpointArguments, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    try core.residual.resolveUnchecked(
      arguments, present: present(arguments), flags: flags(arguments), into: &buffer)
  }

  /// Writes the URL, or the text of an error rule, into a buffer when no parameter is unbound.
  ///
  /// - Parameter buffer: Where the UTF-8 of the text goes.
  /// - Returns: What kind of answer it is, and how long its text is.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(into buffer: inout MutableSpan<UInt8>) throws(ResolveError) -> EndpointAnswer {
    if core.isComplete, let answer = core.constantAnswer {
      core.write(answer, into: &buffer)
      return answer
    }
    return try resolve(core.bound, into: &buffer)
  }

  /// Gives everything that the rules say.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program.
  /// - Returns: An endpoint, an error of the rule set, or that no rule matched.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(_ arguments: EndpointArguments) throws(ResolveError) -> Resolution {
    try core.program.check(arguments, only: core.unbound)
    if let constant = core.constant { return constant }
    return try core.residual.resolveUnchecked(arguments, present: present(arguments), flags: flags(arguments))
  }

  @inline(__always)
  private func check(_ arguments: EndpointArguments) throws(EndpointError) {
    do {
      try core.program.check(arguments, only: core.unbound)
    } catch {
      throw .notResolved(error)
    }
  }

  @inline(__always)
  func present(_ arguments: EndpointArguments) -> UInt64 {
    (arguments.present & core.unbound) | core.boundPresent
  }

  @inline(__always)
  func flags(_ arguments: EndpointArguments) -> UInt64 {
    (arguments.flags & core.unboundFlags) | core.boundFlags
  }
}

// MARK: Memo

@_spi(Performance)
extension EndpointResolver {
  /// The last answer of a caller, which is right again as long as nothing has changed that the resolver still reads.
  ///
  /// Each caller keeps its own, so that a shared resolver needs no lock.
  public struct Memo: Sendable {
    /// What the answer was given by.
    fileprivate var core: Core?
    fileprivate var arguments: EndpointArguments?
    fileprivate var url = ""

    /// Makes an empty memo.
    public init() {}
  }

  /// Gives the URL, from the memo when it is for the same values.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this resolver or its program.
  ///   - memo: The caller's memo; what another resolver has left in it is replaced.
  /// - Returns: The URL.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url(_ arguments: EndpointArguments, memo: inout Memo) throws(EndpointError) -> String {
    try check(arguments)
    if memo.core === core, let last = memo.arguments, arguments.agrees(with: last, in: core.reads) {
      return memo.url
    }
    memo.arguments = nil
    let url = try url(arguments)
    memo.core = core
    memo.arguments = arguments
    memo.url = url
    return url
  }
}

extension EndpointArguments {
  /// Whether some parameters have the same values in both.
  fileprivate func agrees(with other: EndpointArguments, in slots: UInt64) -> Bool {
    guard program.code.isSame(as: other.program.code),
      (present ^ other.present) & slots == 0, (flags ^ other.flags) & slots == 0
    else { return false }
    var rest = slots & present & program.code.tables.textual
    while rest != 0 {
      let slot = rest.trailingZeroBitCount
      rest &= rest &- 1
      if !hasSameText(as: other, slot) { return false }
    }
    return true
  }

  private func hasSameText(as other: EndpointArguments, _ slot: Int) -> Bool {
    unsafe storage.withUnsafeBytes { left in
      unsafe other.storage.withUnsafeBytes { right in
        let left = unsafe ImageView(left.baseAddress.unsafelyUnwrapped)
        let right = unsafe ImageView(right.baseAddress.unsafelyUnwrapped)
        let entry = slot * ArgumentLayout.slotSize
        guard program.kind(slot) == .stringArray else {
          return left.text(at: entry).isEqual(right.text(at: entry))
        }
        let count = left.u32(entry + 4)
        return count == right.u32(entry + 4)
          && (0..<count).allSatisfy { item in
            left.text(at: left.u32(entry) + item * ArgumentLayout.itemSize)
              .isEqual(right.text(at: right.u32(entry) + item * ArgumentLayout.itemSize))
          }
      }
    }
  }
}
