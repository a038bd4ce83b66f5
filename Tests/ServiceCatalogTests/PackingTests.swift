// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

@Suite struct PackingTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    /// The most bytes that packing may leave.
    var limit: Int

    init(_ name: String, _ bytes: some Sequence<UInt8>, limit: Int) {
      testDescription = name
      self.bytes = Array(bytes)
      self.limit = limit
    }
  }

  static let cases = [
    Case("nothing", [], limit: 0),
    Case("one byte", [7], limit: 2),
    Case("no repetition", "abcdefghijklmnopqrstuvwxyz".utf8, limit: 28),
    Case("one byte over and over", repeatElement(0, count: 100_000), limit: 8),
    Case("a repetition that ends the content", "endpointendpointendpoint".utf8, limit: 12),
    Case(
      "a repetition from far back", Array(0...255) + Array(repeating: 9, count: 70_000) + Array(0...255),
      limit: 300),
    Case("plain bytes behind a repetition", "aaaaaaaaaaaaaaaab".utf8, limit: 6),
  ]

  private func unpacked(_ packed: [UInt8], count: Int) -> [UInt8]? {
    var cursor = ImageCursor(ImageMemory(packed), 0..<packed.count)
    return Packing.unpacked(&cursor, count: count)
  }

  @Test("what was packed comes out again", arguments: cases) func roundTrip(_ test: Case) {
    let packed = Packing.packed(test.bytes)
    #expect(packed.count <= test.limit)
    #expect(unpacked(packed, count: test.bytes.count) == test.bytes)
    #expect(unpacked(packed, count: test.bytes.count + 1) == nil)
    if !test.bytes.isEmpty { #expect(unpacked(packed, count: test.bytes.count - 1) == nil) }
  }

  @Test("bytes from a small alphabet come out again") func randomTexts() {
    var generator = SplitMix64(seed: 20_261_123)
    for _ in 0..<500 {
      let letters = UInt8.random(in: 1...6, using: &generator)
      let count = Int.random(in: 0...600, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0..<letters, using: &generator) }
      #expect(unpacked(Packing.packed(bytes), count: count) == bytes)
    }
  }

  @Test("any bytes are refused, or give just as many as were asked for") func hostile() {
    var generator = SplitMix64(seed: 6)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator) & (generator.next() & 1 == 0 ? 0x33 : 0xFF)
      }
      let count = Int.random(in: 0...64, using: &generator)
      guard let output = unpacked(bytes, count: count) else { continue }
      accepted += 1
      #expect(output.count == count)
    }
    #expect(accepted > 0)
  }
}
