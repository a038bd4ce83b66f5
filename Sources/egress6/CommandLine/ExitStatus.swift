// SPDX-License-Identifier: Apache-2.0

/// The exit statuses that scripts rely on; `egress6 help exit-codes` shows them.
enum ExitStatus: Int32, Error, CaseIterable {
  case done = 0
  case findings = 1
  case usage = 2
  case input = 3
  case network = 4
  case store = 5
  case `internal` = 70
  case notStarted = 125
  case notExecutable = 126
  case notFound = 127
  case interrupted = 130

  /// What the status means, in one line.
  var meaning: String {
    switch self {
    case .done: "done; an empty result is not an error"
    case .findings:
      "done, with findings that a script should see: rules without an endpoint, rows that --salvage lost, findings "
        + "of lint from --fail-on up, services that configure leaves as they are"
    case .usage: "the command line or a setting is wrong"
    case .input: "an input could not be read: a file, an archive, an image, a batch"
    case .network:
      "no resolver answers or can be believed, the network failed, or more than 2 % of a scan's looks failed"
    case .store: "the store is damaged, held by another scan, newer than this program, or cannot be written"
    case .internal: "a defect of egress6: please report it"
    case .notStarted:
      "exec only: egress6 refused or failed before the command was run, whatever the reason; "
        + "otherwise exec has the command's own status"
    case .notExecutable: "exec only: the command was found, but cannot be run"
    case .notFound: "exec only: the command was not found"
    case .interrupted: "a scan was interrupted (Ctrl-C, SIGTERM, SIGHUP); what was complete is saved"
    }
  }
}
