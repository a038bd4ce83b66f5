// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// The hosts to ask about, drawn one by one.
///
/// Hosts that cannot be asked about yet are set aside; they come again after all others.
struct QuestionSource {
  private let draw: () -> HostQuestion?
  private var aside = Deque<HostQuestion>()
  /// Whether every host was drawn once.
  private(set) var isDrawn = false
  /// Whether nothing is left, not even a host that was set aside.
  private(set) var isExhausted = false

  init(_ draw: @escaping () -> HostQuestion?) { self.draw = draw }

  /// The next host.
  mutating func next() -> HostQuestion? {
    if !isDrawn {
      if let question = draw() { return question }
      isDrawn = true
    }
    guard let question = aside.popFirst() else {
      isExhausted = true
      return nil
    }
    return question
  }

  /// Puts a host off until every other host was drawn.
  mutating func setAside(_ question: HostQuestion) { aside.append(question) }
}
