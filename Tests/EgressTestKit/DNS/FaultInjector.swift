// SPDX-License-Identifier: Apache-2.0

package import EgressDNS
import IPAddressing
import NIOCore
import NIOPosix

/// What goes wrong between a client and a name server.
///
/// Shares are from 0 to 1 and are drawn for each UDP query.
package struct Faults: Sendable {
  /// The least delay of each answer.
  package var delay: Duration = .zero
  /// The share of queries without an answer.
  ///
  /// Half of them lose the query, the others the answer.
  package var loss = 0.0
  /// The share of answers replaced by SERVFAIL.
  package var serverFailure = 0.0
  /// The share of answers replaced by REFUSED.
  package var refusal = 0.0
  /// The types whose queries are answered with REFUSED.
  package var refusedTypes: Set<RecordType> = []
  /// The queries, by their number from 1, that are answered with REFUSED.
  package var refusedQueries: Range<Int> = 0..<0
  /// The share of answers to queries with EDNS that are replaced by FORMERR without a question.
  package var formatError = 0.0
  /// The share of answers that are truncated (TC).
  package var truncation = 0.0
  /// The share of TCP connections that are closed at the first query.
  package var streamFailure = 0.0
  /// The share of answers replaced by a referral or an empty NOERROR.
  package var lameness = 0.0
  /// The share of answers preceded by a forged one with another id.
  package var wrongID = 0.0
  /// The share of answers preceded by a forged one with another question.
  package var wrongQuestion = 0.0
  /// The share of answers sent twice.
  package var duplication = 0.0
  /// The share of answers with a further random delay of up to 50 ms, so that they arrive out of order.
  package var reordering = 0.0
  /// The share of answers whose question comes back in lower case.
  package var caseFolding = 0.0
  /// The share of answers with one changed octet behind the question.
  package var corruption = 0.0
  /// The most packets per second, with a burst of 64.
  ///
  /// The rest is dropped, as a VPC's resolver does.
  package var packetLimit: Int?
  /// The number of queries after which the server turns bad; `nil` means never.
  package var badAfter: Int?
  /// The share of queries that are lost once the server is bad.
  package var lossWhenBad = 1.0
  /// How long the server stays bad; `nil` for ever.
  package var badFor: Duration?

  /// Makes a value without faults.
  package init() {}
}

