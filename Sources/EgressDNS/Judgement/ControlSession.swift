// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import NIOCore
import NIOPosix

/// Asks one resolver a list of questions within a time limit, on a socket of its own.
///
/// It depends on nothing of a scan: a judgement that used the scan's own client would end with it and would see what the
/// client makes of answers, not the answers. Everything runs on one event loop.
final class ControlSession {
  /// How fast and how long to ask.
  struct Limits: Sendable {
    /// The packets a second.
    var rate: Double
    /// The time in which all must be over.
    var time: Duration
    /// Whether the session ends at once when the system says that nobody listens.
    var endsWhenRefused: Bool
    /// How long to wait before a question is asked again.
    var patience: Duration = .milliseconds(900)
  }

  /// What a session found out.
  struct Outcome: Sendable {
    /// The answers, in the order of the questions; `nil` for those that the time did not suffice for.
    var answers: [ControlAnswer?]
    /// Why no socket could be opened.
    var problem: IOError?
  }

  private struct Question {
    var query: Query
    var answer: ControlAnswer?
    var tries = 0
    /// Whether the answer was truncated and TCP is to complete it.
    var isTruncated = false
  }

  /// The most times a question is sent.
  private static let mostTries = 3

  private let resolver: ResolverAddress
  private let limits: Limits
  private let eventLoop: any EventLoop
  private let promise: EventLoopPromise<Outcome>
  private var random = RandomSource.secure
  private var questions: [Question]
  private var byID: [UInt16: Int] = [:]
  private var fresh: ArraySlice<Int>
  private var again: [Int] = []
  private var socket: (any Channel)?
  private var stream: (any Channel)?
  private var hasStreamFailed = false
  private var waitingForStream: [Int] = []
  private var framing = StreamFraming()
  private var hasAnswer = false
  private var isOver = false
  private let started = NIODeadline.now()

  /// Asks questions.
  ///
  /// - Parameters:
  ///   - questions: The names and types.
  ///   - resolver: The resolver.
  ///   - limits: How fast and how long.
  /// - Returns: The answers.
  /// - Throws: `CancellationError` when the task is cancelled.
  static func ask(
    _ questions: [(name: DomainName, type: RecordType)], of resolver: ResolverAddress, _ limits: Limits
  ) async throws -> Outcome {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = eventLoop.makePromise(of: Outcome.self)
    let box = NIOLoopBoundBox.makeEmptyBox(valueType: ControlSession.self, eventLoop: eventLoop)
    eventLoop.execute {
      let session = ControlSession(questions, of: resolver, limits, eventLoop, promise)
      box.value = session
      session.start()
    }
    return try await withTaskCancellationHandler {
      try await promise.futureResult.get()
    } onCancel: {
      eventLoop.execute { box.value?.end(.failure(CancellationError())) }
    }
  }

  private init(
    _ questions: [(name: DomainName, type: RecordType)], of resolver: ResolverAddress, _ limits: Limits,
    _ eventLoop: any EventLoop, _ promise: EventLoopPromise<Outcome>
  ) {
    self.resolver = resolver
    self.limits = limits
    self.eventLoop = eventLoop
    self.promise = promise
    var random = RandomSource.secure
    self.questions = questions.map {
      Question(query: Query($0.name, $0.type, id: 0, caseBits: random.next()))
    }
    fresh = Array(questions.indices)[...]
  }

  // MARK: - Time

