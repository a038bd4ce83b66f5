// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A DNS client that looks up many hosts at a set pace and delivers one observation per host.
///
/// ```swift
/// let client = try ScanClient(configuration: ScanConfiguration(resolvers: [ResolverAddress("127.0.0.1:5353")]))
/// let statistics = try await client.resolve([HostQuestion(host: "ec2.eu-west-1.api.aws")]) { print($0) }
/// ```
package struct ScanClient: Sendable {
  /// The settings of the client.
  package let configuration: ScanConfiguration

  /// Makes a client.
  ///
  /// It sends nothing before `resolve` or `probe` is called.
  ///
  /// - Throws: `ScanError` when a setting is out of range.
  package init(configuration: ScanConfiguration) throws(ScanError) {
    try configuration.validate()
    self.configuration = configuration
  }

  /// Looks up every host, and delivers its observation once, when both families are settled.
  ///
  /// Questions are drawn as the pace allows, so a lazy sequence is never held in memory as a whole. When the surrounding
  /// task is cancelled, nothing more is sent or delivered. Observations that were delivered before are complete.
  ///
  /// - Parameters:
  ///   - questions: The hosts. They are drawn one by one on the network thread.
  ///   - deliver: Takes an observation. It is called on the network thread, so it should return soon.
  /// - Returns: The numbers of the scan.
  /// - Throws: `ScanError` when no resolver answers, the last one stops answering, or too few files may be open;
  ///   `CancellationError` when the task is cancelled.
  package func resolve(
    _ questions: some Sequence<HostQuestion> & Sendable,
    deliver: @escaping @Sendable (HostObservation) -> Void
  ) async throws -> ScanStatistics {
    try await run(isProbe: false, limit: nil, questions, deliver)
  }

  /// Finds out which resolvers answer.
  ///
  /// - Parameter limit: The longest time to wait.
  /// - Returns: The resolvers that answered, in the order of the configuration. The call returns early when every resolver
  ///   has answered or refused.
  /// - Throws: `ScanError` when too few files may be open; `CancellationError` when the task is cancelled.
  package func probe(within limit: Duration = .seconds(5)) async throws -> [ResolverAddress] {
    let statistics = try await run(isProbe: true, limit: limit, [HostQuestion](), { _ in })
    return statistics.resolvers.filter { $0.answers > 0 }.map(\.address)
  }

  private func run(
    isProbe: Bool, limit: Duration?, _ questions: some Sequence<HostQuestion> & Sendable,
    _ deliver: @escaping @Sendable (HostObservation) -> Void
  ) async throws -> ScanStatistics {
    try OpenFiles.require(for: configuration)
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
