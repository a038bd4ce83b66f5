// SPDX-License-Identifier: Apache-2.0

/// A lookup's slot together with the use of it that is meant, so that a stale timer is known as such.
struct LookupReference: Sendable, Hashable {
  /// The slot.
  var slot: Int
  /// The slot's use.
  var generation: UInt32
}

/// First in, first out, without moving elements.
struct Queue<Element> {
  private var elements: [Element] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }
  var count: Int { elements.count - head }
  var first: Element? { head < elements.count ? elements[head] : nil }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    let element = elements[head]
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1024, head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}

/// Lookups with one and the same delay, which keeps them in the order of their deadlines.
struct TimeoutQueue {
  /// The delay, in nanoseconds.
  let delay: Int64
  private var entries = Queue<(lookup: LookupReference, deadline: Moment)>()

  init(delay: Int64) { self.delay = delay }

  var nextDeadline: Moment? { entries.first?.deadline }

  mutating func append(_ lookup: LookupReference, at now: Moment) { entries.append((lookup, now + delay)) }

  mutating func popExpired(at now: Moment) -> LookupReference? {
    guard let first = entries.first, first.deadline <= now else { return nil }
    _ = entries.popFirst()
    return first.lookup
  }

  /// Drops entries from the front that no longer count, so that they wake nobody.
  mutating func dropFirst(where isStale: (LookupReference) -> Bool) {
    while let first = entries.first, isStale(first.lookup) { _ = entries.popFirst() }
  }
}

/// Lookups that wait for moments in any order: a binary heap, small because only failures wait.
struct WaitingHeap {
  private var entries: [(lookup: LookupReference, moment: Moment)] = []

  var nextMoment: Moment? { entries.first?.moment }

  mutating func append(_ lookup: LookupReference, until moment: Moment) {
    entries.append((lookup, moment))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].moment < entries[parent].moment else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popExpired(at now: Moment) -> LookupReference? {
    guard let first = entries.first, first.moment <= now else { return nil }
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].moment < entries[least].moment { least = child }
      }
      if least == parent { break }
      entries.swapAt(parent, least)
      parent = least
    }
    return first.lookup
  }
}
