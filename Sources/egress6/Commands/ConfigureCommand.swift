// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import ClientModel
import EgressBase
import EgressTerminal
import Foundation
import MapViews
import ServiceCatalog

extension ArtefactFormat: ExpressibleByArgument {}

/// `egress6 configure`.
struct ConfigureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "configure",
    abstract: "Write the settings that move a client to IPv6 without breaking it.",
    usage: "egress6 configure [options]",
    discussion: """
      Examples:
        egress6 configure --services ec2,s3,logs --region eu-west-1 --client boto3
        egress6 configure --services s3,sqs --region eu-west-1 --client cli-v2 --format aws-config --to ~/.aws/config
        egress6 configure --from-task-definition task.json --services dynamodb --client java-v2
        egress6 configure --services logs,iam --region us-east-1 --format terraform --proof

      The dual-stack switch is set, and nothing else, where every service has a dual-stack name that is known to have
      IPv6; otherwise the services that have one get endpoints of their own, without the switch, since both together
      stop some clients. Services whose default name has IPv6 need no setting. A setting that would change what
      requests are signed for, or that the client does not follow, is refused; each service that stays on IPv4 is
      named with the reason and a way out.

      What counts is a scan of yours, else public evidence of at least --evidence (documented, if not given). Before
      anything is printed, the text is read back and the client is asked what it would do with it: host, scheme and
      signature have to be those of the plan, for every service. --proof prints that comparison instead. With --to, a
      second run changes nothing; a shared configuration file keeps everything else and a backup.

      Exit code 1: some service stays on IPv4, a setting was refused, or the settings are not proven.
      """)

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Services: folder, service id or endpoint prefix.", valueName: "ec2,s3"),
    completion: .custom { words, _, _ in ServiceNames.completions(last: words.last) })
  var services: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Services that an ECS task definition shows (JSON).", valueName: "file"))
  var fromTaskDefinition: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Services that a Lambda function's configuration shows (JSON, as get-function-configuration prints it).",
      valueName: "file"))
  var fromLambda: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Services that a file of variables shows, a NAME=VALUE a line.", valueName: "file"))
  var fromEnv: String?

  @Flag(name: .long, help: "All services of the region.")
  var all = false

  @Option(name: .long, help: ArgumentHelp("The client's region.", valueName: "region"))
  var region: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The client, such as boto3, cli-v2, go-v2, java-v2.", valueName: "client"))
  var client: String?

  @Option(
    name: .customLong("client-version"),
    help: ArgumentHelp("The client's version; the newest if not given.", valueName: "version"))
  var clientVersion: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The form of the settings; shell if not given.", valueName: "format"),
    completion: .list(ArtefactFormat.allCases.map(\.rawValue)))
  var format: ArtefactFormat?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The file to write, whole or not at all; settings of aws-config are merged into it. Default: standard output.",
      valueName: "file"))
  var to: String?

  @Option(name: .long, help: ArgumentHelp("With aws-config: the profile.", valueName: "profile"))
  var profile: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The weakest evidence of IPv6 that is enough: inferred, documented, reported, resolved (your scan).",
      valueName: "kind"))
  var evidence: Evidence = .documented

  @Flag(
    name: .long, help: "Print what the client does with the settings, service by service, not the settings.")
  var proof = false

  @Flag(name: .long, help: "Print settings that cannot be proven, too; their first line says so.")
  var unproven = false

  @Flag(
    name: .long, help: "Take the settings away again: from the file of --to, or as unset lines of a shell.")
  var undo = false

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output of --proof") var output: OutputOptions

  func validate() throws {
    try SelectionOptions.requireWords(services, of: "--services")
    for (name, option) in [
      (to, "--to"), (fromTaskDefinition, "--from-task-definition"), (fromLambda, "--from-lambda"),
      (fromEnv, "--from-env"), (region, "--region"), (profile, "--profile"), (client, "--client"),
    ] {
      try OutputOptions.requireName(name, of: option)
    }
    let files = [fromTaskDefinition, fromLambda, fromEnv].compactMap(\.self)
    if files.count > 1 { throw ValidationError("one file at a time tells what a program uses: name one") }
    if all, !services.isEmpty || !files.isEmpty {
      throw ValidationError("--all and a choice of services contradict each other")
    }
    if !all, services.isEmpty, files.isEmpty, (format?.services ?? []).isEmpty, !undo {
      throw ValidationError(
        "name what the program uses: --services, --from-task-definition, --from-lambda, --from-env, or --all")
    }
    if profile != nil, chosenFormat != .awsConfig {
      throw ValidationError("--profile belongs to --format aws-config")
    }
    if let own = chosenFormat.client, let client, client.lowercased() != own {
      throw ValidationError("--format \(chosenFormat.rawValue) is for \(own): leave out --client")
    }
    if chosenFormat.client == nil, client == nil, !undo || to == nil {
      throw ValidationError(
        "--format \(chosenFormat.rawValue) can be for many clients: name one with --client, such as boto3")
    }
    if undo, to == nil, chosenFormat != .shell {
      throw ValidationError("--undo takes settings from a file, --to FILE, or prints lines of a shell")
    }
    if to == "-" {
      throw ValidationError(
        "--to names a file: leave it out for standard output, or write ./- for a file of that name")
    }
    if proof, undo { throw ValidationError("--proof and --undo contradict each other") }
    if let clientVersion, ReleaseVersion(clientVersion) == nil {
      throw ValidationError("'\(clientVersion)' is not a version: write it as 1.46.3")
    }
    if !proof, output.json || output.output != nil || output.fields != nil || output.sort != nil {
      throw ValidationError("the options of the output belong to --proof; settings have a --format")
    }
  }

  /// The form, which a file that is read suggests.
  private var chosenFormat: ArtefactFormat {
    if let format { return format }
    if fromTaskDefinition != nil { return .ecs }
    if fromLambda != nil { return .lambda }
    return fromEnv != nil ? .environmentFile : .shell
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    let target = try to.map { try ConfigurationTarget($0, chosenFormat, profile: profile) }
    if undo, let target {
      output.messages.note(try target.undo())
      return
    }
    let workload = try workload(catalog)
    try requireOtherFile()
    let region = try region(workload, catalog)
    let emulator = ClientEmulator(
      try Client.named(chosenFormat.client ?? client ?? ""),
      version: clientVersion.flatMap { ReleaseVersion($0) }, catalog: catalog)
    let now = Timestamp.now
    let source = try ServiceEvidenceSource(
      storeOptions, catalog: catalog, admitsPublicEvidence: evidence < .resolved, now: now)
    var known = try source.evidence(of: folders(workload, catalog), in: region, minimum: evidence)
    if all {
      known.removeAll { known in
        let service = catalog.service(folder: known.service)
        return !chosenFormat.knows(ServiceIdentifier.text(service?.serviceID ?? known.service))
      }
    }
    let plan = ConfigurationPlanner(
      emulator, catalog: catalog, region: region, minimum: evidence, channel: chosenFormat.channel,
      options: ClientOptionNames(emulator.client, chosenFormat)
    ).plan(known)
    output.messages.note(source.source.note(at: now))
    let report = ConfigurationReport(
      plan, workload, format: chosenFormat, registry: registry(region, catalog))
    for line in report.lines { output.messages.note(line) }

    var origin = ArtefactOrigin(
      program: "egress6 " + Egress6.version,
      data: report.data + ["endpoint rules of \(catalog.origin.name)"])
    let base = ArtefactBase(document: workload?.document, profile: profile)
    var artefact = try ArtefactWriter.write(plan, as: chosenFormat, origin: origin, base: base)
    var text = try target?.text(artefact, plan) ?? artefact.text
    let proven = ArtefactProver(emulator).prove(text, as: chosenFormat, plan, profile: profile)
    if proof {
      try output.print(ConfigurationView.view(plan, proven, metadata: source.source.metadata(at: now)))
    } else {
      if !proven.isComplete {
        try requireUnproven(proven)
        origin.warning = "what \(plan.client.name) does with it is not established: \(proven.reasons[0])"
        artefact = try ArtefactWriter.write(plan, as: chosenFormat, origin: origin, base: base)
        text = try target?.text(artefact, plan) ?? artefact.text
      }
      for line in artefact.companionLines { output.messages.note(line) }
      if let target {
        output.messages.note(try target.write(text))
      } else {
        try StandardStream.output.write(undo ? report.unset : text)
      }
    }
    if !proven.isComplete || !plan.remaining.isEmpty { throw ExitStatus.findings }
    if let next = report.nextStep { output.nextStep(next) }
  }

  private func requireUnproven(_ proven: ArtefactProof) throws {
    guard !unproven else { return }
    throw CommandFailure(
      .findings,
      "the settings are not proven, so they are not printed:\n"
        + proven.reasons.prefix(3).joined(separator: "\n"),
      help: "--proof shows what the client would do; --unproven prints the settings all the same")
  }

  // MARK: What is asked for

  private func workload(_ catalog: Catalog) throws -> Workload? {
    let files: [(String?, Workload.Source)] = [
      (fromTaskDefinition, .taskDefinition), (fromLambda, .function), (fromEnv, .environmentFile),
    ]
    for (file, source) in files {
      guard let file else { continue }
      return try Workload(
        FileAccess.read(file, limit: SettingsDocument.largestFile), path: file, as: source, catalog: catalog)
    }
    return nil
  }

  private func requireOtherFile() throws {
    guard let to else { return }
    let files = [fromTaskDefinition, fromLambda, fromEnv].compactMap(\.self)
    try Files.require(
      to, differsFrom: files.map { (path: $0, what: "file") } + [(try storeOptions.path(), "store")])
  }

  /// The folders of the services; `nil` for all.
  private func folders(_ workload: Workload?, _ catalog: Catalog) throws -> [String]? {
    if all { return nil }
    var folders = Set(workload?.services ?? [])
    for word in SelectionOptions.words(services) { folders.insert(try catalog.lookup(service: word).folder) }
    if folders.isEmpty { folders = Set(chosenFormat.services) }
    guard !folders.isEmpty else {
      throw CommandFailure(
        .findings, "the file does not show which services the program uses",
        help: "name them with --services")
    }
    return folders.union(chosenFormat.credentialServices).sorted()
  }

  /// The suffix of the dual-stack names of container registries.
  private func registry(_ region: String, _ catalog: Catalog) -> String? {
    let partition = catalog.partitions.first { partition in partition.regions.contains { $0.name == region } }
    return partition.map { "dkr-ecr.\(region).\($0.outputs.onDNSSuffix)" }
  }

  private func region(_ workload: Workload?, _ catalog: Catalog) throws -> String {
    guard let region = region ?? workload?.region else {
      throw CommandFailure(
        .usage, workload == nil ? "no region is given" : "the file names no region, or several",
        help: "name one with --region")
    }
    if let own = workload?.region, own != region {
      output.messages.note(
        "the file names the region \(own); the settings are for \(region), as --region says")
    }
    switch catalog.match(region: region) {
    case .listed: return region
    case .pattern(_, let nearest), .unknown(let nearest):
      throw CommandFailure(
        .usage, "\(catalog.origin.name) has no region '\(region)'", help: SelectionOptions.suggestion(nearest)
      )
    }
  }
}
