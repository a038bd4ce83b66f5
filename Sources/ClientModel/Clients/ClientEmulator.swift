// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
package import ServiceCatalog
import StrictJSON

/// Answers what one client in one version would call.
///
/// ```swift
/// let emulator = ClientEmulator(try .named("cli-v2"), catalog: catalog)
/// let answer = try emulator.answer(ClientCall(service: "ec2"), ClientInvocation(variables: variables))
/// ```
package struct ClientEmulator: Sendable {
  /// The client.
  package private(set) var client: Client
  /// Its version; `nil` for the newest one.
  package let version: ReleaseVersion?
  /// The botocore release whose rules the client has; `nil` for the newest one.
  package let rulesRelease: ReleaseVersion?
  private let catalog: Catalog
  private let resolvers: ClientResolvers
  let cache = SectionCache()

  /// Makes an emulator.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - version: Its version; `nil` for the newest one.
  ///   - catalog: The services, and the newest rules.
  package init(_ client: Client, version: ReleaseVersion? = nil, catalog: Catalog) {
    self.client = client
    self.version = version
    self.catalog = catalog
    rulesRelease = RulesRelease.of(client: client.id, version: version)
    resolvers = ClientResolvers(catalog)
  }

  /// What the client would call.
  ///
  /// - Parameters:
  ///   - call: What it is asked to do.
  ///   - invocation: How it is started.
  /// - Returns: The endpoint and how it came about.
  /// - Throws: ``ClientStop`` where the client would stop.
  package func answer(_ call: ClientCall, _ invocation: ClientInvocation) throws(ClientStop) -> ClientAnswer {
    var reader = try SettingReader(client, version, invocation, cache: cache)
    let service: CatalogService
    do throws(QueryError) {
      service = try self.service(named: call.service)
    } catch {
      throw reader.stop(ClientStop(error))
    }
    if !client.traits.services.isEmpty, !client.traits.services.contains(service.folder) {
      throw reader.stop(
        .settings(
          "\(client.name) does not call \(service.folder), only \(client.traits.services.joined(separator: ", "))"
        ))
    }
    let credentialCalls = try credentialCalls(service, &reader)
    var query = EndpointQuery(service: service.folder, operation: call.operation, input: call.input)
    query.region = try reader.region(service: service.folder)
    var given = invocation.endpointURL
    if given == nil, let older = olderName(service.folder, query.region, &reader) {
      given = older.url
      query.region = older.region
    }
    query.endpointURL = try reader.endpointURL(of: service, given: given)
    query.useDualStack = try reader.flag(.dualStack, service: service.folder) ?? false
    query.useFIPS = try reader.flag(.fips, service: service.folder) ?? false
    try reader.readServiceSettings(
      &query, prefix: service.endpointPrefix, credentials: credentialCalls.account)
    try decideConflicts(&query, &reader)
    if client.traits.engine == .botocore, let url = query.endpointURL, !EndpointURLCheck.botocoreAccepts(url)
    {
      throw reader.stop(.settings("the endpoint URL \"\(url)\" is invalid, and \(client.name) stops"))
    }
    var answer =
      client.traits.engine == .pattern
      ? try patternAnswer(query, service, reader) : try rulesAnswer(query, service, reader)
    answer.credentialCalls = credentialCalls.calls
    answer.rulesRelease = rulesRelease
    return answer
  }

  /// What the client's rules answer to a query, without any setting of the client.
  package func answer(_ query: EndpointQuery) throws(ClientStop) -> ClientAnswer {
    let reader = try SettingReader(client, version, ClientInvocation(), cache: cache)
    let service: CatalogService
    do throws(QueryError) {
      service = try self.service(named: query.service)
    } catch {
      throw ClientStop(error)
    }
    var rules = self
    rules.client.traits.signsForSeveralRegions = true
    return try rules.rulesAnswer(query, service, reader)
  }

  /// The service of a name, as the client's release knows it.
  func service(named name: String) throws(QueryError) -> CatalogService {
    try resolvers.resolver(.rules(client.id), rulesRelease).service(named: name)
  }

  // MARK: Conflicts

  private func decideConflicts(_ query: inout EndpointQuery, _ reader: inout SettingReader) throws(ClientStop)
  {
    guard query.endpointURL != nil else { return }
    let switches: [(ClientSetting, Bool, ClientTraits.ConflictRule?)] = [
      (.dualStack, query.useDualStack, client.traits.dualStackWithEndpoint),
      (.fips, query.useFIPS, client.traits.fipsWithEndpoint),
    ]
    for (setting, isOn, rule) in switches where isOn {
      switch rule {
      case .rules: break
      case .endpoint:
        if setting == .dualStack { query.useDualStack = false } else { query.useFIPS = false }
        reader.overrule(setting, "an endpoint URL is set, which comes first")
      case nil:
        throw reader.stop(.unknown(client, "what \(setting.rawValue) and an endpoint URL do together"))
      }
    }
  }

  /// The older name that the client calls for a service.
  private func olderName(
    _ service: String, _ region: String?, _ reader: inout SettingReader
  ) -> (url: String, region: String?)? {
    guard let region, reader.ownOptions(.endpointURL, service: service).isEmpty,
      let name = client.traits.olderNames.first(where: {
        $0.services.contains(service) && $0.regions.contains(region)
      })
    else { return nil }
    let url = "https://" + name.host.replacingAll("{region}", with: region)
    reader.record(
      SettingDecision(
        setting: "endpoint_url", value: url, source: .standard,
        losers: [
          .init(
            source: .standard, value: "",
            reason: "\(client.name) calls an older name of \(service) whatever variables and files say")
        ]))
    return (url, name.region ?? region)
  }

  // MARK: Answers

  private func rulesAnswer(
    _ query: EndpointQuery, _ service: CatalogService, _ reader: SettingReader
  ) throws(ClientStop) -> ClientAnswer {
    guard
      let behavior = ClientBehavior.of(
        client, rulesRelease: rulesRelease, service: service.folder, catalog: catalog)
    else { throw reader.stop(.unknown(client, "where the names come from that it calls")) }
    let resolved: ResolvedEndpoint
    do throws(QueryError) {
      resolved = try resolvers.resolver(behavior, rulesRelease).resolve(query)
    } catch {
      throw reader.stop(ClientStop(error))
    }
    switch resolved.resolution {
    case .ruleError(let text):
      throw reader.stop(ClientStop(code: ErrorCode("client.rules", .request), description: text))
    case .noMatch:
      throw reader.stop(
        ClientStop(code: ErrorCode("client.rules", .request), description: "no endpoint rule matches"))
    case .endpoint(let endpoint):
      let request = resolved.requestURL ?? endpoint.url
      let target = try target(of: request, reader)
      return ClientAnswer(
        endpoint: endpoint.url, requestURL: target.url, requestHost: target.host,
        signing: try signing(resolved, endpoint, reader),
        decisions: reader.decisions, resolved: resolved)
    }
  }

  /// What requests are signed for: by the first scheme of the rules that the client can sign with.
  private func signing(
    _ resolved: ResolvedEndpoint, _ endpoint: Endpoint, _ reader: SettingReader
  ) throws(ClientStop) -> Signing? {
    guard let first = resolved.signing, first.scheme == "sigv4a",
      client.traits.signsForSeveralRegions == false
    else { return resolved.signing }
    guard let scheme = endpoint.authSchemes.first(where: { $0.name != "sigv4a" }) else {
      throw reader.stop(
        .settings(
          "requests are signed for several regions, which \(client.name) does only with the AWS CRT installed"
        ))
    }
    return Signing(
      scheme: scheme.name, name: scheme.signingName ?? first.name,
      region: scheme.signingRegion ?? resolved.region)
  }

  private func patternAnswer(
    _ query: EndpointQuery, _ service: CatalogService, _ reader: SettingReader
  ) throws(ClientStop) -> ClientAnswer {
    guard let region = query.region else {
      throw reader.stop(ClientStop(.missingRegion(service: service.folder)))
    }
    guard let pattern = client.traits.hostPattern else {
      guard let url = query.endpointURL else {
        throw reader.stop(
          .unknown(client, "which name it calls without an endpoint of its own configuration"))
      }
      return try own(url, service, region, reader)
    }
    let host = pattern.replacingAll("{prefix}", with: service.endpointPrefix).replacingAll(
      "{region}", with: region)
    return try own(query.endpointURL ?? "https://" + host, service, region, reader)
  }

  private func own(
    _ url: String, _ service: CatalogService, _ region: String, _ reader: SettingReader
  ) throws(ClientStop) -> ClientAnswer {
    let target = try target(of: url, reader)
    return ClientAnswer(
      endpoint: url, requestURL: target.url, requestHost: target.host,
      signing: Signing(scheme: "sigv4", name: service.signingName, region: region),
      decisions: reader.decisions,
      resolved: nil)
  }

  /// The URL that requests go to, and its host with port.
  private func target(of url: String, _ reader: SettingReader) throws(ClientStop) -> (
    url: String, host: String
  ) {
    // Python's urlsplit takes spaces from the front of a URL.
    let url =
      client.traits.engine == .botocore ? String(decoding: url.utf8.drop { $0 <= 0x20 }, as: UTF8.self) : url
    if EndpointURLCheck.hasScheme(url), let parts = URLHost(url) {
      let port = parts.after.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      return (url, String(parts.host + port))
    }
    switch client.traits.urlWithoutScheme {
    case .relative: return ("/" + url, "")
    case .stop:
      throw reader.stop(.settings("the endpoint URL \"\(url)\" has no scheme, and \(client.name) stops"))
    case nil:
      throw reader.stop(.unknown(client, "what an endpoint URL without scheme does, such as \"\(url)\""))
    }
  }
}

extension ClientStop {
  /// The error of a query as the client's.
  init(_ error: QueryError) {
    let isOfRules = if case .rules = error { true } else { false }
    self.init(
      code: isOfRules ? ErrorCode("client.rules", .request) : error.code, description: "\(error)",
      facts: error.facts)
  }
}
