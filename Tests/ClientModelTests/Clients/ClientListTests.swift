// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// The data of clients holds together.
@Suite struct ClientListTests {
  @Test func everyClientIsThere() throws {
    let list = try ClientList.embedded()
    let names = Set(list.clients.map(\.id))
    #expect(names.count == list.clients.count)
    for id in [
      "boto3", "cli-v1", "cli-v2", "go-v1", "go-v2", "rust", "java-v1", "java-v2", "js-v2", "js-v3",
      "dotnet-v3",
      "dotnet-v4", "php", "ruby", "kotlin", "cpp", "swift", "powershell", "soto", "terraform",
      "cloudwatch-agent",
      "ssm-agent", "ecs-agent", "ecs-awslogs", "docker-awslogs", "fluent-bit", "fluentd-s3", "vector",
      "opentelemetry",
      "external-secrets", "ebs-csi", "load-balancer-controller", "mountpoint", "rclone", "s5cmd", "restic",
      "hadoop-s3a",
    ] { #expect(names.contains(id), "\(id)") }
  }

  @Test func everyEstablishedSettingHasASourceThatExists() throws {
    let list = try ClientList.embedded()
    let keys = Set(list.sources.map(\.key))
    for client in list.clients {
      for (setting, support) in client.settings where support.variable != nil || support.file != nil {
        if client.family != "code-only" {
          #expect(!support.sources.isEmpty, "\(client.id): \(setting.rawValue)")
        }
        for source in support.sources {
          #expect(keys.contains(source) || source.hasPrefix("https://"), "\(client.id): \(source)")
        }
      }
      for source in client.sources {
        #expect(keys.contains(source) || source.contains("://"), "\(client.id): \(source)")
      }
      for option in client.options { #expect(!option.services.contains(""), "\(client.id)") }
    }
  }

  @Test func servicesOfEntriesExist() throws {
    let catalog = try Catalog.embedded()
    for client in try ClientList.embedded().clients {
      let folders =
        client.traits.services + client.options.flatMap(\.services) + Array(client.traits.serviceRegions.keys)
        + client.traits.olderNames.flatMap(\.services)
      for folder in folders { #expect(catalog.service(folder: folder) != nil, "\(client.id): \(folder)") }
    }
  }

  @Test func recordsNameTheirClient() throws {
    let list = try ClientList.embedded()
    for (text, id, version) in [
      ("aws-cli 1.45.11", "cli-v1", "1.45.11"), ("aws-cli 2.36.7", "cli-v2", "2.36.7"),
      ("botocore 1.44.5 rules", "boto3", "1.44.5"), ("aws-sdk-go-v2 config 1.32.23", "go-v2", "1.32.23"),
      ("rclone 1.75.2 (aws-sdk-go-v2)", "rclone", "1.75.2"),
      ("terraform-provider-aws 5.100.0 (aws-sdk-go-v2)", "terraform", "5.100.0"), ("boto3", "boto3", ""),
    ] {
      let (client, release) = try list.client(recordedAs: text)
      #expect(client.id == id)
      #expect(release?.description ?? "" == version)
    }
    #expect(throws: ClientListError.unknownClient("netscape", nearest: [])) {
      try list.client(recordedAs: "netscape")
    }
  }

  @Test(arguments: [
    (#"{"clients": []}"#, "no clients"),
    (#"{"clients": [{"id": "x", "name": "X", "family": "y"}]}"#, "no family \"y\""),
    (
      #"{"families": {"own": {"traits": {"engin": "rules"}}}, "clients": [{"id": "x", "name": "X"}]}"#,
      "no trait \"engin\""
    ),
    (
      #"{"families": {"own": {"traits": {"engine": "steam"}}}, "clients": [{"id": "x", "name": "X"}]}"#,
      "cannot be \"steam\""
    ),
    (
      #"{"families": {"own": {"settings": {"x": true}}}, "clients": [{"id": "x", "name": "X"}]}"#,
      "no setting \"x\""
    ),
    ("[", "JSON"),
  ])
  func aSlipInTheDataIsAnError(text: String, problem: String) throws {
    let error = try #require(throws: ClientListError.self) { try ClientList(Array(text.utf8)) }
    #expect("\(error)".contains(problem) || problem == "JSON", "\(error)")
  }
}
