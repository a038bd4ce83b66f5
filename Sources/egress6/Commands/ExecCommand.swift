// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientConfiguration
import ClientModel
import EgressBase
import EgressDNS
import Foundation
import MapViews
import ServiceCatalog

/// `egress6 exec`.
struct ExecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a command with settings that lead its AWS calls over IPv6.",
    usage: "egress6 exec [options] -- <command> [<argument> ...]",
    discussion: """
      Examples:
        egress6 exec -- aws ec2 describe-instances
        egress6 exec --services s3,sqs,kms --live -- ./deploy.sh
        egress6 exec --client go-v2 --region eu-west-1 -- ./controller --verbose
        egress6 exec --region eu-west-1 -- env | grep ^AWS_          (shows what is set)

      Sets either AWS_USE_DUALSTACK_ENDPOINT or AWS_ENDPOINT_URL_<SERVICE> variables, never both, for the services
      that the map knows a name with IPv6 of; of others the default name stays. Which services: those of --services;
      without it the one that an 'aws' command names, with those that give it credentials; else all of the region.

      Your own settings win, those of files, too, and are named on standard error. The region is the one that the client
      would work with; a program that chooses another one by itself needs --services and --region for it. With --live,
      names that have no AAAA record right now are left out.

      Where a service of --services or of the 'aws' command has no name that is known to have IPv6, its default name
      stays, and the call goes over IPv4, or over NAT64 where the resolver has DNS64. On a host with neither it is not run.

      egress6 replaces itself by the command, without a shell: arguments, the rest of the environment, signals, the
      terminal and the exit status are the command's own. Exit status 127: not found, 126: cannot be run, 125: any
      failure of egress6 itself.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The region, also for the command. Default: as the client finds it.", valueName: "region"))
  var region: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Who calls AWS, such as boto3, cli-v1, go-v2. Default: cli-v2 for 'aws', a client with the command's name, else boto3.",
      valueName: "client"))
  var client: String?

  @Option(
    name: .customLong("client-version"),
    help: ArgumentHelp("The client's version; the newest if not given.", valueName: "version"))
  var clientVersion: String?

  @Option(
    name: .long, help: ArgumentHelp("The profile, also for the command.", valueName: "profile"))
  var profile: String?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("The services that the command uses, separated by commas.", valueName: "ec2,s3"),
    completion: .custom { words, _, _ in ServiceNames.completions(last: words.last) })
  var services: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The weakest evidence of IPv6 that is enough: inferred, documented, reported, resolved.",
      valueName: "kind"))
  var evidence: Evidence = .documented

  @Flag(name: .long, help: "Ask DNS first, and leave out what does not answer.")
  var live = false

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A resolver to ask; may be given several times. Default: the system's. [env: EGRESS6_RESOLVER]",
      valueName: "address[:port]"))
  var resolver: [String] = []

  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var messages: MessageOptions

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The command.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    if command.isEmpty {
      throw ValidationError("no command is given: write it behind --, as in: egress6 exec -- aws s3 ls")
    }
    try SelectionOptions.requireWords(services, of: "--services")
    try SelectionOptions.requireWords(resolver, of: "--resolver")
    if let clientVersion, ClientEnvironmentOptions.release(clientVersion) == nil {
      throw ValidationError("'\(clientVersion)' is not a version: write numbers and dots, such as 1.45.11")
    }
    if clientVersion != nil, client == nil {
      throw ValidationError("--client-version belongs to a client: name it with --client")
    }
    try OutputOptions.requireName(region, of: "--region")
    try OutputOptions.requireName(profile, of: "--profile")
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    let target = try ExecTarget(self, catalog: catalog)
    let source = try ServiceEvidenceSource(
      storeOptions, catalog: catalog, admitsPublicEvidence: self.evidence < .resolved, now: .now)
    var evidence = try source.evidence(
      of: target.services.isEmpty ? nil : target.services, in: target.region, minimum: self.evidence)
    let planner = ExecutionPlanner(
      target.emulator, target.invocation, catalog: catalog, region: target.region, minimum: self.evidence)
    var plan = planner.plan(evidence)
    var lookups = ExecLookups(resolver)
    if live {
      let before = plan
      try await lookups.look(&evidence, where: { before.hasSetting(for: $0) || target.isRequired($0) })
      plan = planner.plan(evidence)
      report(leftOut: before, plan)
    }
    try await requireReach(target, &plan, &evidence, planner, &lookups)
    report(plan, isForAll: target.services.isEmpty)
    var variables = plan.plan.variables
    if let region { variables += [("AWS_REGION", region), ("AWS_DEFAULT_REGION", region)] }
    if let profile { variables += [("AWS_PROFILE", profile)] }
    if let profile, target.invocation.variables["AWS_DEFAULT_PROFILE"] != nil {
      variables += [("AWS_DEFAULT_PROFILE", profile)]
    }
    try CommandReplacement.run(setting: variables)
  }

  /// Stops where a service that the command needs cannot be reached from here, and says where IPv4 is used.
  private func requireReach(
    _ target: ExecTarget, _ plan: inout ExecutionPlan, _ evidence: inout [ServiceEvidence],
    _ planner: ExecutionPlanner, _ lookups: inout ExecLookups
  ) async throws {
    guard plan.plan.remaining.contains(where: { target.isRequired($0.service) }) else { return }
    if IPv4Route.exists {
      for service in plan.plan.remaining where target.isRequired(service.service) {
        messages.note("note: \(service.service) keeps its default name: \(service.reason)")
      }
      return
    }
    // What is known may be older than the name: here the present decides.
    let before = plan
    do {
      try await lookups.look(&evidence) { service in
        target.isRequired(service) && before.plan.remaining.contains { $0.service == service }
      }
    } catch {
      messages.note("note: \(CommandFailure(describing: error).message)")
    }
    if lookups.isAnswered { plan = planner.plan(evidence) }
    let remaining = plan.plan.remaining.filter { target.isRequired($0.service) }
    guard let first = remaining.first else { return }
    if !lookups.isAnswered {
      messages.note(
        "note: there is no IPv4 route, and no resolver answers: whether there is NAT64 is not known")
    } else if lookups.hasNAT64 {
      for service in remaining {
        messages.note("note: \(service.service) falls back to IPv4 through NAT64: \(service.reason)")
      }
    } else {
      let names = remaining.map(\.service).joined(separator: ", ")
      throw CommandFailure(
        .notStarted,
        "\(names) cannot be called from this host, which has no IPv4 route and no NAT64: \(first.reason)",
        at: "\(first.host) in \(target.region)",
        help: first.waysOut.isEmpty ? nil : "what helps: " + first.waysOut.joined(separator: "; "))
    }
  }

  private func report(_ plan: ExecutionPlan, isForAll: Bool) {
    for kept in plan.kept { messages.note("note: your own setting stays: \(kept.text)") }
    if plan.blocking != nil {
      messages.note("note: nothing is set beside it")
    } else if plan.plan.isEmpty, isForAll, let first = plan.plan.remaining.first {
      messages.note("note: nothing is set: \(first.service): \(first.reason)")
    }
  }

  private func report(leftOut before: ExecutionPlan, _ after: ExecutionPlan) {
    let lost = before.plan.services.filter { service in
      guard before.hasSetting(for: service.service) else { return false }
      return after.plan.remaining.contains { $0.service == service.service }
    }
    for service in lost {
      messages.note("note: \(service.service) is left out: \(service.host) has no AAAA record now")
    }
  }
}
