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
        egress6 resolve --batch queries.jsonl

      The answer is that of botocore's clients (boto3, the AWS CLI) with the settings that are given here; no file
      and no variable is read. Rules say which name a client builds, not whether it exists. Where a scan, else public
      evidence, says that the name does not exist or has no IPv6, a note says so with its date.

      A line of --batch is {"id", "service", "apiVersion"?, "params": {rule parameters}}; the answer, in the same
      order, {"id", "url", "properties", "headers"} or {"id", "error", "kind": "rule|noMatch|missingParam|engine"}.
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
    if let endpointURL, !Self.isWebURL(endpointURL) {
      throw ValidationError(
        "'\(endpointURL)' is not a URL that a client can call: write it as https://host[:port][/path]")
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
      || explain || !parameters.isEmpty || client.areGiven || storeOptions.store != nil
  }

  func run() async throws {
    let catalog = try catalogOptions.open()
    if let batch {
      let run = BatchRun(evaluation: try BatchEvaluation(catalog, partitions: try partitions()))
      try run.run(batch)
      return
    }
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
        evidence: try evidence(of: resolved, in: catalog), wantsIPv6: dualstack))
    if explain, !resolved.service.hasClient { output.messages.note("note: there are no rules to explain") }
    if case .ruleError(let text) = resolved.resolution {
      throw CommandFailure(.findings, "the rules give no endpoint: \(text)")
    }
    if case .noMatch = resolved.resolution { throw CommandFailure(.findings, "no rule matches") }
    if let region = resolved.region, resolved.match?.isListed == true, endpointURL == nil {
      output.nextStep("egress6 map --services \(resolved.service.folder) --regions \(region)")
    }
  }

  /// What a scan, else public evidence, knows of the name; a store that cannot be read is no reason to fail.
  private func evidence(of resolved: ResolvedEndpoint, in catalog: Catalog) throws -> EndpointEvidence? {
    let variant = Variant(isDualStack: dualstack, isFIPS: fips)
    guard endpointURL == nil, let search = try EndpointEvidenceSearch(resolved, variant, catalog: catalog)
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
