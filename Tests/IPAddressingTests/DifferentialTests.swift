// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// Parsing and writing against Python's `ipaddress` module.
@Suite struct DifferentialTests {
  /// Decided difference: zones are not part of an address here, and IPv4-mapped addresses end in dotted decimal.
  private static let script = """
    import ipaddress, sys
    for line in sys.stdin.buffer:
        text = bytes.fromhex(line.decode()).decode()
        try:
            address = ipaddress.ip_address(text)
            if address.version == 6 and address.scope_id is not None:
                raise ValueError
            if address.version == 6 and address.ipv4_mapped:
                print(f"::ffff:{address.ipv4_mapped}")
            else:
                print(address)
        except ValueError:
            print("-")
    """

  @Test("random texts are read and written as Python reads and writes them")
  func addresses() async throws {
    var random = Generator(state: TestSeed.named("EGRESS6_ADDRESS_SEED"))
    let count = TestDepth.repetitions("EGRESS6_ADDRESS_CASES", quick: 10_000, full: 40_000)
    let texts = (0..<count).map { _ in random.text() }
    let answers = try await ask(texts)
    try #require(answers.count == texts.count)
    var valid = 0
    for (text, answer) in zip(texts, answers) {
      let address = IPAddress(text)
      valid += address == nil ? 0 : 1
      #expect(address?.description ?? "-" == answer, "\(text.debugDescription)")
    }
    print("\(valid) of \(texts.count) texts are addresses")
    #expect(valid > count / 10)
  }

  private func ask(_ texts: [String]) async throws -> [String] {
    let result = try await Command.run(
      TestEnvironment.python, ["-c", Self.script], input: texts.flatMap { hexadecimalLine($0.utf8) })
    try #require(result.status == 0, "\(result.errorText)")
    return result.text.split(separator: "\n").map(String.init)
  }
}

/// The bytes as a line of hexadecimal digits.
private func hexadecimalLine(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  var line: [UInt8] = []
  for byte in bytes { line += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return line + [0x0A]
}

/// A seeded generator (SplitMix64) of texts that are addresses, or nearly.
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  mutating func text() -> String {
    var text = below(3) == 0 ? ipv4() : ipv6()
    while below(3) == 0 {
      let pieces = [
        ":", "::", ".", "0", "1", "f", "g", "%", "/", " ", "[", "]", "-", "é", "\u{661}", "ffff", "00000",
        "256",
      ]
      let piece = pieces[below(pieces.count)]
      let place = text.index(text.startIndex, offsetBy: below(text.count + 1))
      if below(2) == 0, place < text.endIndex {
        text.remove(at: place)
      } else {
        text.insert(contentsOf: piece, at: place)
      }
    }
    return text
  }

  private mutating func ipv4() -> String {
    (0..<(below(20) == 0 ? 3 : 4)).map { _ in
      below(30) == 0 ? "0\(below(300))" : "\(below(below(9) == 0 ? 300 : 256))"
    }
    .joined(separator: ".")
  }

  private mutating func ipv6() -> String {
    var groups = (0..<(below(8) == 0 ? 7 : 8)).map { _ in
      below(2) == 0
        ? "0" : String(UInt16.random(in: 0...(.max), using: &self), radix: 16, uppercase: below(4) == 0)
    }
    if below(4) == 0 { groups.replaceSubrange((groups.count - 2)..., with: [ipv4()]) }
    if below(5) == 0 {
      groups.replaceSubrange(..<min(6, groups.count - 1), with: ["", "", below(2) == 0 ? "ffff" : "0"])
    }
    if below(3) == 0 {
      let start = below(groups.count)
      groups.replaceSubrange(start..<(start + below(groups.count - start)), with: [""])
      if groups.first == "" { groups.insert("", at: 0) }
      if groups.last == "" { groups.append("") }
    }
    return groups.joined(separator: ":")
  }
}
