// SPDX-License-Identifier: Apache-2.0

import EndpointRules

/// Reads an `endpoint-rule-set-1.json`.
enum RuleSetReader {
  /// Reads and checks a rule set.
  static func read(_ bytes: [UInt8]) throws(FormError) -> RuleSet {
    do throws(RuleSetError) {
      return try RuleSet(json: bytes)
    } catch {
      throw FormError(error.description)
    }
  }
}
