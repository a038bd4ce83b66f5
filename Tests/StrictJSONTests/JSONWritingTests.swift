// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// The writer, and reader and writer against each other and against Python.
@Suite struct JSONWritingTests {
  private static let sample: JSON = [
    "text": "a\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é\u{1F600}", "empty": [], "none": [:],
    "list": [1, .number(1.5), false],
    "nested": ["x": .null],
  ]

  @Test("compact text escapes what it must and nothing else")
  func compact() {
    #expect(
      Self.sample.text() == #"{"text":"a\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7F}é\u{1F600}"
        + #"","empty":[],"none":{},"list":[1,1.5,false],"nested":{"x":null}}"#)
  }

  @Test("pretty text has a line per member")
  func pretty() {
    #expect(
      (["a": [1, ["b": .null]], "c": [], "d": [:]] as JSON).text(.pretty) == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": [],
          "d": {}
        }
        """)
  }

  @Test("numbers that are not finite become null")
  func notFinite() {
    #expect(
      ([.number(.infinity), .number(.nan), .number(1e300), .number(-0.0)] as JSON).text()
        == "[null,null,1e+300,-0.0]")
  }

  @Test("what is written is read back the same, in both layouts")
  func roundTrip() throws {
    var random = SplitMix(state: TestSeed.named("EGRESS6_JSON_SEED"))
    for _ in 0..<2000 {
      let value = random.value(depth: 4)
      for layout in [JSON.Layout.compact, .pretty] {
        #expect(try JSON(parsing: value.bytes(layout)) == value)
      }
    }
  }

  @Test("mutated texts are read as Python reads them, or refused where Python is laxer")
  func python() async throws {
    var random = SplitMix(state: TestSeed.named("EGRESS6_MUTATION_SEED"))
    let alphabet = Array(#"{}[]",:\u0d8cEe+-.0199 tfn/aé"#.utf8) + [0x00, 0x0A, 0xC3, 0xA9, 0xFF]
    let texts = (0..<20_000).map { _ in
      var bytes = random.value(depth: 3).bytes(random.next() % 2 == 0 ? .compact : .pretty)
      for _ in 0..<Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
        switch random.next() % 3 {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      return bytes
    }
    let theirs = try await askPython(texts)
    try #require(theirs.count == texts.count)
    var accepted = 0
    for (text, verdict) in zip(texts, theirs) {
      let value = try? JSON(parsing: text)
      accepted += value == nil ? 0 : 1
      let ours = value.map { "ok " + $0.sortedText } ?? "no"
      #expect(ours == verdict, "\(String(decoding: text, as: UTF8.self))")
    }
    print("\(accepted) of \(texts.count) mutated texts are valid")
  }

  /// Python's verdict per text: `ok` with the value, members sorted, or `no`.
  private func askPython(_ texts: [[UInt8]]) async throws -> [String] {
    let script = """
      import json, sys

      def constant(name):
          raise ValueError(name)

      def number(text):
          value = float(text)
          if value in (float("inf"), float("-inf")):
              raise ValueError(text)
          return {"number": value.hex()}

      def unique(members):
          if len({name for name, _ in members}) < len(members):
              raise ValueError("a name is there twice")
          return dict(members)

      def integer(text):
          value = int(text)
          return value if -2**63 <= value < 2**63 else number(text)

      for line in sys.stdin.buffer:
          try:
              text = bytes.fromhex(line.decode()).decode()
              value = json.loads(text, parse_constant=constant, parse_float=number, parse_int=integer,
                  object_pairs_hook=unique)
              result = json.dumps(value, sort_keys=True, separators=(",", ":"))
              result.encode("utf-8")
              json.dumps(value, ensure_ascii=False).encode("utf-8")
              print("ok " + result)
          except (ValueError, RecursionError):
              print("no")
      """
    let result = try await Command.run(
      TestEnvironment.python, ["-c", script], input: texts.flatMap(hexadecimalLine))
    try #require(result.status == 0, "\(result.errorText)")
    return result.text.split(separator: "\n").map(String.init)
  }
}

extension JSON {
  /// The value as Python's `json.dumps` writes it with sorted names, ASCII only; floating point numbers by their bits.
  fileprivate var sortedText: String {
    switch self {
    case .number(let value): "{\"number\":\"\(value.pythonHexadecimal)\"}"
    case .array(let elements): "[" + elements.map(\.sortedText).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted {
          Array($0.name.unicodeScalars.map(\.value)).lexicographicallyPrecedes(
            $1.name.unicodeScalars.map(\.value))
        }
        .map { JSON.string($0.name).sortedText + ":" + $0.value.sortedText }.joined(separator: ",") + "}"
    case .string:
      text().utf16.map { unit in
        if unit < 0x7F { return String(UnicodeScalar(UInt8(unit))) }
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    default: text()
    }
  }
}

extension Double {
  /// The number as Python's `float.hex` writes it.
  fileprivate var pythonHexadecimal: String {
    if self == 0 { return sign == .minus ? "-0x0.0p+0" : "0x0.0p+0" }
    let isNormal = exponentBitPattern != 0
    let digits = String(significandBitPattern, radix: 16)
    let mantissa = String(repeating: "0", count: 13 - digits.count) + digits
    let power = isNormal ? Int(exponentBitPattern) - 1023 : -1022
    return
      "\(sign == .minus ? "-" : "")0x\(isNormal ? 1 : 0).\(mantissa)p\(power < 0 ? "-" : "+")\(abs(power))"
  }
}

/// The bytes as a line of hexadecimal digits.
private func hexadecimalLine(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  var line: [UInt8] = []
  for byte in bytes { line += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return line + [0x0A]
}

/// A seeded generator (SplitMix64) of numbers and values.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func value(depth: Int) -> JSON {
    switch next() % (depth == 0 ? 6 : 9) {
    case 0: return .null
    case 1: return .bool(next() % 2 == 0)
    case 2: return .integer(Int64(bitPattern: next() >> (next() % 64)))
    case 3:
      let value = Double(bitPattern: next())
      return .number(value.isFinite ? value : 0.5)
    case 4, 5: return .string(text())
    case 6: return .array((0..<Int(next() % 5)).map { _ in value(depth: depth - 1) })
    default:
      return .object((0..<Int(next() % 5)).map { JSON.Member("\($0)" + text(), value(depth: depth - 1)) })
    }
  }

  private mutating func text() -> String {
    var text = ""
    for _ in 0..<Int(next() % 8) {
      let scalar = Unicode.Scalar(UInt32(next() >> (32 + next() % 32)) % 0x110000) ?? "x"
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}
