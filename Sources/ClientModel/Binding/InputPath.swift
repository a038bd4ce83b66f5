// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A path into an operation's input: the part of JMESPath that `operationContextParams` may use.
///
/// Smithy limits the trait to identifiers, sub-expressions, list wildcards, multi-select lists, flattening and the
/// function `keys`.
struct InputPath {
  private indirect enum Step {
    case member(String)
    case keys(InputPath)
    case list([InputPath])
    case wildcard
    case flatten
  }

  private var steps: [Step] = []

  /// Reads a path; `nil` if it uses anything else.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard let path = Self.parse(&rest, depth: 0), rest.isEmpty else { return nil }
    self = path
  }

  private init(steps: [Step]) { self.steps = steps }

  /// The value that the path leads to; `nil` when there is none.
  func value(in input: JSON) -> JSON? { Self.evaluate(steps[...], input) }

  private static func parse(_ rest: inout ArraySlice<UInt8>, depth: Int) -> InputPath? {
    guard depth < 8 else { return nil }
    var steps: [Step] = []
    while true {
      skipSpace(&rest)
      switch rest.first {
      case UInt8(ascii: "["):
        rest.removeFirst()
        guard let step = parseBracket(&rest, depth: depth) else { return nil }
        steps.append(step)
      default:
        guard let step = parseName(&rest, depth: depth) else { return nil }
        steps.append(step)
      }
      skipSpace(&rest)
      switch rest.first {
      case UInt8(ascii: "."): rest.removeFirst()
      case UInt8(ascii: "["): continue
      default: return InputPath(steps: steps)
      }
    }
  }

  private static func parseBracket(_ rest: inout ArraySlice<UInt8>, depth: Int) -> Step? {
    skipSpace(&rest)
    switch rest.first {
    case UInt8(ascii: "]"):
      rest.removeFirst()
      return .flatten
    case UInt8(ascii: "*"):
      rest.removeFirst()
      return take(UInt8(ascii: "]"), &rest) ? .wildcard : nil
    default:
      var paths: [InputPath] = []
      repeat {
        guard let path = parse(&rest, depth: depth + 1) else { return nil }
        paths.append(path)
      } while take(UInt8(ascii: ","), &rest)
      return take(UInt8(ascii: "]"), &rest) ? .list(paths) : nil
    }
  }

  private static func parseName(_ rest: inout ArraySlice<UInt8>, depth: Int) -> Step? {
    let name = rest.prefix { byte in
      (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
        || byte == UInt8(ascii: "_")
    }
    guard let first = name.first, !(first >= 0x30 && first <= 0x39) else { return nil }
    rest = rest[name.endIndex...]
    let text = String(decoding: name, as: UTF8.self)
    guard text == "keys", take(UInt8(ascii: "("), &rest) else { return .member(text) }
    guard let argument = parse(&rest, depth: depth + 1), take(UInt8(ascii: ")"), &rest) else { return nil }
    return .keys(argument)
  }

  private static func take(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
    skipSpace(&rest)
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  private static func skipSpace(_ rest: inout ArraySlice<UInt8>) { rest = rest.drop { $0 == 0x20 } }

  private static func evaluate(_ steps: ArraySlice<Step>, _ value: JSON) -> JSON? {
    guard let step = steps.first else { return value == .null ? nil : value }
    let rest = steps.dropFirst()
    switch step {
    case .member(let name): return value[name].flatMap { evaluate(rest, $0) }
    case .keys(let argument):
      guard let members = argument.value(in: value)?.object else { return nil }
      return evaluate(rest, .array(members.map { .string($0.name) }))
    case .list(let paths):
      guard value != .null else { return nil }
      return evaluate(rest, .array(paths.map { $0.value(in: value) ?? .null }))
    case .wildcard:
      // A projection: what follows runs on each element, and elements without a result are left out. A later flatten
      // works on the projection's whole result.
      guard let elements = value.array else { return nil }
      let inner = rest.prefix { if case .flatten = $0 { false } else { true } }
      let results = elements.compactMap { evaluate(inner, $0) }
      return evaluate(rest[inner.endIndex...], .array(results))
    case .flatten:
      guard let elements = value.array else { return nil }
      let flat = elements.flatMap { $0.array ?? [$0] }
      let inner = rest.prefix { if case .flatten = $0 { false } else { true } }
      let results = flat.compactMap { evaluate(inner, $0) }
      return evaluate(rest[inner.endIndex...], .array(results))
    }
  }
}
