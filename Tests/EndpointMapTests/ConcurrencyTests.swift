// SPDX-License-Identifier: Apache-2.0

import Dispatch
import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import Foundation
import Synchronization
import Testing

@Suite("Readers beside a writer")
struct ConcurrencyTests {
  private static let readers = 8
  private static let rounds = 6
  /// Only a reader that waits for another one would need longer.
  private static let limit = DispatchTimeInterval.seconds(600)

  /// What a reader saw in one transaction, before and after the writer merged a run.
  fileprivate struct View: Sendable, Equatable {
    var run: Int64
    var answers: Set<Answer>
    var support: Set<Support>
    var changes: Int

    init(_ map: MapReader) throws(StoreError) {
      run = map.snapshot.run
      answers = Set(try map.hosts(EndpointSelection()).map(\.aaaa))
      support = Set(try map.support(MapFilter()).map(\.support))
      changes = try map.changes(since: nil, until: nil, filter: MapFilter()).count
    }
  }

  private static let hosts = World.hosts(services: 3, regions: 3)

  /// Odd runs find IPv6 everywhere, even ones nowhere.
  private func merge(_ run: Int, into store: MapStore) throws {
    try store.run(day: run, hosts: Self.hosts) {
      World.answer($0, a: .yes, aaaa: run.isMultiple(of: 2) ? .no : .yes)
    }
  }

  @Test("each of eight readers sees one run, whatever is merged meanwhile", arguments: [true, false])
  func snapshots(_ isSameStore: Bool) throws {
    let folder = try TemporaryFolder()
    let writer = try MapStore(path: folder.file(), access: .writing)
    try merge(1, into: writer)
    let store = isSameStore ? writer : try MapStore(path: folder.file(), access: .reading)
    for run in 2..<(2 + Self.rounds) {
      let (hasRead, hasMerged, isDone) = (
        DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup()
      )
      let views = Mutex<[[View]]>([])
      let limit = Self.limit
      for _ in 0..<Self.readers {
        isDone.enter()
        Thread.detachNewThread {
          defer { isDone.leave() }
          let seen = try? store.read { map throws(StoreError) in
            let before = try View(map)
            hasRead.signal()
            _ = hasMerged.wait(timeout: .now() + limit)
            return [before, try View(map)]
          }
          views.withLock { $0.append(seen ?? []) }
        }
      }
      // All readers are inside their transactions, at once, when the run is merged.
      for _ in 0..<Self.readers {
        try #require(hasRead.wait(timeout: .now() + limit) == .success)
      }
      try merge(run, into: writer)
      for _ in 0..<Self.readers { hasMerged.signal() }
      try #require(isDone.wait(timeout: .now() + limit) == .success)
      let isEven = (run - 1).isMultiple(of: 2)
      let expected = View(
        run: Int64(run - 1), answers: [isEven ? .no : .yes], support: [isEven ? .ipv4 : .ipv6],
        changes: 9 * (run - 2))
      let seen = views.withLock { $0 }
      #expect(seen.count == Self.readers)
      #expect(seen.allSatisfy { $0 == [expected, expected] })
      #expect(try store.snapshot(at: nil).run == Int64(run))
    }
  }
}

extension ConcurrencyTests.View {
  fileprivate init(run: Int64, answers: Set<Answer>, support: Set<Support>, changes: Int) {
    self.run = run
    self.answers = answers
    self.support = support
    self.changes = changes
  }
}