/// A proxy on loopback between a client and a real name server that injects faults, drawn from a seed.
///
/// `FaultInjector.start` starts it and `stop()` ends it.
package final class FaultInjector: Sendable {
  /// What the proxy counted.
  package struct Counts: Sendable, Hashable {
    /// When each datagram arrived, in nanoseconds since the start.
    package var arrivals: [Int64] = []
    /// Datagrams dropped by the limit.
    package var limited = 0
    /// Queries or answers lost on purpose.
    package var lost = 0
    /// Answers changed on purpose, forged ones included.
    package var changed = 0
    /// TCP connections.
    package var streams = 0
    /// Source ports that queries came from.
    package var ports: Set<Int> = []
    /// Queries with the recursion bit off.
    package var withoutRecursion = 0
    /// Queries with a client cookie only, and with a server cookie too.
    package var clientCookies = 0, serverCookies = 0
    /// Queries without EDNS.
    package var withoutEDNS = 0
  }

  /// Where it listens.
  package let address: ResolverAddress
  private let eventLoop: any EventLoop
  private let state: NIOLoopBound<InjectorState>
  private let channels: [any Channel]

  /// Starts a proxy.
  ///
  /// - Parameters:
  ///   - upstream: The real server.
  ///   - faults: What goes wrong.
  ///   - seed: The seed of the draws; print it with a failure.
  /// - Returns: The proxy.
  /// - Throws: What NIO throws when a socket cannot be made.
  package static func start(
    upstream: ResolverAddress, faults: Faults, seed: UInt64
  ) async throws -> FaultInjector {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let target = try SocketAddress(ipAddress: "\(upstream.address)", port: Int(upstream.port))
    let state = try await eventLoop.submit {
      NIOLoopBound(InjectorState(faults: faults, seed: seed, eventLoop: eventLoop), eventLoop: eventLoop)
    }.get()
    let allocator = FixedSizeRecvByteBufferAllocator(capacity: 2048 * 16)
    func datagrams() -> DatagramBootstrap {
      DatagramBootstrap(group: eventLoop)
        .channelOption(.datagramVectorReadMessageCount, value: 16)
        .channelOption(.recvAllocator, value: allocator)
        .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
    }
    let up = try await datagrams()
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            InjectorHandler(state: state.value, isUpstream: true))
        }
      }
      .connect(to: target).get()
    func bindDatagrams() async throws -> any Channel {
      try await datagrams()
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              InjectorHandler(state: state.value, isUpstream: false))
          }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    }
    func bindStreams(_ port: Int) async throws -> any Channel {
      try await ServerBootstrap(group: eventLoop)
        .serverChannelOption(.backlog, value: 256)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              StreamProxyHandler(state: state.value, upstream: target))
          }
        }
        .bind(host: "127.0.0.1", port: port).get()
    }
    var down = try await bindDatagrams()
    var streams = try? await bindStreams(down.localAddress?.port ?? 0)
    // Another program may have the port for TCP.
    for _ in 0..<20 where streams == nil {
      try await down.close()
      down = try await bindDatagrams()
      streams = try? await bindStreams(down.localAddress?.port ?? 0)
    }
    guard let streams, let port = UInt16(exactly: down.localAddress?.port ?? 0) else {
      throw ServerError(description: "no port of 127.0.0.1 is free for UDP and TCP")
    }
    let datagramChannel = down
    try await eventLoop.submit {
      state.value.up = up
      state.value.down = datagramChannel
    }.get()
    return FaultInjector(
      address: ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)), port: port), eventLoop: eventLoop,
      state: state,
      channels: [up, datagramChannel, streams])
  }

  private init(
    address: ResolverAddress, eventLoop: any EventLoop, state: NIOLoopBound<InjectorState>,
    channels: [any Channel]
  ) {
    self.address = address
    self.eventLoop = eventLoop
    self.state = state
    self.channels = channels
  }

  /// What has been counted so far.
  package func counts() async throws -> Counts {
    try await eventLoop.submit { self.state.value.counts }.get()
  }

  /// Changes the faults from now on.
  package func setFaults(_ faults: Faults) async throws {
    try await eventLoop.submit { self.state.value.faults = faults }.get()
  }

  /// Ends the proxy.
  package func stop() { for channel in channels { channel.close(promise: nil) } }
}

/// Passes datagrams to the state.
private final class InjectorHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let state: InjectorState
  private let isUpstream: Bool

  init(state: InjectorState, isUpstream: Bool) {
    self.state = state
    self.isUpstream = isUpstream
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let bytes = Array(envelope.data.readableBytesView)
    if isUpstream { state.answered(bytes) } else { state.asked(bytes, from: envelope.remoteAddress) }
  }

  func channelReadComplete(context: ChannelHandlerContext) { state.flush() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// Relays a TCP connection to the server, or closes it.
private final class StreamProxyHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let state: InjectorState
  private let upstream: SocketAddress
  private var peer: (any Channel)?
  private var waiting: [ByteBuffer] = []

  init(state: InjectorState, upstream: SocketAddress) {
    self.state = state
    self.upstream = upstream
  }

  func channelActive(context: ChannelHandlerContext) {
    state.counts.streams += 1
    let client = context.channel
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Relay(to: client))
        }
      }
      .connect(to: upstream)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success(let channel):
          bound.value.peer = channel
          for buffer in bound.value.waiting { channel.writeAndFlush(buffer, promise: nil) }
          bound.value.waiting = []
        case .failure: client.close(promise: nil)
        }
      }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if state.draw(state.faults.streamFailure) {
      state.counts.changed += 1
      context.close(promise: nil)
      return
    }
    let buffer = unwrapInboundIn(data)
    if let peer { peer.writeAndFlush(buffer, promise: nil) } else { waiting.append(buffer) }
  }

  func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }
}

/// Writes what one channel reads to another.
private final class Relay: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let target: any Channel

  init(to target: any Channel) { self.target = target }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    target.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { target.close(promise: nil) }
}