  private func start() {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: .nanoseconds(limits.time.nanoseconds)) { bound.value.finish() }
    do {
      let address = try resolver.socketAddress
      DatagramBootstrap(group: eventLoop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ControlDatagramHandler(session: bound.value))
          }
        }
        .connect(to: address)
        .assumeIsolated()
        .whenComplete { result in bound.value.opened(result) }
    } catch {
      opened(.failure(error))
    }
  }

  private func opened(_ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard !isOver else { return channel.close(promise: nil) }
      socket = channel
      sendNext()
    case .failure(let error): finish(problem: error as? IOError)
    }
  }

  private var elapsed: Int64 { (NIODeadline.now() - started).nanoseconds }

  /// Sends one question and comes back when the pace allows the next.
  private func sendNext() {
    guard !isOver else { return }
    // A question that cannot be waited for would count as unanswered.
    let isTooLate = elapsed + limits.patience.nanoseconds > limits.time.nanoseconds
    if isTooLate { fresh = [] }
    while let index = again.popLast() ?? fresh.popFirst() {
      guard questions[index].answer == nil, !questions[index].isTruncated else { continue }
      send(index)
      break
    }
    if fresh.isEmpty, again.isEmpty, isSettled { return finish() }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    let pause = Int64(1e9 / max(0.1, limits.rate))
    eventLoop.scheduleTask(in: .nanoseconds(pause)) { bound.value.sendNext() }
  }

  private func send(_ index: Int) {
    var id = UInt16(truncatingIfNeeded: random.next())
    while byID[id] != nil { id &+= 1 }
    // The earlier id stays in use: a slow answer to the first try counts.
    byID[id] = index
    questions[index].query.id = id
    questions[index].tries += 1
    var bytes: [UInt8] = []
    questions[index].query.append(to: &bytes)
    socket?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    guard questions[index].tries < Self.mostTries else { return }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: .nanoseconds(limits.patience.nanoseconds)) {
      if bound.value.questions[index].answer == nil { bound.value.again.append(index) }
    }
  }

  private var isSettled: Bool { questions.allSatisfy { $0.answer != nil || $0.tries == 0 } }

  private func finish(problem: IOError? = nil) {
    end(
      .success(
        Outcome(
          answers: questions.map { question in
            if let answer = question.answer { return answer }
            if question.isTruncated { return .failure("truncated, and TCP failed") }
            return question.tries > 0 || problem != nil ? .silence : nil
          }, problem: problem)))
  }

  private func end(_ result: Result<Outcome, any Error>) {
    guard !isOver else { return }
    isOver = true
    socket?.close(promise: nil)
    stream?.close(promise: nil)
    promise.completeWith(result)
  }

  // MARK: - Answers

  fileprivate func received(_ buffer: ByteBuffer) { take(buffer.readableBytesUInt8Span, isStream: false) }

  /// Takes a message; what answers no question is ignored.
  private func take(_ bytes: Span<UInt8>, isStream: Bool) {
    var offset = 0
    guard !isOver, let header = try? Header(reading: bytes, at: &offset), let index = byID[header.id],
      questions[index].answer == nil
    else { return }
    var query = questions[index].query
    query.id = header.id
    if query.match(bytes, header, end: &offset) == .none {
      // FORMERR and NOTIMP without the question: the server does not understand EDNS. Some servers leave the question out of
      // REFUSED, too.
      guard header.isResponse, header.counts.questions == 0, header.codeBits != 0 else { return }
      let code = ResponseCode(rawValue: UInt16(header.codeBits))
      hasAnswer = true
      return header.codeBits == 1 || header.codeBits == 4
        ? retryWithoutEDNS(index, orFail: code) : settle(index, .failure(code.description))
    }
    guard
      let response = try? ParsedResponse(bytes, header, end: offset, name: query.name, type: query.type)
    else { return }
    hasAnswer = true
    if case .truncated = response.kind, !isStream { return useStream(index) }
    switch response.responseCode {
    case .formatError, .notImplemented, .badVersion:
      return retryWithoutEDNS(index, orFail: response.responseCode)
    default: settle(index, ControlAnswer(response))
    }
  }

  private func settle(_ index: Int, _ answer: ControlAnswer) {
    questions[index].answer = answer
    if fresh.isEmpty, isSettled { finish() }
  }

  private func retryWithoutEDNS(_ index: Int, orFail code: ResponseCode) {
    hasAnswer = true
    guard questions[index].query.usesEDNS else { return settle(index, .failure(code.description)) }
    questions[index].query.usesEDNS = false
    again.append(index)
  }

  fileprivate func failed(_ error: any Error) {
    // Nobody listens, as the system says. A resolver that restarts says so, too, for a moment.
    if limits.endsWhenRefused, !hasAnswer { finish() }
  }

  // MARK: - TCP

  private func useStream(_ index: Int) {
    guard !questions[index].isTruncated else { return }
    questions[index].isTruncated = true
    if hasStreamFailed { return settle(index, .failure("truncated, and TCP failed")) }
    if let stream { return send(index, over: stream) }
    waitingForStream.append(index)
    guard waitingForStream.count == 1, let address = try? resolver.socketAddress else { return }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    ClientBootstrap(group: eventLoop)
      .connectTimeout(.nanoseconds(limits.time.nanoseconds))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ControlStreamHandler(session: bound.value))
        }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success(let channel): bound.value.streamOpened(channel)
        case .failure: bound.value.streamEnded()
        }
      }
  }

  private func streamOpened(_ channel: any Channel) {
    guard !isOver else { return channel.close(promise: nil) }
    stream = channel
    for index in waitingForStream { send(index, over: channel) }
    waitingForStream = []
  }

  private func send(_ index: Int, over channel: any Channel) {
    var bytes: [UInt8] = []
    questions[index].query.append(to: &bytes)
    var buffer = ByteBuffer()
    buffer.writeInteger(UInt16(truncatingIfNeeded: bytes.count))
    buffer.writeBytes(bytes)
    channel.writeAndFlush(buffer, promise: nil)
  }

  fileprivate func streamReceived(_ buffer: ByteBuffer) {
    for message in framing.append(buffer.readableBytesUInt8Span) {
      take(ContiguousArray(message).span, isStream: true)
    }
  }

  fileprivate func streamEnded() {
    guard !isOver else { return }
    stream = nil
    hasStreamFailed = true
    waitingForStream = []
    for index in questions.indices where questions[index].isTruncated && questions[index].answer == nil {
      settle(index, .failure("truncated, and TCP failed"))
    }
  }
}

extension ControlAnswer {
  /// The answer that a response gives.
  fileprivate init(_ response: ParsedResponse) {
    let isWithheld = response.extendedErrors.contains { (15...18).contains($0.code) }
    switch response.kind {
    case .addresses: self = .addresses(response.addresses)
    case .noData, .nameError:
      self = isWithheld ? .policy : response.kind == .noData ? .noData : .nameError
    case .lame(isReferral: false) where response.addresses.isEmpty:
      // Some resolvers leave the SOA out of every negative answer.
      self = isWithheld ? .policy : response.responseCode == .nameError ? .nameError : .noData
    case .lame: self = .failure("lame answer")
    case .brokenChain: self = .failure("broken CNAME chain")
    case .truncated: self = .failure("truncated over TCP")
    case .failure: self = isWithheld ? .policy : .failure(response.responseCode.description)
    }
  }
}

/// Passes datagrams to a session.
private final class ControlDatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let session: ControlSession

  init(session: ControlSession) { self.session = session }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    session.received(unwrapInboundIn(data).data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { session.failed(error) }
}

/// Passes the octets of a TCP connection to a session.
private final class ControlStreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let session: ControlSession

  init(session: ControlSession) { self.session = session }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    session.streamReceived(unwrapInboundIn(data))
  }

  func channelInactive(context: ChannelHandlerContext) { session.streamEnded() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
