// SPDX-License-Identifier: Apache-2.0

import DequeModule
import HeapModule

/// The moments at which queries need attention: deadlines of sent ones, and waits of any length.
struct QueryTimers {
  /// The queries with one and the same delay, which are in the order of their deadlines.
  private struct Timeout {
    let delay: Int64
    var entries = Deque<(job: JobReference, deadline: Moment)>()
  }

  /// A query that waits until a moment.
  private struct Wait: Comparable {
    var job: JobReference
    var until: Moment

    static func < (left: Wait, right: Wait) -> Bool {
      left.until == right.until ? left.job.slot < right.job.slot : left.until < right.until
    }
  }

  /// The time-outs, in halves of the first one; one list for each keeps its queries in the order of their deadlines.
  private static let halves: [Int64] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]

  private var timeouts: [Timeout]
  private var waits = Heap<Wait>()

  /// Makes timers.
  ///
  /// - Parameter firstTimeout: How long the first try waits, in nanoseconds.
  init(firstTimeout: Int64) {
    // The deadline falls 20 % early; a query then waits up to 40 % more, which makes the jitter of ±20 %.
    timeouts = Self.halves.map { Timeout(delay: max(1, firstTimeout * $0 / 20 * 8)) }
  }

  /// Starts the deadline of a try that waits for about a time: the next longer of the time-outs.
  mutating func arm(_ job: JobReference, for timeout: Int64, at now: Moment) {
    let index = timeouts.firstIndex { $0.delay >= timeout / 10 * 8 } ?? timeouts.count - 1
    timeouts[index].entries.append((job, now + timeouts[index].delay))
  }

  /// Removes a query whose deadline has passed, with the delay that it had.
  mutating func popTimeout(at now: Moment) -> (job: JobReference, delay: Int64)? {
    for index in timeouts.indices {
      guard let first = timeouts[index].entries.first, first.deadline <= now else { continue }
      timeouts[index].entries.removeFirst()
      return (first.job, timeouts[index].delay)
    }
    return nil
  }

  /// Lets a query wait until a moment.
  mutating func wait(_ job: JobReference, until moment: Moment) {
    waits.insert(Wait(job: job, until: moment))
  }

  /// Removes a query whose wait is over.
  mutating func popWait(at now: Moment) -> JobReference? {
    guard let first = waits.min, first.until <= now else { return nil }
    return waits.removeMin().job
  }

  /// The next moment at which a pop returns something; deadlines of stale queries are removed on the way.
  mutating func nextMoment(isStale: (JobReference) -> Bool) -> Moment? {
    var next = waits.min?.until
    for index in timeouts.indices {
      while let first = timeouts[index].entries.first {
        if isStale(first.job) {
          timeouts[index].entries.removeFirst()
          continue
        }
        next = min(next ?? first.deadline, first.deadline)
        break
      }
    }
    return next
  }
}
