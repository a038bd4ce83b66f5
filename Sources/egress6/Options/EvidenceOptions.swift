// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase

extension Evidence: ExpressibleByArgument {}

/// How strong evidence must be to be shown.
struct EvidenceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The weakest evidence to show; 'resolved' shows only what was measured here.", valueName: "kind"))
  var evidence: Evidence?

  /// Whether public evidence may be shown.
  var admitsPublicEvidence: Bool { evidence.map { $0 < .resolved } ?? true }
}
