// SPDX-License-Identifier: Apache-2.0

internal import EndpointRules

/// The values, registers and tests that come up while a rule set is compiled, each with its number.
struct SymbolTable {
  typealias Value = DecisionGraph.Value
  typealias Register = DecisionGraph.Register
  typealias Test = DecisionGraph.Test

  private(set) var values: [Value] = []
  private(set) var registers: [Register] = []
  private(set) var tests: [Test] = []
  private var valueNumbers: [Value: Int] = [:]
  private var registerNumbers: [Register: Int] = [:]
  private var testNumbers: [Test: Int] = [:]
  /// What follows from a test that holds, and from one that fails.
  private var implications: [(holds: Facts, fails: Facts)] = []

  mutating func number(of value: Value) -> ValueID {
    if let number = valueNumbers[value] { return number }
    values.append(value)
    valueNumbers[value] = values.count - 1
    return values.count - 1
  }

  mutating func number(of register: Register) -> RegisterID {
    if let number = registerNumbers[register] { return number }
    registers.append(register)
    registerNumbers[register] = registers.count - 1
    return registers.count - 1
  }

  mutating func number(of test: Test) throws(Interruption) -> Int {
    if let number = testNumbers[test] { return number }
    guard tests.count < Facts.capacity else {
      throw .refused(
        RuleCompilerError(.tooLarge, "more than \(Facts.capacity) different tests; use the interpreter"))
    }
    tests.append(test)
    testNumbers[test] = tests.count - 1
    return tests.count - 1
  }

  /// What is known when a test comes out like that.
  func facts(_ facts: Facts, and test: Int, _ holds: Bool) -> Facts {
    var result = facts
    result.learn(test, holds)
    if test < implications.count {
      result.learn(holds ? implications[test].holds : implications[test].fails)
    }
    return result
  }

  /// Works out what follows from what, once all tests are known.
  mutating func findImplications() {
    implications = tests.map { test in
      var holds = Facts()
      var fails = Facts()
      for (number, other) in tests.enumerated() where other != test {
        if let answer = Self.answer(to: other, given: test, true) { holds.learn(number, answer) }
        if let answer = Self.answer(to: other, given: test, false) { fails.learn(number, answer) }
      }
      return (holds, fails)
    }
  }

  /// What a test tells about another.
  private static func answer(to other: Test, given test: Test, _ holds: Bool) -> Bool? {
    switch (test, other) {
    case (.equals(let value, let text), _) where holds: answer(to: other, when: value, is: text)
    case (.isLong(let value, let count), .isLong(let same, let otherCount)) where value == same:
      holds ? (otherCount <= count ? true : nil) : (otherCount >= count ? false : nil)
    case (.hostLabel(let value, let allow), .hostLabel(let same, let other)) where value == same:
      holds ? (other || !allow ? true : nil) : (allow || !other ? false : nil)
    case (.hostLabel(let value, let allow), .bucketLabel(let same, let other)) where value == same:
      holds ? nil : (allow || !other ? false : nil)
    case (.bucketLabel(let value, let allow), .hostLabel(let same, let other)) where value == same:
      holds && (other || !allow) ? true : nil
    case (.bucketLabel(let value, let allow), .bucketLabel(let same, let other)) where value == same:
      holds ? (other || !allow ? true : nil) : (allow || !other ? false : nil)
    default: nil
    }
  }

  /// The answer to a test about a value that is known to be that text.
  private static func answer(to test: Test, when value: ValueID, is text: [UInt8]) -> Bool? {
    switch test {
    case .equals(value, let other): other == text
    case .hostLabel(value, let allow):
      isValidHostLabel(String(decoding: text, as: UTF8.self), allowSubdomains: allow)
    case .bucketLabel(value, let allow):
      isVirtualHostableS3Bucket(String(decoding: text, as: UTF8.self), allowSubdomains: allow)
    case .isLong(value, let count): text.count >= count && text.allSatisfy { $0 < 0x80 }
    default: nil
    }
  }
}

/// Why an expression has no result for what is known so far.
enum Interruption: Error {
  /// The answer to a test must be known first.
  case needs(Int)
  /// A rule uses a value that is unset.
  case failure
  /// The rule set cannot be compiled.
  case refused(RuleCompilerError)
}
