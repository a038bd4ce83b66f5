// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What the tests find on this machine, and how much of the long ones runs.
package enum TestEnvironment {
  /// The root of the checkout.
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of downloaded test material, from `EGRESS6_CACHE` or the user's cache folder.
  package static let cache: URL = {
    if let path = variable("EGRESS6_CACHE") { return URL(fileURLWithPath: path, isDirectory: true) }
    let base = variable("XDG_CACHE_HOME") ?? (variable("HOME") ?? "/tmp") + "/.cache"
    return URL(fileURLWithPath: base, isDirectory: true).appendingPathComponent("egress6", isDirectory: true)
  }()

  /// The Python of the test set-up, with botocore, the AWS CLI, dnspython and jsonschema.
  package static var python: String { cache.appendingPathComponent("python/bin/python").path }

  /// After how long a program or a server counts as hung.
  ///
  /// It is the only time limit of the tests, and it only ends a test that would never end. No test may fail because a
  /// machine is slow, so nothing shorter is allowed.
  package static let hangLimit: Duration = .seconds(600)

  /// Sleeps for `hangLimit` of time in which tasks could run.
  ///
  /// It sleeps in many short pieces, so that it does not count the time for which other tests kept all threads busy.
  package static func sleepUntilHung() async throws {
    for _ in 0..<Int(hangLimit / .seconds(1)) { try await Task.sleep(for: .seconds(1)) }
  }

  /// A variable of the environment that is set and not empty.
  package static func variable(_ name: String) -> String? {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
    return value
  }
}
