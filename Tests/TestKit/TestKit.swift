// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Where tests find what the set-up script fetched.
package enum TestEnvironment {
  /// The folder of downloaded test material, from `EGRESS6_CACHE` or the user's cache folder.
  package static var cache: URL {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["EGRESS6_CACHE"] { return URL(fileURLWithPath: path, isDirectory: true) }
    let base = environment["XDG_CACHE_HOME"] ?? ((environment["HOME"] ?? "/tmp") + "/.cache")
    return URL(fileURLWithPath: base, isDirectory: true).appendingPathComponent("egress6", isDirectory: true)
  }

  /// The folder of other people's sample inputs, from `EGRESS6_SAMPLES`; absent on most machines.
  package static var samples: URL? {
    ProcessInfo.processInfo.environment["EGRESS6_SAMPLES"].map { URL(fileURLWithPath: $0, isDirectory: true) }
  }
}
