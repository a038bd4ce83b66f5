// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Runs a `ScanMachine` on one event loop: it owns the sockets and timers, and delivers observations.
final class ScanDriver {
  /// The datagrams that one system call reads.
  private static let datagramsPerRead = 16
  /// The room for each datagram: more than EDNS allows, so that nothing is cut off.
  private static let datagramSize = 2048
  /// The requested receive buffer, so that a burst of answers is not lost; the system may grant less.
  private static let receiveBufferSize = 1 << 20
  /// The shortest timer, so that one wake-up serves several queries.
  private static let timerGrain: Int64 = 500_000

  private let eventLoop: any EventLoop
  private let promise: EventLoopPromise<ScanStatistics>
  private let deliver: (HostObservation) -> Void
  private let started = NIODeadline.now()
  private var machine: ScanMachine
  private var channels: [Int: any Channel] = [:]
  private var streams: [Int: StreamConnection] = [:]
  private var timer: (task: Scheduled<Void>, moment: Moment)?
  private var isOver = false

  init(
    configuration: ScanConfiguration, isProbe: Bool, eventLoop: any EventLoop,
    promise: EventLoopPromise<ScanStatistics>, next: @escaping () -> HostQuestion?,
    deliver: @escaping (HostObservation) -> Void
  ) {
    self.eventLoop = eventLoop
    self.promise = promise
    self.deliver = deliver
    machine = ScanMachine(
      configuration: configuration, isProbe: isProbe, random: .secure, at: .start, next: next)
  }

  /// How long an unused TCP connection stays open.
  var streamIdleTimeout: TimeAmount { .nanoseconds(machine.configuration.streamIdleTimeout.nanoseconds) }

  private var now: Moment { Moment(nanoseconds: (NIODeadline.now() - started).nanoseconds) }

  /// Begins.
  func start() {
    machine.start(at: now)
    carryOut()
  }

  /// Ends a probe with what is known so far.
  func stop() {
    guard !isOver else { return }
    machine.finish(at: now)
    carryOut()
  }

  /// Ends at once: nothing more is sent or delivered.
  func cancel() { end(.failure(CancellationError())) }

  // MARK: - Events

  func received(_ buffer: ByteBuffer, socket: Int) {
    guard !isOver else { return }
    machine.receive(buffer.readableBytesUInt8Span, socket: socket, at: now)
  }

  func batchEnded(byTimer: Bool = false) {
    guard !isOver else { return }
    let now = now
    if let timer { machine.recordLateness(now - timer.moment, at: now) }
    if byTimer { timer = nil }
    machine.advance(to: now)
    carryOut()
  }

  func socketError(_ error: any Error, socket: Int) {
    guard !isOver else { return }
    machine.connectionRefused(socket, reason: describe(error), at: now)
    carryOut()
  }

  func streamReceived(_ message: [UInt8], resolver: Int) {
    guard !isOver else { return }
    machine.streamReceived(ContiguousArray(message).span, resolver: resolver, at: now)
  }

  func streamEnded(_ connection: StreamConnection, reason: String) {
    guard !isOver, streams[connection.resolver] === connection else { return }
    streams[connection.resolver] = nil
    machine.streamFailed(resolver: connection.resolver, reason: reason, at: now)
    machine.advance(to: now)
    carryOut()
  }

  private func describe(_ error: any Error) -> String {
    (error as? IOError).map { "\($0)" } ?? "\(error)"
  }

  // MARK: - Actions

  private func carryOut() {
    guard !isOver else { return }
    sendPackets()
    let observations = machine.output.observations
    machine.output.observations.removeAll(keepingCapacity: observations.count < 4096)
    for observation in observations { deliver(observation) }
    let actions = machine.output.actions
    machine.output.actions.removeAll(keepingCapacity: true)
    for action in actions {
      switch action {
      case .openSocket(let number, let address): openSocket(number, address)
      case .closeSocket(let number): channels.removeValue(forKey: number)?.close(promise: nil)
      case .sendStream(let resolver, let address, let message): sendStream(resolver, address, message)
      case .finish:
        end(machine.error.map { .failure($0) } ?? .success(machine.statistics))
        return
      }
    }
    schedule()
  }

