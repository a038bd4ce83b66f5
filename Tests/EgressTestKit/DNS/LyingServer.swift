// SPDX-License-Identifier: Apache-2.0

package import EgressDNS
package import IPAddressing
import NIOCore
import NIOPosix
import Synchronization

/// A resolver on loopback that knows the truth about some names and tells something else, from the start or after a while;
/// or one whose answers a test makes itself.
///
/// It plays those parts that unbound, dnsmasq and NSD cannot. `LyingServer.start` starts it and `stop()` ends it.
package final class LyingServer: Sendable {
  /// What it does instead of telling the truth.
  package enum Lie: Sendable, Hashable, CaseIterable {
    /// Nothing: it tells the truth.
    case none
    /// Gives every name addresses of its own in `198.18.0.0/15` and `fc00::/18`, as proxies with invented addresses do.
    case inventedAddresses
    /// Gives every name public addresses of its own.
    case inventedPublicAddresses
    /// Gives names that do not exist one IPv4 address and no IPv6 address.
    case searchPage
    /// Gives every name one private address, as a portal does before its visitor has paid.
    case portal
    /// Answers AAAA questions with NODATA and an SOA record that belongs to the question's name.
    case noAAAA
    /// Answers AAAA questions with NXDOMAIN.
    case absentAAAA
    /// Does not answer AAAA questions.
    case silentAAAA
    /// Denies every name.
    case denial
    /// Answers every question with NODATA.
    case emptiness
    /// Denies three of ten names, always the same.
    case denialOfSome
    /// Gives every name `0.0.0.0` and `::`.
    case nullAddresses
    /// Answers with SERVFAIL.
    case serverFailure
    /// Answers with REFUSED.
    case refusal
    /// Drops nineteen of twenty questions.
    case drops
    /// Drops every question.
    case silence
  }

  /// An answer.
  package struct Reply: Sendable {
    /// The response code: 0 NOERROR, 3 NXDOMAIN.
    package var code: UInt8
    /// The addresses.
    package var addresses: [IPAddress]
    /// Whether the SOA record of an answer without addresses belongs to the question's name rather than to the root.
    package var ownsSOA: Bool

    /// Makes an answer.
    package init(code: UInt8 = 0, addresses: [IPAddress] = [], ownsSOA: Bool = false) {
      self.code = code
      self.addresses = addresses
      self.ownsSOA = ownsSOA
    }
  }

  /// Makes the answer to a question for a name in lower case; `nil` drops the question.
  package typealias Answers = @Sendable (_ name: String, _ type: RecordType) -> Reply?

  /// Where it listens.
  package let address: ResolverAddress
  private let channel: any Channel

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - families: The address families of each name; an empty set means that the name exists without addresses.
  ///   - lie: What it does instead of telling the truth.
  ///   - truths: How many questions it answers truly before.
  ///   - delay: How long each answer takes.
  /// - Returns: The server.
  /// - Throws: What NIO throws when the socket cannot be made.
  package static func start(
    _ families: [String: Set<AddressFamily>], _ lie: Lie, after truths: Int = 0, delay: Duration = .zero
  ) async throws -> LyingServer {
    let liar = Liar(families: families, lie: lie, truths: truths)
    return try await start(delay: delay) { liar.answer($0, $1) }
  }

  /// Starts a server whose answers a test makes.
  ///
  /// - Parameters:
  ///   - delay: How long each answer takes.
  ///   - answers: Makes the answers.
  /// - Returns: The server.
  /// - Throws: What NIO throws when the socket cannot be made.
  package static func start(
    delay: Duration = .zero, answering answers: @escaping Answers
  ) async throws -> LyingServer {
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.datagramVectorReadMessageCount, value: 16)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048 * 16))
      .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            LyingHandler(answers: answers, delay: delay))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    guard let port = channel.localAddress?.port.flatMap({ UInt16(exactly: $0) }) else {
      throw ServerError(description: "the socket has no port")
    }
    return LyingServer(
      address: ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)), port: port), channel: channel)
  }

  private init(address: ResolverAddress, channel: any Channel) {
    self.address = address
    self.channel = channel
  }

  /// Ends the server.
  package func stop() { channel.close(promise: nil) }

  /// The answer for `ipv4only.arpa` (RFC 7050).
  package static func ipv4Only(_ type: RecordType) -> Reply {
    let addresses = [UInt32(0xC000_00AA), 0xC000_00AB].map { IPAddress.ipv4(IPv4Address($0)) }
    return Reply(addresses: type == .a ? addresses : [])
  }

  /// The names that exist because longer ones do.
  package static func ancestors(of names: some Sequence<String>) -> Set<String> {
    var ancestors: Set<String> = []
    for name in names {
      var rest = name[...]
      while let dot = rest.firstIndex(of: ".") {
        rest = rest[rest.index(after: dot)...]
        if !ancestors.insert(String(rest)).inserted { break }
      }
    }
    return ancestors
  }
}

