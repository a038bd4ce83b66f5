// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import EgressTerminal
import EndpointMap
import MapViews
import SDKRelease
import ServiceCatalog
import StrictJSON

/// `egress6 catalog`.
struct CatalogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Show, import and compare SDK releases; list every host.",
    discussion: """
      Examples:
        egress6 catalog show
        egress6 catalog import botocore-1.44.8-py3-none-any.whl --to new.image
        egress6 catalog diff builtin new.image
        egress6 catalog hosts -o jsonl
      """,
    subcommands: [
      CatalogShowCommand.self, CatalogImportCommand.self, CatalogDiffCommand.self, CatalogHostsCommand.self,
    ],
    defaultSubcommand: CatalogShowCommand.self)
}

/// `egress6 catalog show`.
struct CatalogShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Tell release, date, hash and how much is in it.",
    usage: "egress6 catalog show [options]",
    discussion: """
      Examples:
        egress6 catalog show
        egress6 catalog show --catalog new.image --json
      """)

  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let catalog = try catalogOptions.open()
    guard output.format == .table, output.fields == nil else {
      return try output.print(CatalogView.view(catalog))
    }
    var layout = output.layout
    layout.hasHeadings = false
    try CatalogView.list(catalog).sheet.write(layout) { try StandardStream.output.write($0) }
  }
}

/// `egress6 catalog import`.
struct CatalogImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read a botocore release and write it as one image.",
    usage: "egress6 catalog import <release> --to <file> [options]",
    discussion: """
      Examples:
        egress6 catalog import botocore-1.44.8-py3-none-any.whl --to new.image
        egress6 catalog import ./botocore-1.44.8 --to new.image

      Wheels and source archives are read without unpacking. Use the image with --catalog or EGRESS6_CATALOG.
      """)

  @Argument(
    help: ArgumentHelp(
      "A botocore wheel (.whl), source archive (.tar.gz) or unpacked folder.", valueName: "release"))
  var release: String

  @Option(
    name: .long, help: ArgumentHelp("The image to write; an existing file is replaced.", valueName: "file"))
  var to: String

  @OptionGroup var messages: MessageOptions

  func validate() throws { try OutputOptions.requireName(to, of: "--to") }

  func run() async throws {
    try Files.require(to, differsFrom: [(release, "release")])
    try AtomicFile.requireReplaceable(to)
    let image = try ImageWriter.write(ReleaseImporter.read(release))
    let catalog = try Catalog(image: image)
    try AtomicFile.write(to) { try $0(image) }
    let counts = catalog.counts
    messages.note(
      "wrote \(to): \(catalog.origin.name), \(counts.services) services, \(counts.regions) regions, "
        + "\(counts.operations) operations, \(image.count) bytes")
  }
}

/// `egress6 catalog diff`.
struct CatalogDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "List services, regions, operations and endpoints that differ between two releases.",
    usage: "egress6 catalog diff <A> <B> [options]",
    discussion: """
      Examples:
        egress6 catalog diff old.image builtin
        egress6 catalog diff old.image new.image -o json

      A release is an image, a wheel, a source archive, a folder, or the word 'builtin'.
      """)

  @Argument(help: ArgumentHelp("The older release.", valueName: "A")) var old: String
  @Argument(help: ArgumentHelp("The newer release.", valueName: "B")) var new: String
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let difference = try CatalogDifference(from: Self.open(old), to: Self.open(new))
    if difference.isEmpty { output.messages.note("the two releases say the same") }
    try output.print(CatalogDifferenceView.view(difference))
  }

  private static func open(_ name: String) throws -> Catalog {
    if name == "builtin" { return try Catalog.embedded() }
    return try CatalogOptions.open(any: name)
  }
}

/// `egress6 catalog hosts`.
struct CatalogHostsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hosts",
    abstract: "List every DNS name that a client could call, with the endpoints behind it.",
    usage: "egress6 catalog hosts [options]",
    discussion: """
      Examples:
        egress6 catalog hosts -o jsonl
        egress6 catalog hosts --services s3 --regions eu-west-1
      """)

  @OptionGroup(title: "What to list") var selection: SelectionOptions
  @OptionGroup(title: "Data") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let catalog = try catalogOptions.open()
    let chosen = try selection.selection(in: catalog)
    let hosts = try catalog.hosts().hosts.filter(chosen.admits)
    let isForPeople = output.format == .table || output.format == .md
    try output.print(isForPeople ? HostListView.summary(hosts) : HostListView.view(hosts))
  }
}
