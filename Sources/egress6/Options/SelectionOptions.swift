// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EndpointMap
import Foundation
import ServiceCatalog

/// Which part of the catalog a command works on.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Partitions, separated by commas, or 'all'.", valueName: "aws,aws-cn"))
  var partitions: [String] = []

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Regions, separated by commas; '*' matches any text.", valueName: "eu-*"))
  var regions: [String] = []

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Services: folder, service id or endpoint prefix; '*' as above.", valueName: "ec2,s3"),
    completion: .custom { words, _, _ in ServiceNames.completions(last: words.last) })
  var services: [String] = []

  /// An option that is given without a name would mean everything, which is never what an empty variable was to say.
  func validate() throws {
    try Self.requireWords(partitions, of: "--partitions")
    try Self.requireWords(regions, of: "--regions")
    try Self.requireWords(services, of: "--services")
  }

  /// Refuses an empty word in a list option.
  static func requireWords(_ values: [String], of option: String) throws {
    let words = values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard words.allSatisfy({ word in word.contains { !$0.isWhitespace } }) else {
      throw ValidationError("\(option) has an empty name: give names, or leave the option out")
    }
  }

  /// The words of a list option, whether repeated or separated by commas.
  static func words(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
  }

  /// The selection, every name checked against the catalog.
  func selection(in catalog: Catalog) throws -> EndpointSelection {
    let partitionNames = catalog.partitions.map(\.id)
    let regionNames = catalog.partitions.flatMap { partition in partition.regions.map(\.name) }
    // Beside 'all', too, every name has to be one.
    let words = Self.words(services)
    let services = try words.filter { $0 != "all" }.map { try Self.service($0, in: catalog) }
    return EndpointSelection(
      partitions: try Self.patterns(partitions, names: partitionNames, kind: "partition"),
      regions: try Self.patterns(regions, names: regionNames, kind: "region"),
      services: words.contains("all") ? [] : services)
  }

  private static func patterns(_ values: [String], names: [String], kind: String) throws -> [NamePattern] {
    let words = words(values)
    let patterns = try words.filter { $0 != "all" }.map { word in
      let pattern = NamePattern(word)
      guard names.contains(where: pattern.matches) else {
        throw CommandFailure(
          .usage, "no \(kind) is named '\(word)'",
          help: Self.suggestion(NearestNames.of(word, among: names, limit: 3)))
      }
      return pattern
    }
    return words.contains("all") ? [] : patterns
  }

  private static func service(_ word: String, in catalog: Catalog) throws -> NamePattern {
    if word.contains("*") || word.contains("?") {
      let pattern = NamePattern(word)
      let all = catalog.services + (try catalog.servicesWithoutClient())
      if all.contains(where: { pattern.matches($0.folder) }) { return pattern }
    }
    return NamePattern(try catalog.lookup(service: word).folder)
  }

  static func suggestion(_ names: [String]) -> String? {
    names.isEmpty ? nil : "did you mean: " + names.joined(separator: ", ")
  }
}
