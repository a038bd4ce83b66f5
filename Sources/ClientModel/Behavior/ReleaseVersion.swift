// SPDX-License-Identifier: Apache-2.0

/// The version of a client's release, such as `1.39.17`: numbers that are compared one after the other.
package struct ReleaseVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The numbers, without zeros at the end, so that `1.40` equals `1.40.0`.
  private let numbers: [Int]
  /// The version as it was written.
  package let description: String

  /// Reads a version; `nil` for anything but numbers, such as `unknown` or `1.40.0rc1`.
  ///
  /// - Parameter text: Numbers of at most nine digits, separated by dots.
  package init?(_ text: String) {
    var numbers: [Int] = []
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...9).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    self.numbers = Self.withoutZeros(numbers)
    description = text
  }

  /// Makes a version of its numbers.
  package init(_ numbers: Int...) {
    description = numbers.map(String.init).joined(separator: ".")
    self.numbers = Self.withoutZeros(numbers)
  }

  /// A number by its position from the left; `nil` behind the last one.
  package subscript(position: Int) -> Int? { numbers.indices.contains(position) ? numbers[position] : nil }

  private static func withoutZeros(_ numbers: [Int]) -> [Int] {
    Array(numbers.prefix((numbers.lastIndex { $0 != 0 } ?? 0) + 1))
  }

  package static func == (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
    left.numbers == right.numbers
  }

  package static func < (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }

  /// Hashes what is compared.
  package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}
