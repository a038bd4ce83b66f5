// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS

extension ExitStatus {
  /// The status for a category of errors.
  init(_ category: ErrorCode.Category) {
    switch category {
    case .request: self = .usage
    case .input: self = .input
    case .network: self = .network
    case .store: self = .store
    }
  }
}

/// What a person can do about an error, by its code: the only place that joins errors with commands and options.
enum Advice {
  /// The advice for an error; `nil` when the error says all there is to say.
  static func text(for error: any DomainError) -> String? {
    switch error.code.description {
    case "file.unwritable": "check the free space and the folder's permissions; nothing was left behind"
    case "file.not-replaceable":
      "name a new file, or a regular one"
    case "query.missing-region": "name one with --region"
    case "client.unknown-name": "'egress6 clients' lists the clients"
    case "client.unknown":
      "'egress6 clients show' tells what is established; set it in the plainest form, or try the client"
    case "query.missing-host-label": "add --param \(error.facts[.given] ?? "NAME")=…"
    case "image.not-an-image", "image.format-version", "image.checksum", "image.damaged":
      "name another image with --catalog, or rebuild the program"
    case "evidence.not-evidence", "evidence.format-version", "evidence.damaged":
      "rebuild the program; 'egress6 map --evidence resolved' does without"
    case "output.failed": "check the free space, and that standard output is open"
    case "file.not-a-file": "name a regular file"
    case "file.changed": "run the command again: it then starts from the file as it is now"
    case "config.unreadable": "correct the line first: some clients refuse the whole file because of it"
    case "config.markers": "restore the marker lines, or remove the lines between them by hand"
    case "config.unwanted-effect", "config.shared-services":
      "make the change by hand, or name another profile; the file stays as it was"
    case "artefact.too-large": "name only the services that the program uses, with --services"
    case "artefact.impossible": "name another --format, or leave the service out"
    case "dns.no-resolver": "name one with --resolver 192.0.2.53 or in /etc/resolv.conf"
    case "dns.no-resolver-answered":
      "check the network, or name another with --resolver; 'egress6 map' shows public evidence without a scan"
    case "dns.resolver-stopped-answering":
      "when it answers again, run `egress6 scan --resume`, or name another with --resolver"
    case "dns.too-few-open-files": "raise the limit with `ulimit -n 256`, then try again"
    case "dns.unlimited-rate": "add --i-own-this-resolver, or give a rate up to 900"
    case "dns.shared-rate-exceeded": "give a lower rate, or --i-own-this-resolver if the resolver is yours"
    case "dns.false-resolver":
      "name another with --resolver; the map stays as it was ('egress6 help resolvers' explains the verdicts); "
        + "--trust-resolver is for private test networks only"
    case "dns.failing-resolver":
      "name another with --resolver, or try later; --resume continues a scan that was under way"
    case "dns.nothing-learned": "name another with --resolver; the map stays as it was"
    case "ranges.malformed":
      "fetch https://ip-ranges.amazonaws.com/ip-ranges.json again, or leave out --ip-ranges for the built-in list"
    case "view.unknown-field": "the fields are: " + (error.facts[.allowed] ?? "")
    default: store(error)
    }
  }

  private static func store(_ error: any DomainError) -> String? {
    switch error.code.description {
    case "store.missing": "run `egress6 scan` first, or name another file with --store"
    case "store.no-data-folder": "name the file with --store"
    case "store.not-a-store":
      "name another file with --store; if it was a store, `egress6 export --salvage` tries to read it"
    case "store.newer-schema": "update egress6 or use another --store"
    case "store.older-schema": "run `egress6 scan` once, which brings the file up to date"
    case "store.damaged":
      "run `egress6 export --salvage` to save what can be read, then move the file away and scan again"
    case "store.nothing-to-save": "restore the file from a backup, or move it away and scan again"
    case "store.locked":
      error.facts[.process].map {
        "wait for it, stop it with `kill -INT \($0)`, or use another --store"
      } ?? "wait for it, or use another --store"
    case "store.busy": "wait for it, then try again"
    case "store.read-only": "make the file and its folder writable, or use another --store"
    case "store.unreadable": "check the path and its permissions, or use another --store"
    case "store.cannot-open":
      "check that the folder exists and may be written, or use another --store"
    case "store.disk-full": "free some space, then run `egress6 scan --resume`"
    case "store.no-run": "run `egress6 scan`, or `egress6 scan --resume`"
    case "store.no-run-by-date":
      error.facts[.time].map { "the first one was completed at \($0); ask for a later date" }
    case "store.nothing-to-resume", "store.given-up": "run `egress6 scan`"
    case "store.other-hosts":
      "give the same --hosts file and catalog, or run `egress6 scan` without --resume"
    case "store.failed": "check the disk and the file's folder, or use another --store"
    case "store.file-system": "check the file and its folder"
    default: nil
    }
  }
}
