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
  var evidence: Evidence = .declared

  /// Whether public evidence is shown beside own measurements.
  var admitsPublicEvidence: Bool { evidence < .resolved }
}