private final class LyingHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  private let answers: LyingServer.Answers
  private let delay: Duration

  init(answers: @escaping LyingServer.Answers, delay: Duration) {
    self.answers = answers
    self.delay = delay
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard let query = try? Message(decoding: Array(envelope.data.readableBytesView)),
      let question = query.questions.first,
      let answer = answers(question.name.lowercased.description, question.type)
    else { return }
    var message = Message(header: query.header, questions: [question])
    message.header.isResponse = true
    message.header.recursionAvailable = true
    message.header.codeBits = answer.code
    message.edns = query.edns.map { _ in EDNS() }
    message.answers = answer.addresses.map { address in
      switch address {
      case .ipv4(let address): ResourceRecord(question.name, .a, timeToLive: 60, .a(address))
      case .ipv6(let address): ResourceRecord(question.name, .aaaa, timeToLive: 60, .aaaa(address))
      }
    }
    if answer.addresses.isEmpty, answer.code == 0 || answer.code == 3,
      let server = DomainName("fake-for-negative-caching.example")
    {
      let soa = StartOfAuthority(primary: server, mailbox: server)
      message.authorities = [
        ResourceRecord(answer.ownsSOA ? question.name : .root, .soa, timeToLive: 60, .soa(soa))
      ]
    }
    guard let bytes = try? message.encoded() else { return }
    let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
    guard delay > .zero else { return context.writeAndFlush(wrapOutboundOut(reply), promise: nil) }
    let channel = context.channel
    context.eventLoop.scheduleTask(in: TimeAmount(delay)) { channel.writeAndFlush(reply, promise: nil) }
  }
}

/// A server that tells the truth of some names, and then a lie.
private final class Liar: Sendable {
  private typealias Reply = LyingServer.Reply

  private struct State {
    var truths: Int
    var random = SplitMix64(seed: 1)
  }

  private let families: [String: Set<AddressFamily>]
  private let ancestors: Set<String>
  private let lie: LyingServer.Lie
  private let state: Mutex<State>

  init(families: [String: Set<AddressFamily>], lie: LyingServer.Lie, truths: Int) {
    self.families = families
    self.lie = lie
    state = Mutex(State(truths: truths))
    ancestors = LyingServer.ancestors(of: families.keys)
  }

  func answer(_ name: String, _ type: RecordType) -> LyingServer.Reply? {
    let truth = truth(name, type)
    let isTrue = state.withLock { state in
      state.truths -= 1
      return state.truths >= 0
    }
    if isTrue { return truth }
    if name == "ipv4only.arpa" { return truth }
    let hash = UInt32(
      truncatingIfNeeded: name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
        ($0 ^ UInt64($1)) &* 1_099_511_628_211
      } >> 20)
    func reply(_ ipv4: UInt32, _ high: UInt64, _ low: UInt64) -> Reply {
      Reply(addresses: [type == .a ? .ipv4(IPv4Address(ipv4)) : .ipv6(IPv6Address(high: high, low: low))])
    }
    switch lie {
    case .none: return truth
    case .inventedAddresses: return reply(0xC612_0000 | hash & 0x1FFFF, 0xFC00_0000 << 32, UInt64(hash))
    case .inventedPublicAddresses:
      return reply(0x2D00_0000 | hash & 0xFF_FFFF, 0x2A00_1450 << 32, UInt64(hash))
    case .searchPage:
      guard truth.code == 3 else { return truth }
      return type == .a ? reply(0x5CF2_8C15, 0, 0) : Reply()
    case .portal: return type == .a ? reply(0x0A00_0001, 0, 0) : Reply()
    case .noAAAA: return type == .aaaa ? Reply(ownsSOA: true) : truth
    case .absentAAAA: return type == .aaaa ? Reply(code: 3) : truth
    case .silentAAAA: return type == .aaaa ? nil : truth
    case .denial: return Reply(code: 3)
    case .emptiness: return Reply()
    case .denialOfSome: return hash % 10 < 3 ? Reply(code: 3) : truth
    case .nullAddresses: return reply(0, 0, 0)
    case .serverFailure: return Reply(code: 2)
    case .refusal: return Reply(code: 5)
    case .drops: return state.withLock({ $0.random.next() }) % 20 == 0 ? truth : nil
    case .silence: return nil
    }
  }

  private func truth(_ name: String, _ type: RecordType) -> Reply {
    if name == "ipv4only.arpa" { return LyingServer.ipv4Only(type) }
    guard let found = families[name] else { return Reply(code: ancestors.contains(name) ? 0 : 3) }
    switch type {
    case .a where found.contains(.ipv4): return Reply(addresses: [WorldAddress.ipv4(of: name)])
    case .aaaa where found.contains(.ipv6): return Reply(addresses: [WorldAddress.ipv6(of: name)])
    default: return Reply()
    }
  }
}
