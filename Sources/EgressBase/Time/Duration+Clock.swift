// SPDX-License-Identifier: Apache-2.0

extension Duration {
  /// The duration in whole seconds as `1:05` or `2:00:09`; halves are rounded up.
  package var clock: String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let parts = components
    let (minutes, seconds) = (parts.seconds + (parts.attoseconds >= 500_000_000_000_000_000 ? 1 : 0))
      .quotientAndRemainder(dividingBy: 60)
    let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
    return hours > 0 ? "\(hours):\(two(rest)):\(two(seconds))" : "\(minutes):\(two(seconds))"
  }
}
