// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The root command.
struct Egress6: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "egress6",
    abstract:
      "Which AWS endpoint answers over IPv6, under which name, and since when; settings that move clients to it.",
    discussion: """
      Examples:
        egress6 scan
        egress6 map --services ec2,s3 --regions 'eu-*'
        egress6 resolve ec2 --region eu-west-1 --client boto3 --explain
        egress6 configure --services ec2,s3,logs --region eu-west-1 --client boto3
        egress6 exec -- aws ec2 describe-instances
        egress6 lint

      Results go to standard output, everything else to standard error.
      Topics: egress6 help output | exit-codes | environment | data | support | resolvers
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "The map",
        subcommands: [ScanCommand.self, MapCommand.self, ChangesCommand.self, ExportCommand.self]),
      CommandGroup(name: "Endpoints", subcommands: [ResolveCommand.self, ClientsCommand.self]),
      CommandGroup(
        name: "Settings",
        subcommands: [ConfigureCommand.self, ExecCommand.self, LintCommand.self, ExplainCommand.self]),
      CommandGroup(name: "Data", subcommands: [CatalogCommand.self]),
    ])
}
