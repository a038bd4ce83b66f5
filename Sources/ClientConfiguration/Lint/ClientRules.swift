// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Rules about what a client makes of its settings; the answers are ``ClientEmulator``'s.
struct ClientRules {
  let linter: Linter
  let group: SettingsGroup

  /// Checks the group.
  func check(_ report: inout LintReport) {
  }
}
