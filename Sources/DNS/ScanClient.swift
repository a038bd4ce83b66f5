// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// Asks resolvers about many hosts, paced and patiently, and gives one answer per host.
///
/// ```swift
/// let client = try ScanClient(configuration: ScanConfiguration(resolvers: [ResolverAddress("127.0.0.1:5353")]))
/// let statistics = try await client.resolve([HostQuestion(host: "ec2.eu-west-1.api.aws")]) { print($0) }
/// ```
package struct ScanClient: Sendable {
  /// How the client asks.
  package let configuration: ScanConfiguration

  /// Makes a client; nothing is sent before `resolve` or `probe`.
  ///
  /// - Throws: `ScanError` when a setting is out of range.
  package init(configuration: ScanConfiguration) throws(ScanError) {
    try configuration.validate()
    self.configuration = configuration
  }

  /// Asks about every host, and delivers each answer once, when both families are settled.
  ///
  /// Questions are drawn as the pace allows, so a lazy sequence is never held in memory as a whole. When the surrounding
  /// task is cancelled, nothing more is sent or delivered; what was delivered before is complete and stays true.
  ///
  /// - Parameters:
  ///   - questions: The hosts, drawn one by one on the network thread.
  ///   - deliver: Called on the network thread, so it should return soon.
  /// - Returns: What the scan did.
  /// - Throws: `ScanError` when no resolver answers or a socket cannot be made; `CancellationError` when cancelled.
  package func resolve(
    _ questions: some Sequence<HostQuestion> & Sendable, deliver: @escaping @Sendable (HostAnswer) -> Void
  ) async throws -> ScanStatistics {
    try await run(isProbe: false, limit: nil, questions, deliver)
  }

  /// Tells which resolvers answer at all.
  ///
  /// - Parameter limit: How long to wait for the last of them.
  /// - Returns: The resolvers of the configuration that answered, in its order; returns as soon as all have answered or
  ///   refused.
  /// - Throws: `ScanError` when a socket cannot be made; `CancellationError` when cancelled.
  package func probe(within limit: Duration = .seconds(5)) async throws -> [ResolverAddress] {
    let statistics = try await run(isProbe: true, limit: limit, [HostQuestion](), { _ in })
    return statistics.resolvers.filter { $0.answers > 0 }.map(\.address)
  }

  private func run(
    isProbe: Bool, limit: Duration?, _ questions: some Sequence<HostQuestion> & Sendable,
    _ deliver: @escaping @Sendable (HostAnswer) -> Void
  ) async throws -> ScanStatistics {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = eventLoop.makePromise(of: ScanStatistics.self)
    let box = NIOLoopBoundBox.makeEmptyBox(valueType: ScanDriver.self, eventLoop: eventLoop)
    eventLoop.execute {
      var iterator = questions.makeIterator()
      let driver = ScanDriver(
        configuration: configuration, isProbe: isProbe, eventLoop: eventLoop, promise: promise,
        next: { iterator.next() }, deliver: deliver)
      box.value = driver
      driver.start()
    }
    if let limit { eventLoop.scheduleTask(in: .nanoseconds(limit.nanoseconds)) { box.value?.stop() } }
    return try await withTaskCancellationHandler {
      try await promise.futureResult.get()
    } onCancel: {
      eventLoop.execute { box.value?.cancel() }
    }
  }
}
