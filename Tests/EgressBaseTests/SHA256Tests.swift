// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import ReleaseTestKit
import Testing

@Suite struct SHA256Tests {
  struct Vector: Sendable {
    var message: String
    var hash: String
  }

  /// From FIPS 180-4's examples (NIST, "SHA256.pdf") and the empty message.
  static let vectors = [
    Vector(message: "", hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    Vector(message: "abc", hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    Vector(
      message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      hash: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    Vector(
      message:
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      hash: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
  ]

  @Test("known messages have their known hash", arguments: vectors) func known(_ vector: Vector) {
    #expect(SHA256.hex(of: Array(vector.message.utf8)) == vector.hash)
  }

  @Test("the pieces of a message do not matter") func pieces() {
    var generator = SplitMix64(seed: 256)
    let message = (0..<1_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for size in [1, 3, 55, 56, 63, 64, 65, 119, 128, 999] {
      var hash = SHA256()
      var rest = message[...]
      while !rest.isEmpty {
        hash.update(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(SHA256.hex(hash.finish()) == SHA256.hex(of: message))
    }
  }

  @Test("random files have the hash that sha256sum prints") func equalsProgram() async throws {
    var generator = SplitMix64(seed: 512)
    for length in [0, 1, 55, 56, 57, 63, 64, 65, 1_000, 70_000] {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let result = try await Command.run("/usr/bin/env", ["sha256sum"], input: bytes)
      #expect(result.status == 0)
      #expect(result.text.prefix(64) == SHA256.hex(of: bytes))
    }
  }
}
