// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import NIOCore

/// The state of a fault injector.
///
/// Only its event loop uses it.
final class InjectorState {
  private struct Pending {
    var client: SocketAddress
    var id: UInt16
    var query: [UInt8]
    var number: Int
  }

  var faults: Faults
  var counts = FaultInjector.Counts()
  var up: (any Channel)?
  var down: (any Channel)?
  private let eventLoop: any EventLoop
  private let started = NIODeadline.now()
  private var random: SplitMix64
  private var pending: [UInt16: Pending] = [:]
  private var nextID: UInt16 = 0
  private var tokens = 64.0
  private var filledAt: Int64 = 0
  private var badSince: Int64?

  init(faults: Faults, seed: UInt64, eventLoop: any EventLoop) {
    self.faults = faults
    self.eventLoop = eventLoop
    random = SplitMix64(seed: seed)
  }

  /// Whether an event of this share happens.
  func draw(_ share: Double) -> Bool { share > 0 && Double.random(in: 0..<1, using: &random) < share }

  func flush() {
    up?.flush()
    down?.flush()
  }

  /// Handles a query from the client.
  func asked(_ query: [UInt8], from client: SocketAddress) {
    let now = (NIODeadline.now() - started).nanoseconds
    counts.arrivals.append(now)
    if let port = client.port { counts.ports.insert(port) }
    if let message = try? Message(decoding: query) {
      if !message.header.recursionDesired { counts.withoutRecursion += 1 }
      if let cookie = message.edns?.cookie {
        if cookie.count == 8 { counts.clientCookies += 1 } else { counts.serverCookies += 1 }
      }
      if message.edns == nil { counts.withoutEDNS += 1 }
    }
    guard query.count >= 12, passesLimit(now) else { return }
    if draw(faults.loss / 2) || (isBad(now) && draw(faults.lossWhenBad)) {
      counts.lost += 1
      return
    }
    nextID &+= 1
    pending[nextID] = Pending(
      client: client, id: UInt16(query[0]) << 8 | UInt16(query[1]), query: query,
      number: counts.arrivals.count)
    up?.write(ByteBuffer(bytes: withID(nextID, query)), promise: nil)
  }

  /// Whether the server has turned bad and has not recovered.
  private func isBad(_ now: Int64) -> Bool {
    guard counts.arrivals.count > faults.badAfter ?? .max else { return false }
    let since = badSince ?? now
    badSince = since
    return faults.badFor.map { .nanoseconds(now - since) < $0 } ?? true
  }

  private func refuses(_ entry: Pending) -> Bool {
    if faults.refusedQueries.contains(entry.number) { return true }
    guard !faults.refusedTypes.isEmpty, let message = try? Message(decoding: entry.query) else {
      return false
    }
    return message.questions.contains { faults.refusedTypes.contains($0.type) }
  }

  private func passesLimit(_ now: Int64) -> Bool {
    guard let limit = faults.packetLimit else { return true }
    tokens = min(64, tokens + Double(now - filledAt) * Double(limit) / 1e9)
    filledAt = now
    if tokens < 1 {
      counts.limited += 1
      return false
    }
    tokens -= 1
    return true
  }

  private func withID(_ id: UInt16, _ message: [UInt8]) -> [UInt8] {
    [UInt8(truncatingIfNeeded: id >> 8), UInt8(truncatingIfNeeded: id)] + message.dropFirst(2)
  }

  /// Handles an answer from the server.
  func answered(_ answer: [UInt8]) {
    guard answer.count >= 12,
      let entry = pending.removeValue(forKey: UInt16(answer[0]) << 8 | UInt16(answer[1]))
    else { return }
    if draw(faults.loss / 2) {
      counts.lost += 1
      return
    }
    let answer = withID(entry.id, answer)
    if draw(faults.wrongID) { forge(withID(entry.id &+ 1, answer), entry) }
    if draw(faults.wrongQuestion), let forged = asAnotherQuestion(answer) { forge(forged, entry) }
    let final =
      refuses(entry)
      ? rewritten(answer) { $0.header.codeBits = 5 } : changed(answer, query: entry.query)
    if final != answer { counts.changed += 1 }
    send(final, to: entry.client)
    if draw(faults.duplication) { forge(final, entry) }
  }

  private func forge(_ message: [UInt8], _ entry: Pending) {
    counts.changed += 1
    send(message, to: entry.client)
  }

  private func send(_ message: [UInt8], to client: SocketAddress) {
    var delay = faults.delay
    if draw(faults.reordering) { delay += .milliseconds(Int.random(in: 1...50, using: &random)) }
    let envelope = AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: message))
    guard delay > .zero else {
      down?.write(envelope, promise: nil)
      return
    }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: TimeAmount(delay)) { bound.value.down?.writeAndFlush(envelope, promise: nil) }
  }

  private func changed(_ answer: [UInt8], query: [UInt8]) -> [UInt8] {
    if draw(faults.serverFailure) { return rewritten(answer) { $0.header.codeBits = 2 } }
    if draw(faults.refusal) { return rewritten(answer) { $0.header.codeBits = 5 } }
    if draw(faults.formatError), let message = try? Message(decoding: query), message.edns != nil {
      return Array(answer.prefix(3)) + [0x01] + [UInt8](repeating: 0, count: 8)
    }
    if draw(faults.truncation) { return rewritten(answer) { $0.header.isTruncated = true } }
    if draw(faults.lameness) {
      let isReferral = Bool.random(using: &random)
      return rewritten(answer) { message in
        message.header.codeBits = 0
        guard isReferral, let root = DomainName("."), let server = DomainName("ns.lame.example") else {
          return
        }
        message.authorities = [ResourceRecord(root, .ns, timeToLive: 60, .ns(server))]
      }
    }
    if draw(faults.caseFolding) { return folded(answer) }
    if draw(faults.corruption), answer.count > 40 {
      var answer = answer
      let index = Int.random(in: (query.count - 11)..<answer.count, using: &random)
      answer[index] ^= UInt8.random(in: 1...255, using: &random)
      return answer
    }
    return answer
  }

  /// The answer without its records and with a further change.
  private func rewritten(_ answer: [UInt8], _ change: (inout Message) -> Void) -> [UInt8] {
    guard var message = try? Message(decoding: answer) else { return answer }
    message.answers = []
    message.authorities = []
    message.additionals = []
    change(&message)
    return (try? message.encoded()) ?? answer
  }

  private func asAnotherQuestion(_ answer: [UInt8]) -> [UInt8]? {
    guard answer.count > 14, answer[12] > 0 else { return nil }
    var answer = answer
    answer[13] = answer[13] | 0x20 == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
    return answer
  }

  private func folded(_ answer: [UInt8]) -> [UInt8] {
    var answer = answer
    var place = 12
    while place < answer.count, answer[place] != 0 {
      for index in place + 1..<min(answer.count, place + 1 + Int(answer[place]))
      where answer[index] &- 0x41 < 26 {
        answer[index] |= 0x20
      }
      place += Int(answer[place]) + 1
    }
    return answer
  }
}
