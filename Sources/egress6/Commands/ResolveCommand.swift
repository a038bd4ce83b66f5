// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientModel
import EgressBase
import EgressTerminal
import EndpointMap
import EndpointRules
import Foundation
import MapViews
import ServiceCatalog
import StrictJSON

/// `egress6 resolve`.
struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Tell the endpoint that a client would call, and why.",
    usage: "egress6 resolve <service> [options]\n       egress6 resolve --batch <file> [options]",
    discussion: """
      Examples:
        egress6 resolve ec2 --region eu-west-1 --dualstack --explain
        egress6 resolve s3 --region eu-west-1 --operation GetObject --param Bucket=my-bucket --json
        egress6 resolve logs --client cli-v2 --profile work --explain
        egress6 resolve s3 --client go-v2 --env-file app.env
        egress6 resolve --batch queries.jsonl

      Without --client, the answer is that of botocore's clients (boto3, the AWS CLI) with the settings that are given
      here; no file and no variable is read. With --client, it is that of the client in this environment, with the user's
      files: --explain shows which source of each setting won and what lost. What is not established about a client is an
      error and not a guess. Rules say which name a client builds, not whether it exists. Where a scan, else public
      evidence, says that the name does not exist or has no IPv6, a note says so with its date.

      A line of --batch is {"id", "service", "apiVersion"?, "params": {rule parameters}}; the answer, in the same
      order, {"id", "url", "properties", "headers"} or {"id", "error", "kind": "rule|noMatch|missingParam|engine"}.
      A line with "client", such as {"id", "client": "aws-cli 2.36.7", "service_id", "command", "region", "env", "config"},
      gets {"id", "endpoint", "request_host", "signing_region", "signing_name"} or {"id", "error"} of that client.
      """)

  @Argument(
    help: ArgumentHelp("The service: folder, service id or endpoint prefix.", valueName: "service"),
    completion: .custom { words, _, _ in ServiceNames.completions(last: words.last) })
  var service: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The region; without it, what a client without a region does.", valueName: "region"))
  var region: String?

  @Flag(name: .long, help: "As with AWS_USE_DUALSTACK_ENDPOINT=true.")
  var dualstack = false

  @Flag(name: .long, help: "As with AWS_USE_FIPS_ENDPOINT=true.")
  var fips = false

  @Option(
    name: .customLong("endpoint-url"), help: ArgumentHelp("As with AWS_ENDPOINT_URL.", valueName: "url"))
  var endpointURL: String?

  @Option(
    name: .customLong("api-version"), help: ArgumentHelp("An older API version.", valueName: "2014-03-28"))
  var apiVersion: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The operation: GetObject, get-object or get_object.", valueName: "operation")
  )
  var operation: String?

  @Option(
    name: .customLong("param"), parsing: .singleValue,
    help: ArgumentHelp(
      "A member of the operation's input, or a parameter of the rules that the client gives; may be given several times.",
      valueName: "name=value"))
  var parameters: [String] = []

  @Flag(name: .long, help: "Show every condition that was tried, and the rule that decided.")
  var explain = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Answer the queries in a file of JSON lines; '-' is standard input.", valueName: "file"))
  var batch: String?

  @Option(
    name: [.customLong("partitions"), .customLong("partitions-file")],
    help: ArgumentHelp("With --batch: a partitions.json to use instead of the catalog's.", valueName: "file"))
  var partitionsFile: String?

  @OptionGroup(title: "As a client does") var environment: ClientEnvironmentOptions
  @OptionGroup(title: "Client settings") var client: ClientSettingOptions
  @OptionGroup(title: "Data") var storeOptions: StoreOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if service == nil, batch == nil { throw ValidationError("name a service, or --batch FILE") }
    if service != nil, batch != nil { throw ValidationError("--batch and a service contradict each other") }
    if batch != nil, output.json || output.output != nil || output.fields != nil || output.sort != nil {
      throw ValidationError("--batch always answers in JSON lines: leave out the options of the output")
    }
    if batch != nil, hasQueryOptions {
      throw ValidationError(
        "--batch takes everything from its lines: leave out the options of a single query")
    }
    if !environment.areGiven, let endpointURL, !Self.isWebURL(endpointURL) {
      throw ValidationError(
        "'\(endpointURL)' is not a URL that a client can call: write it as https://host[:port][/path]")
    }
    if environment.areGiven, dualstack || fips || apiVersion != nil || client.areGiven {
      throw ValidationError(
        "--client takes settings from variables, files and --client-option: leave out those of a query without a client"
      )
    }
    if partitionsFile != nil, batch == nil { throw ValidationError("--partitions belongs to --batch") }
    if !parameters.isEmpty, operation == nil {
      throw ValidationError("--param belongs to an operation: name it with --operation")
    }
  }

  private static func isWebURL(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else { return false }
    return ["http", "https"].contains(parts.scheme?.lowercased())
  }

  private var hasQueryOptions: Bool {
    region != nil || dualstack || fips || endpointURL != nil || apiVersion != nil || operation != nil
      || explain || !parameters.isEmpty || client.areGiven || environment.areGiven
      || storeOptions.store != nil
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    if let batch {
      let run = BatchRun(evaluation: try BatchEvaluation(catalog, partitions: try partitions()))
      try run.run(batch)
      return
    }
    if let emulator = try environment.emulator(catalog) { return try answer(emulator, catalog) }
    let resolver = ClientResolver(catalog)
    let resolved = try resolver.resolve(
      EndpointQuery(
        service: service ?? "", apiVersion: apiVersion, region: region, useDualStack: dualstack,
        useFIPS: fips,
        endpointURL: endpointURL, options: try client.options(), operation: operation,
        input: try OperationInputArguments.input(parameters)))
    for setting in resolved.ignoredSettings {
      output.messages.note("note: \(setting.optionName) decides nothing here")
    }
    try show(
      EndpointView(
        resolved, release: catalog.origin.name, isExplained: explain,
        evidence: try evidence(
          of: resolved, Variant(isDualStack: dualstack, isFIPS: fips), in: catalog,
          isOverridden: endpointURL != nil),
        wantsIPv6: dualstack))
    if explain, !resolved.service.hasClient { output.messages.note("note: there are no rules to explain") }
    if case .ruleError(let text) = resolved.resolution {
      throw CommandFailure(.findings, "the rules give no endpoint: \(text)")
    }
    if case .noMatch = resolved.resolution { throw CommandFailure(.findings, "no rule matches") }
    if let region = resolved.region, resolved.match?.isListed == true, endpointURL == nil {
      output.nextStep("egress6 map --services \(resolved.service.folder) --regions \(region)")
    }
  }

  /// Answers as a client.
  private func answer(_ emulator: ClientEmulator, _ catalog: Catalog) throws {
    let call = ClientCall(
      service: service ?? "", operation: operation, input: try OperationInputArguments.input(parameters))
    let invocation = try environment.invocation(emulator.client, region: region, endpointURL: endpointURL)
    let result: Result<ClientAnswer, ClientStop>
    do throws(ClientStop) {
      result = .success(try emulator.answer(call, invocation))
    } catch {
      guard error.code.description.hasPrefix("client.") else { throw error }
      result = .failure(error)
    }
    let answer = ClientAnswerView(result, to: call, of: emulator, release: catalog.origin.name)
    for note in answer.notes { output.messages.note(note) }
    if output.format == .table, output.fields == nil {
      var layout = ViewLayout(format: .table, style: output.layout.style)
      layout.hasHeadings = false
      try answer.list.sheet.write(layout) { try StandardStream.output.write($0) }
      if explain {
        try StandardStream.output.write("\n")
        try answer.decisionList.sheet.write(ViewLayout(format: .table, style: output.layout.style)) {
          try StandardStream.output.write($0)
        }
        if let resolved = (try? result.get())?.resolved, resolved.service.hasClient {
          try StandardStream.output.write("\n\(try resolved.explanation())\n")
        }
      }
    } else {
      try output.print(answer.view)
    }
    if case .failure(let error) = result {
      throw CommandFailure(
        .findings, "\(emulator.client.name) gives no endpoint: \(error)", help: Advice.text(for: error))
    }
    if let resolved = (try? result.get())?.resolved {
      let isOn = { (name: String) in resolved.parameters[name] == .boolean(true) }
      let variant = Variant(isDualStack: isOn("UseDualStack"), isFIPS: isOn("UseFIPS"))
      let evidence = try evidence(
        of: resolved, variant, in: catalog, isOverridden: resolved.parameters["Endpoint"] != nil)
      if let note = evidence?.note(wantsIPv6: variant.isDualStack) { output.messages.note(note) }
    }
  }

  /// What a scan, else public evidence, knows of the name; a store that cannot be read is no reason to fail.
  private func evidence(
    of resolved: ResolvedEndpoint, _ variant: Variant, in catalog: Catalog, isOverridden: Bool
  ) throws -> EndpointEvidence? {
    guard !isOverridden, let search = try EndpointEvidenceSearch(resolved, variant, catalog: catalog)
    else { return nil }
    do throws(StoreError) {
      if let found = try search.scanned(storeOptions.openForReading()) { return found }
    } catch {
      switch error.kind {
      case .missing, .noDataFolder, .noRun: if storeOptions.store != nil { fallthrough }
      default: output.messages.note("note: no scan is considered: \(error)")
      }
    }
    return search.published(try BuiltInMap.embedded(), on: Timestamp.now.day)
  }

  private func show(_ answer: EndpointView) throws {
    for note in answer.notes { output.messages.note(note) }
    guard output.format == .table, output.fields == nil else { return try output.print(answer.view) }
    var layout = ViewLayout(format: .table, style: output.layout.style)
    layout.hasHeadings = false
    try answer.list.sheet.write(layout) { try StandardStream.output.write($0) }
    if let explanation = answer.explanation { try StandardStream.output.write("\n\(explanation)\n") }
  }

  private func partitions() throws -> Partitions? {
    guard let path = partitionsFile else { return nil }
    do {
      return try Partitions(json: FileAccess.read(path, limit: 16 << 20))
    } catch let error as FileError {
      throw error
    } catch {
      throw CommandFailure(.input, "\(error)", at: path, help: "give a file like botocore's partitions.json")
    }
  }
}
