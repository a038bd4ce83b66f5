// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// How old data is, in words.
package enum Age {
  /// The age of a moment.
  ///
  /// - Parameters:
  ///   - moment: The moment; one in the future counts as now.
  ///   - now: The present.
  /// - Returns: `just now`, or minutes, hours or days.
  package static func text(of moment: Timestamp, at now: Timestamp) -> String {
    let seconds = max(0, now.seconds - moment.seconds)
    switch seconds {
    case ..<120: return "just now"
    case ..<7200: return "\(seconds / 60) minutes old"
    case ..<172_800: return "\(seconds / 3600) hours old"
    default: return "\(seconds / 86_400) days old"
    }
  }
}
