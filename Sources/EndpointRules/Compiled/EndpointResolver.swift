// SPDX-License-Identifier: Apache-2.0

/// A program in which a client has fixed what does not change between its calls.
///
/// ```swift
/// let s3 = try EndpointResolver(program, fixed: ["Region": "eu-central-1"], late: ["Bucket"])
/// let url = try s3.url(s3.arguments(["Bucket": "reports"]))
/// ```
/// Everything that the fixed parameters decide is decided once. For most services nothing is left: ``constant`` is the
/// answer, and resolving returns it. A resolver may be shared between tasks.
public struct EndpointResolver: Sendable {
  /// The program with all its parameters.
  public let program: EndpointProgram
  /// The fixed values, and defaults for the others.
  private let fixed: EndpointArguments
  private let late: UInt64
  /// What is left of the program.
  private let residual: EndpointProgram
  /// The parameters that what is left still reads.
  private let reads: UInt64
  /// The answer, when nothing else can come out.
  public let constant: Resolution?
  private let constantURL: String?

  /// Fixes parameters of a program.
  ///
  /// - Parameters:
  ///   - program: A compiled rule set.
  ///   - fixed: The fixed values. Every parameter that is not late is fixed: without a value here, it is unset for good,
  ///     or has its default.
  ///   - late: The names of parameters that come with each call; names that the program does not declare are ignored.
  /// - Throws: ``ResolveError`` for a required parameter that is neither fixed nor late, or a value of the wrong type.
  public init(
    _ program: EndpointProgram, fixed: Parameters, late: [String] = []
  ) throws(ResolveError) {
    self.program = program
    var arguments = EndpointArguments(program)
    let lateSlots = late.compactMap(program.slot)
    self.late = lateSlots.reduce(0) { $0 | 1 << UInt64($1) }
    for (name, value) in fixed.values {
      if let slot = program.slot(of: name), !lateSlots.contains(slot) { arguments[slot: slot] = value }
    }
    try program.check(arguments, only: ~self.late)
    self.fixed = arguments
    let graph = Specialiser.residualGraph(of: program, arguments, late: self.late)
    residual = try Self.write(graph, like: program)
    let dependencies = Dependencies(graph)
    reads =
      graph.nodes.reduce(0) { $0 | dependencies.of($1.test) }
      | dependencies.values.reduce(0) { $0 | $1 }
    if graph.nodes.isEmpty, reads == 0 {
      // A failure is thrown at each call.
      constant = try? residual.resolveUnchecked(arguments)
      if case .endpoint(let endpoint)? = constant { constantURL = endpoint.url } else { constantURL = nil }
    } else {
      constant = nil
      constantURL = nil
    }
  }

  private static func write(
    _ graph: DecisionGraph, like program: EndpointProgram
  ) throws(ResolveError) -> EndpointProgram {
    var writer = ImageWriter(programCount: 1)
    do {
      let record = try writer.record(of: graph, name: program.name)
      let image = writer.finish(directory: record, partitions: 0)
      return EndpointProgram(residual: RuleImage(copying: image), of: program)
    } catch {
      throw .engine("the values of the fixed parameters make the program too large: \(error)")
    }
  }

  /// Makes arguments for one call: the fixed values, and these.
  ///
  /// - Parameter parameters: Values of late parameters; those of others have no effect.
  public func arguments(_ parameters: Parameters = [:]) -> EndpointArguments {
    var arguments = fixed
    for (name, value) in parameters.values {
      if let slot = program.slot(of: name), late >> UInt64(slot) & 1 == 1 { arguments[slot: slot] = value }
    }
    return arguments
  }

  /// Gives the URL.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program; fixed parameters keep their fixed values.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url(_ arguments: EndpointArguments) throws(EndpointError) -> String {
    try check(arguments)
    if let constantURL { return constantURL }
    return try residual.urlUnchecked(arguments, present: present(arguments), flags: flags(arguments))
  }

  /// Gives the URL when no parameter is late.
  ///
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url() throws(EndpointError) -> String {
    if let constantURL { return constantURL }
    return try url(fixed)
  }

  /// Writes the URL, or the text of an error rule, into a buffer, as ``EndpointProgram/resolve(_:into:)`` does.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this resolver or its program.
  ///   - buffer: Where the UTF-8 of the text goes.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(
    _ arguments: EndpointArguments, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointAnswer {
    try program.check(arguments, only: late)
    return try residual.resolveUnchecked(
      arguments, present: present(arguments), flags: flags(arguments), into: &buffer)
  }

  /// Gives everything that the rules say.
  ///
  /// - Parameter arguments: Arguments made by this resolver or its program.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func resolve(_ arguments: EndpointArguments) throws(ResolveError) -> Resolution {
    try program.check(arguments, only: late)
    if let constant { return constant }
    return try residual.resolveUnchecked(arguments, present: present(arguments), flags: flags(arguments))
  }

  @inline(__always)
  private func check(_ arguments: EndpointArguments) throws(EndpointError) {
    do {
      try program.check(arguments, only: late)
    } catch {
      throw .arguments(error)
    }
  }

  @inline(__always)
  private func present(_ arguments: EndpointArguments) -> UInt64 {
    (arguments.present & late) | (fixed.present & ~late)
  }

  @inline(__always)
  private func flags(_ arguments: EndpointArguments) -> UInt64 {
    (arguments.flags & late) | (fixed.flags & ~late)
  }
}

// MARK: Memo

extension EndpointResolver {
  /// The last answer of a caller, which is right again as long as nothing has changed that the resolver still reads.
  ///
  /// Each caller keeps its own, so that a shared resolver needs no lock.
  public struct Memo: Sendable {
    fileprivate var arguments: EndpointArguments?
    fileprivate var url = ""

    /// Makes an empty memo.
    public init() {}
  }

  /// Gives the URL, from the memo when it is for the same values.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this resolver or its program.
  ///   - memo: The caller's memo, used with this resolver only.
  /// - Throws: ``EndpointError`` when the rules give anything but an endpoint.
  public func url(_ arguments: EndpointArguments, memo: inout Memo) throws(EndpointError) -> String {
    try check(arguments)
    if let last = memo.arguments, arguments.agrees(with: last, in: reads & late) { return memo.url }
    memo.arguments = nil
    let url = try url(arguments)
    memo.arguments = arguments
    memo.url = url
    return url
  }
}

extension EndpointArguments {
  /// Whether some parameters have the same values in both.
  fileprivate func agrees(with other: EndpointArguments, in slots: UInt64) -> Bool {
    guard program.memory === other.program.memory, program.tables.record == other.program.tables.record,
      (present ^ other.present) & slots == 0, (flags ^ other.flags) & slots == 0
    else { return false }
    var rest = slots & present & program.tables.textual
    while rest != 0 {
      let slot = rest.trailingZeroBitCount
      rest &= rest &- 1
      if !hasSameText(as: other, slot) { return false }
    }
    return true
  }

  private func hasSameText(as other: EndpointArguments, _ slot: Int) -> Bool {
    if program.kind(slot) == .stringArray { return self[slot: slot] == other[slot: slot] }
    return unsafe storage.withUnsafeBytes { left in
      unsafe other.storage.withUnsafeBytes { right in
        let left = unsafe ImageView(left.baseAddress.unsafelyUnwrapped)
        let right = unsafe ImageView(right.baseAddress.unsafelyUnwrapped)
        let entry = slot * ArgumentLayout.slotSize
        return left.text(at: entry).isEqual(right.text(at: entry))
      }
    }
  }
}
