// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressDNS
import Foundation
import IPAddressing
import ServiceCatalog

/// Whom a scan asks, and how fast.
struct ResolverOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A resolver to ask; may be given several times. Default: the system's. [env: EGRESS6_RESOLVER]",
      valueName: "address[:port]"))
  var resolver: [String] = []

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Queries a second to each resolver; 500 if not given, at most 900. [env: EGRESS6_RATE]", valueName: "n")
  )
  var rate: Int?

  @Flag(
    name: .customLong("i-own-this-resolver"),
    help: "Lift the limit of 900 a second: nobody else needs this resolver.")
  var ownsResolver = false

  @Option(
    name: .customLong("private-prefix"), parsing: .singleValue,
    help: ArgumentHelp(
      "Addresses in this prefix belong to a private network, such as the VPC that the scan runs in; may be given several times.",
      valueName: "prefix"))
  var privatePrefixes: [String] = []

  @Option(
    name: .customLong("ip-ranges"),
    help: ArgumentHelp(
      "AWS's address ranges, in the format of its ip-ranges.json. Default: the built-in list.",
      valueName: "file"))
  var addressRanges: String?

  func validate() throws {
    try SelectionOptions.requireWords(resolver, of: "--resolver")
    try OutputOptions.requireName(addressRanges, of: "--ip-ranges")
  }

  /// The settings of the scan's DNS client.
  func configuration(environment: [String: String]) throws -> ScanConfiguration {
    var configuration = ScanConfiguration(
      resolvers: try Self.resolvers(named: resolver, environment: environment))
    configuration.ownsResolvers = ownsResolver
    if let rate {
      configuration.rate = .perSecond(rate)
    } else if let text = environment["EGRESS6_RATE"], !text.isEmpty {
      guard let rate = Int(text) else {
        throw CommandFailure(
          .usage, "EGRESS6_RATE is '\(text)'", help: "give a whole number of queries a second")
      }
      configuration.rate = .perSecond(rate)
    }
    for text in privatePrefixes {
      guard let prefix = IPPrefix(text) else {
        throw CommandFailure(.usage, "'\(text)' is not an address prefix", help: "write it as 2600:1f18::/36")
      }
      configuration.privatePrefixes.append(prefix)
    }
    configuration.publishedRanges = PublishedRanges(
      try addressRanges.map { try AddressRanges(file: $0) } ?? .builtIn)
    return configuration
  }

  /// The resolvers of an option, else of the variable, else of the system.
  static func resolvers(named options: [String], environment: [String: String]) throws -> [ResolverAddress] {
    var words = SelectionOptions.words(options)
    if words.isEmpty, let value = environment["EGRESS6_RESOLVER"], !value.isEmpty {
      words = try Self.words(value, of: "EGRESS6_RESOLVER")
    }
    var resolvers: [ResolverAddress] = []
    for word in words { resolvers.append(try ResolverAddress(word)) }
    return try resolvers.isEmpty ? systemResolvers() : resolvers
  }

  /// The words of a variable, which like an option has no empty ones: they would silently mean something else.
  private static func words(_ value: String, of variable: String) throws -> [String] {
    let words = value.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard !words.contains("") else {
      throw CommandFailure(
        .usage, "\(variable) is '\(value)', which has an empty name",
        help: "give addresses, separated by commas, or unset it")
    }
    return words
  }

  private static func systemResolvers() throws -> [ResolverAddress] {
    let path = "/etc/resolv.conf"
    let text = (try? String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)) ?? ""
    let resolvers = SystemResolvers.fromResolvConf(text)
    guard !resolvers.isEmpty else {
      throw CommandFailure(
        .network, "no resolver is configured", at: path,
        help: "name one: --resolver 192.0.2.53 or [2001:db8::53]:53")
    }
    return resolvers
  }
}

extension PublishedRanges {
  /// The ranges of AWS.
  init(_ ranges: AddressRanges) {
    self.init(table: ranges.table, owner: "AWS", date: "\(ranges.created.day)")
  }
}
