// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct Egress6: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "egress6", abstract: "Get out of public IPv4 on AWS, with evidence.")
}
