// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Testing

@testable import EgressDNS

/// The table of UDP sockets, without sockets.
@Suite struct SocketTableTests {
  /// A table of one resolver whose sockets are open.
  private func table(sockets: Int = 2, queriesPerSocket: Int = 100) -> SocketTable {
    var table = SocketTable(socketsPerResolver: sockets, queriesPerSocket: queriesPerSocket)
    table.addResolver()
    for number in table.openAll(of: 0) { table.opened(number) }
    return table
  }

  @Test("sends nothing before a socket is open")
  func opening() {
    var table = SocketTable(socketsPerResolver: 3, queriesPerSocket: 100)
    table.addResolver()
    #expect(table.openAll(of: 0) == [0, 1, 2])
    #expect(table.openAll(of: 0) == [])
    #expect(!table.hasReadySocket(of: 0))
    #expect(table.takeID(of: 0, for: 7, bits: 1) == nil)
    table.opened(1)
    #expect(table.hasReadySocket(of: 0))
    #expect(table.takeID(of: 0, for: 7, bits: 1)?.socket == 1)
    #expect(table.resolver(of: 1) == 0 && table.resolver(of: 9) == nil)
  }

  @Test("uses the sockets in turn, and gives an id to one job at a time")
  func ids() {
    var table = table()
    let bits: UInt64 = 0x0001_1234
    let taken = (0..<4).compactMap { table.takeID(of: 0, for: $0, bits: bits) }
    #expect(taken.map(\.socket) == [0, 1, 0, 1])
    #expect(taken.map(\.id) == [0x1234, 0x1234, 0x1235, 0x1235])
    #expect((0..<4).allSatisfy { table.job(waitingFor: taken[$0].id, on: taken[$0].socket) == $0 })
    #expect(table.inFlight(of: 0) == 4)
    let isClosed = table.freeID(0x1234, on: 0)
    #expect(!isClosed && table.inFlight(of: 0) == 3)
    #expect(table.job(waitingFor: 0x1234, on: 0) == nil)
  }

  @Test("replaces a socket after its share of queries, and closes it after its last answer")
  func replacement() throws {
    var table = table(sockets: 1, queriesPerSocket: 2)
    let firstID = table.takeID(of: 0, for: 0, bits: 1)
    let first = try #require(firstID)
    #expect(table.replaceIfSpent(first.socket) == nil)
    let secondID = table.takeID(of: 0, for: 1, bits: 2)
    let second = try #require(secondID)
    #expect(table.replaceIfSpent(second.socket) == 1)
    // The only socket is retired, and the new one is not open yet.
    #expect(table.takeID(of: 0, for: 2, bits: 3) == nil)
    table.opened(1)
    #expect(table.takeID(of: 0, for: 2, bits: 3)?.socket == 1)
    var closed = table.freeID(first.id, on: first.socket)
    #expect(!closed)
    closed = table.freeID(second.id, on: second.socket)
    #expect(closed && table.resolver(of: 0) == nil)
    closed = table.freeID(second.id, on: second.socket)
    #expect(!closed)
  }

  @Test("never gives out an id that is in use")
  func uniqueness() {
    let seed = TestSeed.named("EGRESS6_SOCKET_SEED")
    var random = SplitMix64(seed: seed)
    var table = table(sockets: 2, queriesPerSocket: .max)
    var held: [(socket: Int, id: UInt16, slot: Int)] = []
    for slot in 0..<3000 {
      if Int.random(in: 0..<3, using: &random) == 0, let last = held.popLast() {
        _ = table.freeID(last.id, on: last.socket)
      } else if let (socket, id) = table.takeID(of: 0, for: slot, bits: random.next() % 1024) {
        held.append((socket, id, slot))
      }
    }
    #expect(table.inFlight(of: 0) == held.count, "seed \(seed)")
    #expect(Set(held.map { "\($0.socket) \($0.id)" }).count == held.count, "seed \(seed)")
    #expect(held.allSatisfy { table.job(waitingFor: $0.id, on: $0.socket) == $0.slot }, "seed \(seed)")
  }
}
