// SPDX-License-Identifier: Apache-2.0

package import EgressDNS

/// Something that looks hosts up: the paced DNS client, or a table in a test.
package protocol HostResolver: Sendable {
  /// Looks up all hosts and delivers each answer once, when both of its families are settled.
  ///
  /// A negative answer that contradicts the last known one is confirmed before it is delivered. When the task is
  /// cancelled, the call throws soon; the hosts without an answer are left for the scan that continues the run.
  ///
  /// - Parameters:
  ///   - questions: The hosts.
  ///   - deliver: Takes an answer. It may be called on any thread and returns soon.
  /// - Returns: The statistics of the scan.
  /// - Throws: `CancellationError`, or the reason why nothing can be looked up.
  func resolve(
    _ questions: some Sequence<HostQuestion> & Sendable,
    deliver: @escaping @Sendable (HostObservation) -> Void
  ) async throws -> ScanStatistics
}

extension ScanClient: HostResolver {}

/// Something that judges the resolvers of a scan: by control questions, or by a list in a test.
package protocol ResolverWatch: Sendable {
  /// Judges every resolver.
  ///
  /// - Parameter occasion: When.
  /// - Returns: A judgement for each resolver.
  /// - Throws: `CancellationError` when the task is cancelled.
  func judge(_ occasion: ResolverJudge.Occasion) async throws -> [Judgement]
}

extension ResolverJudge: ResolverWatch {}
