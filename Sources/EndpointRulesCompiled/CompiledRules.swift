// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

/// Rule sets as programs for a fast engine, with the partitions that they look regions up in.
///
/// ```swift
/// let rules = try CompiledRules(compiling: [("ec2", ruleSet)], partitions: partitions)
/// let ec2 = rules["ec2"]
/// ```
/// All programs together are one block of bytes, ``image``, that may be stored, and loaded by ``init(image:)`` without
/// reading any rule set again. A value of this type may be shared between tasks.
public struct CompiledRules: Sendable {
  let memory: RuleImage

  /// Compiles rule sets and proves that each program gives the answers of the interpreter.
  ///
  /// - Parameters:
  ///   - ruleSets: Names (of services, say) with their rule sets; the last one of a name stands.
  ///   - partitions: What `aws.partition` looks regions up in.
  ///   - proof: How many random cases each program is proved with, besides cases for every result.
  /// - Throws: ``RuleCompilerError`` for a rule set that is too large, or whose program gives another answer.
  public init(
    compiling ruleSets: [(name: String, rules: RuleSet)], partitions: Partitions, proof: Proof = .standard
  ) throws(RuleCompilerError) {
    var newest: [[UInt8]: Int] = [:]
    for (index, set) in ruleSets.enumerated() { newest[Array(set.name.utf8)] = index }
    let sets = newest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ruleSets[$0.value] }
    var writer = ImageWriter(programCount: sets.count)
    var directory: [UInt8] = []
    var graphs: [DecisionGraph] = []
    for (name, rules) in sets {
      do {
        let graph = try GraphBuilder.graph(of: rules)
        directory += try writer.record(of: graph, name: name)
        graphs.append(graph)
      } catch {
        throw RuleCompilerError(error.reason, "\(name): \(error.message)")
      }
    }
    let block = try writer.place(partitions)
    do {
      try self.init(image: writer.finish(directory: directory, partitions: block))
    } catch {
      throw RuleCompilerError(.tooLarge, "the image breaks a limit of its own: \(error)")
    }
    try prove(proof, sets, graphs, partitions)
  }

  private func prove(
    _ proof: Proof, _ sets: [(name: String, rules: RuleSet)], _ graphs: [DecisionGraph],
    _ partitions: Partitions
  ) throws(RuleCompilerError) {
    if proof == .none { return }
    var variants = [Proof.Variant(rules: self, partitions: partitions)]
    for varied in partitions.varied {
      variants.append(Proof.Variant(rules: try replacing(partitions: varied), partitions: varied))
    }
    for (set, graph) in zip(sets, graphs) {
      do {
        try proof.check(graph, set.rules, named: set.name, variants)
      } catch {
        throw RuleCompilerError(error.reason, "\(set.name): \(error.message)")
      }
    }
  }

  /// The same programs with other partitions.
  ///
  /// - Throws: ``RuleCompilerError`` for more partitions than an image can hold.
  public func replacing(partitions: Partitions) throws(RuleCompilerError) -> CompiledRules {
    do {
      return try CompiledRules(image: ImageWriter.replacingPartitions(of: image, with: partitions))
    } catch let error as RuleCompilerError {
      throw error
    } catch {
      throw RuleCompilerError(.tooLarge, "the image breaks a limit of its own: \(error)")
    }
  }

  /// Loads an image from a copy of its bytes.
  ///
  /// - Parameter image: The bytes of ``image``.
  /// - Throws: ``RuleImageError`` when they are anything else; a valid image can do no harm, whoever made it.
  public init(image: [UInt8]) throws(RuleImageError) {
    memory = RuleImage(copying: image)
    unsafe try ImageValidator(memory.bytes).validate()
  }

  /// Loads an image where it lies, as one that is linked into the program or mapped from a file.
  ///
  /// - Parameter permanentImage: The bytes of ``image``; they must stay as they are for the rest of the process.
  /// - Throws: ``RuleImageError`` when they are anything else.
  @unsafe
  @_spi(Performance)
  public init(permanentImage: UnsafeRawBufferPointer) throws(RuleImageError) {
    unsafe try ImageValidator(permanentImage).validate()
    unsafe memory = RuleImage(permanent: permanentImage)
  }

  /// Loads an image that was validated when the program was built, checking only that its bytes are still the same.
  ///
  /// - Parameter ownImage: The bytes of ``image``, linked into the program.
  /// - Throws: ``RuleImageError`` when they are anything else.
  @unsafe
  package init(ownImage: UnsafeRawBufferPointer) throws(RuleImageError) {
    unsafe try ImageValidator(ownImage).checkHeader()
    unsafe memory = RuleImage(permanent: ownImage)
  }

  /// The programs and partitions as bytes, the same on every machine.
  public var image: [UInt8] { unsafe Array(memory.bytes) }

  /// How many programs there are.
  public var count: Int { memory.view.u32(ImageLayout.programCount) }

  /// The names of the programs, sorted by their bytes.
  public var names: [String] { (0..<count).map { name($0).string } }

  /// The program of that name; `nil` when there is none.
  public subscript(name: String) -> EndpointProgram? {
    var name = name
    let found = name.withUTF8 { bytes -> Int? in
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) / 2
        switch unsafe Self.order(self.name(middle), bytes) {
        case 0: return middle
        case ..<0: low = middle + 1
        default: high = middle
        }
      }
      return nil
    }
    return found.map { program(at: $0) }
  }

  /// The program at an index of ``names``.
  ///
  /// - Parameter index: A number from 0 to ``count`` - 1.
  /// - Returns: The program.
  package func program(at index: Int) -> EndpointProgram {
    precondition(index >= 0 && index < count, "there are \(count) programs, none at \(index)")
    return EndpointProgram(
      ProgramCode(memory, record: ImageLayout.headerSize + index * ProgramLayout.recordSize))
  }

  private func name(_ index: Int) -> Text {
    memory.view.text(at: ImageLayout.headerSize + index * ProgramLayout.recordSize)
  }

  private static func order(_ left: Text, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) {
      let other = unsafe right[index]
      if left[index] != other { return left[index] < other ? -1 : 1 }
    }
    return left.count - right.count
  }
}
