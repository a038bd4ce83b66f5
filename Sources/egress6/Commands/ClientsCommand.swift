// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ClientModel
import EgressTerminal
import MapViews

/// `egress6 clients`.
struct ClientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clients",
    abstract: "List AWS clients and what each can be told.",
    discussion: """
      Examples:
        egress6 clients
        egress6 clients show rust
        egress6 clients -o json

      A cell tells since which release a client reads a setting from variable and file; 'unknown' means that it is not
      established. Conflict is what an endpoint URL and the dual-stack switch do together.
      """,
    subcommands: [ClientsListCommand.self, ClientsShowCommand.self],
    defaultSubcommand: ClientsListCommand.self)
}

/// `egress6 clients list`.
struct ClientsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the clients, one a line.", usage: "egress6 clients list [options]",
    discussion: """
      Examples:
        egress6 clients list --fields client,name,status
        egress6 clients list -o csv
      """)

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let list = try ClientList.embedded()
    output.messages.note("data: facts of \(list.date)")
    try output.print(ClientsView.view(list))
    output.nextStep("egress6 clients show cli-v2")
  }
}

/// `egress6 clients show`.
struct ClientsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show everything that is known of one client, with sources.",
    usage: "egress6 clients show <client> [options]",
    discussion: """
      Examples:
        egress6 clients show rust
        egress6 clients show terraform --json
      """)

  @Argument(
    help: ArgumentHelp("The client, such as cli-v2, boto3, go-v2.", valueName: "client"),
    completion: .custom { _, _, _ in (try? ClientList.embedded().clients.map(\.id)) ?? [] })
  var client: String

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let list = try ClientList.embedded()
    try output.print(ClientView(try .named(client), in: list).view)
  }
}