  private func sendPackets() {
    guard !machine.output.packets.isEmpty else { return }
    let all = ByteBuffer(bytes: machine.output.packetBytes)
    var touched: [Int] = []
    for packet in machine.output.packets {
      guard let channel = channels[packet.socket],
        let slice = all.getSlice(at: packet.bytes.lowerBound, length: packet.bytes.count)
      else { continue }
      channel.write(slice, promise: nil)
      if !touched.contains(packet.socket) { touched.append(packet.socket) }
    }
    machine.output.packets.removeAll(keepingCapacity: true)
    machine.output.packetBytes.removeAll(keepingCapacity: true)
    for socket in touched { channels[socket]?.flush() }
  }

  private func schedule() {
    guard let moment = machine.nextMoment(at: now) else { return }
    if let timer, timer.moment <= moment, timer.moment > now { return }
    timer?.task.cancel()
    let delay = max(Self.timerGrain, moment - now)
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let task = eventLoop.scheduleTask(in: .nanoseconds(delay)) {
      bound.value.batchEnded(byTimer: true)
    }
    timer = (task, now + delay)
  }

  private func openSocket(_ number: Int, _ address: ResolverAddress) {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let target: SocketAddress
    do {
      target = try address.socketAddress
    } catch {
      eventLoop.execute { bound.value.opened(number, .failure(error)) }
      return
    }
    let allocator = FixedSizeRecvByteBufferAllocator(capacity: Self.datagramSize * Self.datagramsPerRead)
    DatagramBootstrap(group: eventLoop)
      .channelOption(.datagramVectorReadMessageCount, value: Self.datagramsPerRead)
      .channelOption(.recvAllocator, value: allocator)
      .channelOption(.socketOption(.so_rcvbuf), value: Self.receiveBufferSize)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(DatagramHandler(driver: bound.value, socket: number))
        }
      }
      .connect(to: target)
      .assumeIsolated()
      .whenComplete { result in bound.value.opened(number, result) }
  }

  private func opened(_ number: Int, _ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard !isOver else { return channel.close(promise: nil) }
      channels[number] = channel
      machine.socketOpened(number, at: now)
    case .failure(let error):
      guard !isOver else { return }
      let isLimit = (error as? IOError).map(OpenFiles.isLimit) ?? false
      machine.socketFailed(
        number, reason: describe(error),
        limit: isLimit ? OpenFiles.shortage(for: machine.configuration) : nil, at: now)
    }
    carryOut()
  }

  private func sendStream(_ resolver: Int, _ address: ResolverAddress, _ message: [UInt8]) {
    if let connection = streams[resolver] { return connection.send(message) }
    let connection = StreamConnection(driver: self, resolver: resolver)
    streams[resolver] = connection
    connection.send(message)
    let bound = NIOLoopBound(connection, eventLoop: eventLoop)
    let target: SocketAddress
    do {
      target = try address.socketAddress
    } catch {
      eventLoop.execute { bound.value.connectFailed(error) }
      return
    }
    ClientBootstrap(group: eventLoop)
      .connectTimeout(.nanoseconds(machine.configuration.firstTimeout.nanoseconds * 3))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(to: target)
      .assumeIsolated()
      .whenFailure { bound.value.connectFailed($0) }
  }

  private func end(_ result: Result<ScanStatistics, any Error>) {
    guard !isOver else { return }
    isOver = true
    timer?.task.cancel()
    timer = nil
    for channel in channels.values { channel.close(promise: nil) }
    for connection in streams.values { connection.close() }
    channels = [:]
    streams = [:]
    promise.completeWith(result)
  }
}

extension ResolverAddress {
  /// The address for NIO.
  ///
  /// A zone needs the system's parser, which sends nothing for a numeric address.
  var socketAddress: SocketAddress {
    get throws {
      guard let zone else { return try SocketAddress(ipAddress: "\(address)", port: Int(port)) }
      return try SocketAddress.makeAddressResolvingHost("\(address)%\(zone)", port: Int(port))
    }
  }
}
