// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import ClientModel
import EgressBase
import EgressTerminal
import Foundation
import ServiceCatalog
import StrictJSON

extension DocumentFormat: ExpressibleByArgument {}

/// `egress6 lint`.
struct LintCommand: ParsableCommand {
  /// From which severity on findings make the command fail.
  enum Threshold: String, CaseIterable, ExpressibleByArgument {
    case error, warning, note, never

    /// The weakest severity that fails; `nil` for none.
    var severity: LintSeverity? { LintSeverity(rawValue: rawValue) }
  }

  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Find client settings that do not do what they seem to do.",
    usage: "egress6 lint [<file> ...] [options]",
    discussion: """
      Examples:
        egress6 lint
        egress6 lint deploy/ Dockerfile --region eu-west-1
        egress6 lint --env-file app.env --config ~/.aws/config --client boto3
        egress6 lint . -o sarif > egress6.sarif

      Without files, looks at the environment and at your own ~/.aws/config and credentials. Files may be shell scripts,
      files of variables, Dockerfiles, Kubernetes manifests, ECS task definitions, Lambda configurations, shared
      configuration files, Terraform files, and the configuration of the CloudWatch agent, the SSM agent, Fluent Bit and
      Docker; of a folder, those that are one of these by name and content. Values of variables that are no settings are
      never printed.
      --fix mends what can be mended safely; everything else in the file stays as it is, byte for byte.
      Each rule has a page: egress6 explain E6101. Exit code 1 says that there are findings from --fail-on up.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files and folders; without any, the environment and your own files.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Option(
    name: .customLong("env-file"),
    help: ArgumentHelp("The variables of the client, instead of the environment's.", valueName: "file"))
  var environmentFile: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The client's shared configuration file, read with its variables.", valueName: "file"))
  var config: String?

  @Option(name: .long, help: ArgumentHelp("The profile that the client uses.", valueName: "name"))
  var profile: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The client that reads the settings; 'egress6 clients' lists them. Without it, all clients count.",
      valueName: "client"))
  var client: String?

  @Option(
    name: .customLong("client-version"),
    help: ArgumentHelp("The client's version; the newest without it.", valueName: "version"))
  var clientVersion: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The region in force, where the settings do not say.", valueName: "region"))
  var region: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read all files as this format, whatever their name and content say.", valueName: "format"))
  var format: DocumentFormat?

  @Flag(
    name: .customLong("skip-unknown"),
    help: "Leave out named files of no known format, as of a folder, instead of refusing them.")
  var skipsUnknown = false

  @Flag(name: .long, help: "Mend what can be mended safely.")
  var fix = false

  @Option(name: .long, help: ArgumentHelp("Report only what is not in this file.", valueName: "file"))
  var baseline: String?

  @Option(
    name: .customLong("write-baseline"),
    help: ArgumentHelp("Write the findings to this file as known; exit code 0.", valueName: "file"))
  var writeBaseline: String?

  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp("From which severity on the exit code is 1.", valueName: "severity"))
  var failOn: Threshold = .warning

  @Option(name: [.short, .long], help: ArgumentHelp("How to print the findings.", valueName: "format"))
  var output: LintOutput = .table

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var messages: MessageOptions

  func validate() throws {
    for (name, option) in [
      (environmentFile, "--env-file"), (config, "--config"), (baseline, "--baseline"),
      (writeBaseline, "--write-baseline"), (client, "--client"), (region, "--region"), (profile, "--profile"),
    ] { try OutputOptions.requireName(name, of: option) }
    if files.contains("") { throw ValidationError("a file has an empty name: name a file, or leave it out") }
    if clientVersion != nil, client == nil {
      throw ValidationError("--client-version belongs to a client: name it with --client")
    }
    if format != nil, files.isEmpty, environmentFile == nil {
      throw ValidationError("--format belongs to files: name some")
    }
    if profile != nil, !files.isEmpty, environmentFile == nil, config == nil {
      throw ValidationError(
        "--profile belongs to --config, --env-file or your own files: each profile of a named file is looked at"
      )
    }
    if baseline != nil, writeBaseline != nil {
      throw ValidationError("--baseline and --write-baseline contradict each other: give one of them")
    }
  }

  func run() throws {
    let catalog = try catalogOptions.open()
    let linter = Linter(catalog, options: try options(catalog))
    let known = try baseline.map { path in
      try LintBaseline(FileAccess.read(path, limit: SettingsDocument.largestFile), path: path)
    }
    var input = try LintInput(self)
    if fix {
      let count = try input.mend(linter)
      messages.note(count == 0 ? "nothing to mend" : "mended \(Self.count(count, "finding"))")
    }
    let all = input.findings(linter)
    if let writeBaseline {
      try Files.require(writeBaseline, differsFrom: input.paths.map { ($0, "file") })
      try requireBaseline(writeBaseline)
      try AtomicFile.write(writeBaseline) { write in
        try write(LintBaseline.document(all).bytes(.pretty) + [0x0A])
      }
      messages.note("wrote \(Self.count(all.count, "finding")) to \(writeBaseline)")
      return
    }
    let findings = known?.new(all) ?? all
    try LintPrinter(output: output, style: messages.outputStyle).print(findings)
    summarize(findings, known: all.count - findings.count, files: input.count)
    if let severity = failOn.severity, findings.contains(where: { $0.severity >= severity }) {
      throw ExitStatus.findings
    }
  }

  /// Refuses to replace a file that is something else than a baseline.
  private func requireBaseline(_ path: String) throws {
    guard case .file(let size) = try FileAccess.target(of: path), size > 0 else { return }
    let bytes = try FileAccess.read(path, limit: SettingsDocument.largestFile)
    do throws(DocumentError) {
      _ = try LintBaseline(bytes, path: path)
    } catch {
      throw CommandFailure(
        .usage, "the file exists and is not a baseline", at: path, help: "name a new file, or a baseline")
    }
  }

  private func options(_ catalog: Catalog) throws -> Linter.Options {
    var options = Linter.Options()
    options.client = try client.map { name in try Client.named(name) }
    options.version = try clientVersion.map { text in
      guard let version = ReleaseVersion(text) else {
        throw CommandFailure(.usage, "'\(text)' is not a version", help: "write it as 1.44.5")
      }
      return version
    }
    if let region {
      guard catalog.match(region: region).isListed else {
        let near = NearestNames.of(
          region, among: catalog.partitions.flatMap { $0.regions.map(\.name) }, limit: 3)
        throw CommandFailure(
          .usage, "no region is named '\(region)'", help: SelectionOptions.suggestion(near))
      }
      options.region = region
    }
    options.profile = profile
    let knowledge = LintKnowledge(store: storeOptions) { [messages] in messages.note($0) }
    options.knowledge = { knowledge.find($0, $1) }
    return options
  }

  private func summarize(_ findings: [LintFinding], known: Int, files: Int) {
    var parts = LintSeverity.allCases.reversed().compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : Self.count(count, severity.rawValue)
    }
    if parts.isEmpty { parts = ["no findings"] }
    if known > 0 { parts.append("\(known) in the baseline") }
    let fixable = findings.count { $0.fix != nil }
    if fixable > 0, !fix { parts.append("--fix mends \(fixable)") }
    messages.note(parts.joined(separator: ", ") + " (" + Self.count(files, "source") + ")")
    if let first = findings.first, output == .table, StandardStream.output.isTerminal {
      messages.note("next: egress6 explain \(first.rule.id)")
    }
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
