// SPDX-License-Identifier: Apache-2.0

package import DNS

/// Something that looks hosts up: the paced DNS client, or a table in a test.
package protocol HostResolver: Sendable {
  /// Looks up all hosts and delivers each answer once, when both of its families are settled.
  ///
  /// A negative answer that contradicts the last known one is confirmed before it is delivered. When the task is
  /// cancelled the call throws soon; hosts without an answer are then left for `scan --resume`.
  ///
  /// - Parameters:
  ///   - questions: The hosts.
  ///   - deliver: Takes an answer; may be called from any thread, and returns soon.
  /// - Returns: What the scan did, in numbers.
  /// - Throws: `CancellationError`, or why nothing can be looked up at all.
  func resolve(
    _ questions: some Sequence<HostQuestion> & Sendable, deliver: @escaping @Sendable (HostObservation) -> Void
  ) async throws -> ScanStatistics
}

extension ScanClient: HostResolver {}
