// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog
package import StrictJSON
import Synchronization

/// Answers rows that describe one run of a real client: which client, in which environment, with which files, to do what.
///
/// A row is `{"id", "client", "service_id", "command" | "operation", "region", "env", "config", "credentials", …}`. The
/// region is that of the variables AWS_REGION and AWS_DEFAULT_REGION, which `env` may set otherwise. `config` is the text of
/// the configuration file, or of a Terraform provider block. A client named `botocore VERSION rules` stands for
/// botocore's rules without a client around them; the case `dualstack` or the variable of a switch sets the switch.
///
/// What such rows also record, `configured_via` among it, is what the real client told, and is not read: it follows from
/// the rest. `environment_service` is a variable of one service, `environment_global` the general one, `config_service` the
/// services section, `config_global` the profile.
package struct RecordedRuns: Sendable {
  private let catalog: Catalog
  private let emulators: Emulators

  private final class Emulators: Sendable {
    let known = Mutex<[String: (ClientEmulator, isRules: Bool)]>([:])
  }

  /// Makes the answers to rows over a catalog.
  package init(_ catalog: Catalog) {
    self.catalog = catalog
    emulators = Emulators()
  }

  /// Whether an object is such a row.
  package static func isRow(_ document: JSON) -> Bool { document["client"]?.string != nil }

  /// The answer to a row.
  ///
  /// - Parameter row: The row.
  /// - Returns: `{"id", "endpoint", "request_host", "signing_region", "signing_name"}`, or `{"id", "error"}` where the client
  ///   stops or the row cannot be read.
  package func answer(_ row: JSON) -> JSON {
    let id = row["id"] ?? .null
    do {
      let answer = try run(row)
      // A client that fetches credentials does that first: its first request goes there.
      let first = answer.credentialCalls.first ?? answer
      return .object([
        .init("id", id), .init("endpoint", .string(answer.endpoint)),
        .init("request_host", .string(first.requestHost)),
        .init("signing_region", first.signing?.region.map { .string($0) } ?? .null),
        .init("signing_name", (first.signing?.name).map { .string($0) } ?? .null),
      ])
    } catch {
      return .object([.init("id", id), .init("error", .string("\(error)"))])
    }
  }

  private struct BadRow: Error, CustomStringConvertible {
    var description: String
  }

  private func run(_ row: JSON) throws -> ClientAnswer {
    guard let name = row["client"]?.string else { throw BadRow(description: "\"client\" is not a string") }
    let (emulator, isRules) = try emulator(name)
    let command = row["command"]?.string.map(CommandLineCall.init)
    guard let service = row["service_id"]?.string ?? row["botocore_name"]?.string ?? command?.folder else {
      throw BadRow(description: "the row names no service: give \"service_id\"")
    }
    if isRules { return try ruleAnswer(row, emulator, service) }
    var invocation = try invocation(row, emulator.client)
    var call = ClientCall(service: service, operation: row["operation"]?.string)
    if let command {
      invocation.profile = command.value("profile")
      invocation.region = command.value("region")
      invocation.endpointURL = command.value("endpoint-url")
      let known = try emulator.service(named: service)
      if let name = command.calledOperation,
        let operation = try? catalog.lookup(operation: name, of: known.current, service: known.folder)
      {
        call.operation = operation.name
        call.input = command.input(try catalog.inputMembers(of: operation, in: known.current))
      }
    }
    if let profile = row["profile"]?.string { invocation.profile = profile }
    if let url = row["endpoint_url"]?.string { invocation.endpointURL = url }
    return try emulator.answer(call, invocation)
  }

  private func emulator(_ name: String) throws -> (ClientEmulator, isRules: Bool) {
    if let known = emulators.known.withLock({ $0[name] }) { return known }
    let (client, version) = try ClientList.embedded().client(recordedAs: name)
    let made = (ClientEmulator(client, version: version, catalog: catalog), isRules: name.hasSuffix(" rules"))
    emulators.known.withLock { $0[name] = made }
    return made
  }

  /// The answer of botocore's rules alone.
  private func ruleAnswer(_ row: JSON, _ emulator: ClientEmulator, _ service: String) throws -> ClientAnswer {
    func isOn(_ variable: String) -> Bool { row["env"]?[variable]?.string?.lowercased() == "true" }
    var query = EndpointQuery(
      service: row["botocore_name"]?.string ?? service, region: row["region"]?.string,
      useDualStack: row["case"]?.string?.hasPrefix("dualstack") == true || isOn("AWS_USE_DUALSTACK_ENDPOINT"),
      useFIPS: isOn("AWS_USE_FIPS_ENDPOINT"), operation: row["operation"]?.string)
    query.options.disableHostPrefixInjection = true
    return try emulator.answer(query)
  }

  private func invocation(_ row: JSON, _ client: Client) throws -> ClientInvocation {
    var variables: [String: String] = ["AWS_ACCESS_KEY_ID": "placeholder"]
    if row["no_static_credentials"]?.bool == true { variables = [:] }
    if let region = row["region"], region != .null, region.string == nil {
      throw BadRow(description: "\"region\" is not a string")
    }
    if let region = row["region"]?.string {
      variables["AWS_REGION"] = region
      variables["AWS_DEFAULT_REGION"] = region
    }
    for name in ["common_env", "env"] {
      guard let value = row[name], value != .null else { continue }
      guard let members = value.object else { throw BadRow(description: "\"\(name)\" is not an object") }
      for member in members {
        guard let text = member.value.string else {
          throw BadRow(description: "\"\(name)\": \"\(member.name)\" is not a string")
        }
        variables[member.name] = text
      }
    }
    var invocation = ClientInvocation(variables: variables)
    if let text = row["config"]?.string {
      if client.id == "terraform", text.utf8.first(where: { $0 > 0x20 }) != UInt8(ascii: "[") {
        guard let block = ProviderBlock(text) else {
          throw BadRow(description: "\"config\" is neither a configuration file nor a provider block")
        }
        invocation.ownOptions = block.arguments
      } else {
        invocation.config = ConfigurationFile(Array(text.utf8), path: "config", kind: .config)
      }
    }
    if let text = row["credentials"]?.string {
      invocation.credentials = ConfigurationFile(Array(text.utf8), path: "credentials", kind: .credentials)
    }
    return invocation
  }
}
