// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import StrictJSON
import Testing

@testable import ServiceCatalog

@Suite struct HostListTests {
  @Test("the number of hosts is the recorded one") func counts() throws {
    let list = try Release.hosts.get()
    let bySource = Dictionary(grouping: list.hosts, by: \.source).mapValues(\.count)
    print("hosts: \(list.hosts.count) \(bySource), \(list.statistics)")
    #expect(list.hosts.count == RecordedCounts.value("hosts", found: list.hosts.count))
    for source in [EndpointHost.Source.rules, .legacy, .facts] {
      let count = bySource[source] ?? 0
      #expect(count == RecordedCounts.value("hosts.\(source)", found: count), "\(source)")
    }
    #expect(list.hosts.map(\.host) == list.hosts.map(\.host).sorted())
    #expect(Set(list.hosts.map(\.host)).count == list.hosts.count)
    #expect(list.hosts.allSatisfy { URLHost.isName($0.host) && $0.host == $0.host.lowercased() })
    #expect(list.hosts.allSatisfy { !$0.endpoints.isEmpty && $0.endpoints == $0.endpoints.sorted() })
  }

  @Test("every reference leads back") func referencesAgree() throws {
    let list = try Release.hosts.get()
    var references = 0
    for host in list.hosts {
      for key in host.endpoints {
        references += 1
        #expect(list.names(of: key).contains(host.host))
      }
    }
    #expect(references == list.endpoints.reduce(0) { $0 + list.names(of: $1).count })
    #expect(list.statistics.endpoints == list.endpoints.count { _ in true })
  }

  struct Host: Sendable {
    var name: String
    var service: ServiceID
    var region: RegionID
    var partition: PartitionID
    var variant = Variant.default
    var source = EndpointHost.Source.rules
    var isRepresentative = false
  }

  static let expected = [
    Host(name: "ec2.eu-west-1.amazonaws.com", service: "ec2", region: "eu-west-1", partition: "aws"),
    Host(
      name: "ec2.eu-west-1.api.aws", service: "ec2", region: "eu-west-1", partition: "aws",
      variant: .dualstack),
    Host(name: "iam.amazonaws.com", service: "iam", region: "aws-global", partition: "aws"),
    Host(
      name: "iam.global.api.aws", service: "iam", region: "aws-global", partition: "aws", variant: .dualstack),
    Host(
      name: "iam.cn-north-1.amazonaws.com.cn", service: "iam", region: "aws-cn-global", partition: "aws-cn"),
    Host(name: "route53.c2s.ic.gov", service: "route53", region: "aws-iso-global", partition: "aws-iso"),
    Host(
      name: "sqs.eusc-de-east-1.amazonaws.eu", service: "sqs", region: "eusc-de-east-1", partition: "aws-eusc"
    ),
    Host(
      name: "organizations.us-gov-west-1.amazonaws.com", service: "organizations",
      region: "aws-us-gov-global", partition: "aws-us-gov"),
    Host(
      name: "123456789012.s3-control.eu-west-1.amazonaws.com", service: "s3control", region: "eu-west-1",
      partition: "aws", isRepresentative: true),
    Host(
      name: "123456789012.ddb.eu-west-1.amazonaws.com", service: "dynamodb", region: "eu-west-1",
      partition: "aws",
      isRepresentative: true),
    Host(
      name: "123456789012.data-kinesis.eu-west-1.amazonaws.com", service: "kinesis", region: "eu-west-1",
      partition: "aws", isRepresentative: true),
    Host(
      name: "api.iotsitewise.eu-west-1.amazonaws.com", service: "iotsitewise", region: "eu-west-1",
      partition: "aws"),
    Host(
      name: "123456789012.dkr-ecr.eu-west-1.on.aws", service: "ecr", region: "eu-west-1", partition: "aws",
      variant: .dualstack, source: .facts, isRepresentative: true),
    Host(
      name: "public.ecr.aws", service: "ecr-public", region: "aws-global", partition: "aws", source: .facts),
    Host(
      name: "s3-website.eu-west-1.amazonaws.com", service: "s3", region: "eu-west-1", partition: "aws",
      source: .facts),
    Host(
      name: "eu-west-1.queue.amazonaws.com", service: "sqs", region: "eu-west-1", partition: "aws",
      source: .legacy),
  ]

  @Test("known names are there, with their endpoint", arguments: expected) func has(_ host: Host) throws {
    let found = try #require(try Release.hosts.get().hosts.first { $0.host == host.name })
    #expect(
      found.endpoints.contains(
        EndpointKey(
          partition: host.partition, service: host.service, region: host.region, variant: host.variant)))
    #expect(found.source == host.source)
    #expect(found.isRepresentative == host.isRepresentative)
  }

  @Test("an endpoint's first name is the one that an ordinary call leads to") func primary() throws {
    let list = try Release.hosts.get()
    func name(_ service: ServiceID, _ variant: Variant = .default) -> String? {
      list.names(
        of: EndpointKey(partition: "aws", service: service, region: "eu-west-1", variant: variant)
      ).first
    }
    #expect(name("s3") == "s3.eu-west-1.amazonaws.com")
    #expect(name("s3", .dualstack) == "s3.dualstack.eu-west-1.amazonaws.com")
    #expect(name("iotsitewise") == "api.iotsitewise.eu-west-1.amazonaws.com")
    #expect(name("ssm") == "ssm.eu-west-1.amazonaws.com")
    #expect(name("sqs") == "sqs.eu-west-1.amazonaws.com")
  }

  @Test("a part of the list is the same as in the whole") func parts() throws {
    let all = try Release.hosts.get()
    let part = try Release.catalog.get().hosts(
      partitions: ["aws-cn"], regions: ["cn-north-1"], services: ["ec2", "s3"])
    let wanted = all.hosts.filter { host in
      host.endpoints.contains { $0.region == "cn-north-1" && ["ec2", "s3"].contains($0.service) }
    }
    #expect(part.hosts.map(\.host) == wanted.map(\.host))
    #expect(part.declared.count(where: \.isMain) == 2)
    #expect(all.declared.filter { part.declared.map(\.place).contains($0.place) } == part.declared)
  }

  @Test("what is declared are names, in regions that exist and in those that do not") func declared() throws {
    let rows = try Release.catalog.get().declared()
    func hosts(_ service: ServiceID, _ region: RegionID) throws -> VariantHosts {
      try #require(rows.first { $0.place.service == service && $0.place.region == region }).hosts
    }
    #expect(try hosts("ec2", "eu-west-1")[.default] == "ec2.eu-west-1.amazonaws.com")
    #expect(try hosts("secretsmanager", "eu-west-1")[.dualstack] == "secretsmanager.eu-west-1.amazonaws.com")
    #expect(try hosts("ec2", "sa-west-1")[.default] == "ec2.sa-west-1.amazonaws.com")
    #expect(try hosts("ec2", "eu-west-1")[.fipsDualstack] == "ec2-fips.eu-west-1.api.aws")
  }

  @Test("the stored map is the enumerated one, for every service and region") func storedMap() throws {
    let stored = try Release.catalog.get().declared(includingGroups: true)
    let enumerated = try Release.hosts.get().declared
    #expect(stored.count == enumerated.count)
    for (left, right) in zip(stored, enumerated) where left != right {
      Issue.record("\(left) is stored, \(right) was enumerated")
    }
    #expect(stored == stored.sorted())
    #expect(try Release.catalog.get().declared() == stored.filter(\.isMain))
    print(
      "declared: \(stored.count) groups of services in regions, \(stored.count(where: \.isMain)) of them main"
    )
    let part = try Release.catalog.get().declared(includingGroups: true) {
      $0.region == "eu-west-1" && $0.service == "s3"
    }
    #expect(part == stored.filter { $0.place.region == "eu-west-1" && $0.place.service == "s3" })
    #expect(part.map(\.isMain).prefix(2) == [true, false])
  }

  static let templates: [(String, String, String)] = [
    ("ec2.eu-west-1.amazonaws.com", "ec2", "{service}.{region}.{dnsSuffix}"),
    ("ec2.eu-west-1.api.aws", "ec2", "{service}.{region}.{dualStackDnsSuffix}"),
    ("x.amazonaws.com", "ec2", "x.{dnsSuffix}"), ("public.ecr.aws", "ecr-public", "public.ecr.aws"),
    ("eu-west-1.eu-west-1.aws", "aws", "{region}.{region}.{service}"),
    ("reg.eu-west-1.amazonaws.com", "reg", "reg.{region}.{dnsSuffix}"),
    ("s.eu-west-1.amazonaws.com", "s", "{service}.{region}.{dnsSuffix}"),
  ]

  @Test("a template gives its name back", arguments: templates)
  func template(host: String, service: String, text: String) {
    let values = HostTemplate.Values(service: service, suffix: "amazonaws.com", dualStackSuffix: "api.aws")
    let template = HostTemplate(host, region: "eu-west-1", values)
    #expect(template.pieces(values).joined(separator: "eu-west-1") == host)
    #expect(template.text == text)
  }

  @Test("each row of the facts is read, and names its source and date") func facts() throws {
    let document = try JSON(parsing: EmbeddedFiles.facts)
    let rows = try #require(document["names"]?.array)
    #expect(FactHosts.facts().count == rows.count)
    let catalog = try Release.catalog.get()
    for row in rows {
      #expect(row["source"]?.string?.hasPrefix("https://") == true)
      #expect(row["date"]?.string?.count == 10)
      let service = try #require(row["service"]?.string)
      #expect(catalog.service(folder: service) != nil, "\(service)")
      for partition in row["partitions"]?.array ?? [] {
        #expect(catalog.partitions.contains { $0.id == partition.string })
      }
    }
  }

  @Test("a fact writes no suffix of a partition, and its suffixes are those of the service's rules")
  func suffixes() throws {
    let catalog = try Release.catalog.get()
    let list = try Release.hosts.get()
    for fact in FactHosts.facts() {
      for partition in catalog.partitions {
        let outputs = partition.outputs
        #expect(outputs.onDNSSuffix.hasPrefix("on.") && outputs.onDNSSuffix != outputs.dualStackDNSSuffix)
        for suffix in [outputs.dnsSuffix, outputs.dualStackDNSSuffix, outputs.onDNSSuffix] {
          #expect(!fact.template.hasSuffix("." + suffix), "\(fact.template)")
        }
        guard fact.partitions.contains(partition.id),
          let region = partition.regions.first(where: { !$0.isPseudo })
        else { continue }
        // What the service's own rules say in this partition, where they say it in the same way.
        for (variable, variant, suffix) in [
          ("{dnsSuffix}", Variant.default, outputs.dnsSuffix),
          ("{dualStackDnsSuffix}", .dualstack, outputs.dualStackDNSSuffix),
        ] where fact.template.hasSuffix(variable) {
          let key = EndpointKey(
            partition: PartitionID(partition.id), service: ServiceID(fact.service),
            region: RegionID(region.name),
            variant: variant)
          let rules = list.names(of: key).filter { name in
            list.hosts.first { $0.host == name }?.source == .rules
          }
          guard !rules.isEmpty else { continue }
          #expect(
            rules.contains { $0.hasSuffix("." + suffix) }, "\(fact.template) in \(partition.id): \(rules)")
        }
      }
    }
    // The rules that know the third suffix write it as the facts do.
    for service: ServiceID in ["neptune-graph", "opensearchmemory"] {
      let hosts = list.hosts.filter { $0.source == .rules && $0.endpoints.contains { $0.service == service } }
      let suffix = try #require(catalog.partitions.first { $0.id == "aws" }).outputs.onDNSSuffix
      #expect(hosts.contains { $0.host.hasSuffix("." + suffix) }, "\(service)")
    }
  }

  static let factNames: [(String, ServiceID, Variant)] = [
    ("egress6-example-123456789012.codeartifact.eu-central-1.on.aws", "codeartifact", .dualstack),
    ("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "ecr", .dualstack),
    ("123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "ecr", .default),
    ("123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "ecr", .default),
    ("123456789012.dkr-ecr.us-isof-south-1.on.aws.hci.ic.gov", "ecr", .dualstack),
    ("egress6-example.ats.iot.cn-north-1.amazonaws.com.cn", "iot", .default),
    ("egress6-example-ats.iot.cn-northwest-1.amazonaws.com.cn", "iot", .default),
    ("egress6-example-ats.iot.eu-west-1.amazonaws.com", "iot", .default),
  ]

  @Test("names of resources are there, with the suffix of their partition", arguments: factNames)
  func factName(host: String, service: ServiceID, variant: Variant) throws {
    let found = try #require(try Release.hosts.get().hosts.first { $0.host == host })
    #expect(found.endpoints.contains { $0.service == service && $0.variant == variant })
    #expect(found.isRepresentative)
  }

  @Test("Beijing's devices have no name with a hyphen") func beijing() throws {
    let hosts = try Release.hosts.get().hosts
    #expect(!hosts.contains { $0.host == "egress6-example-ats.iot.cn-north-1.amazonaws.com.cn" })
  }

  @Test("every zone of S3 Express has its names, with source and date") func zones() throws {
    let rows = try #require(try JSON(parsing: EmbeddedFiles.facts)["s3_express_zones"]?.array)
    let catalog = try Release.catalog.get()
    let hosts = Set(try Release.hosts.get().hosts.map(\.host))
    var zones: Set<String> = []
    for row in rows {
      #expect(row["source"]?.string?.hasPrefix("https://") == true && row["date"]?.string?.count == 10)
      let region = try #require(row["region"]?.string)
      #expect(catalog.match(region: region) == .listed(partition: "aws"))
      for zone in row["zones"]?.array?.compactMap(\.string) ?? [] {
        #expect(zones.insert(zone).inserted)
        let bucket = "egress6-example--\(zone)--x-s3.s3express-\(zone)"
        #expect(hosts.contains("\(bucket).\(region).amazonaws.com"))
        #expect(hosts.contains("\(bucket).dualstack.\(region).amazonaws.com"))
      }
    }
    #expect(zones.count == 17)
    #expect(FactHosts.expressZones.values.joined().count == 17)
  }

  @Test("templates of endpoints.json are filled with regions only; names that lines spell out stay")
  func endpointsFileNames() throws {
    let catalog = try Release.catalog.get()
    let hosts = Set(try Release.hosts.get().hosts.map(\.host))
    var (left, kept) = (0, 0)
    for partition in try catalog.endpointsFile() {
      let model = try #require(catalog.partitions.first { $0.id == partition.id })
      let pattern = try #require(RegionPattern(partition.regionPattern))
      for service in partition.services {
        for line in service.endpoints {
          let isRegion = model.regions.contains { $0.name == line.region } || pattern.matches(line.region)
          let name = partition.answer(service, prefix: service.key, region: line.region, variant: .default)
            .host
          if line.endpoint.hostname == nil, !isRegion {
            #expect(!hosts.contains(name ?? ""), "\(name ?? "")")
            left += 1
          }
          for spelt in [line.endpoint.hostname] + line.endpoint.alternatives.map(\.hostname) {
            guard let spelt = spelt?.replacing("{region}", with: line.region), !spelt.contains("{"),
              URLHost.isName(spelt)
            else {
              continue
            }
            let isSlip = isRegion && EndpointsFileHosts.runsTogether(spelt, with: line.region)
            #expect(hosts.contains(spelt.lowercased()) != isSlip, "\(spelt)")
            kept += 1
          }
        }
      }
    }
    print("endpoints.json: \(left) lines that are not regions make no names, \(kept) names are spelt out")
    #expect(left > 70 && kept > 1_400)
    for name in [
      "iam.iam.amazonaws.com", "dms.dms.amazonaws.com", "fsx.prod-us-east-1.amazonaws.com",
      "waf.aws.amazonaws.com",
      "ramus-gov-east-1.api.aws", "rds.rds.us-east-1.amazonaws.com",
    ] { #expect(!hosts.contains(name)) }
    for name in ["waf.amazonaws.com", "fsx-fips.us-east-1.amazonaws.com", "s3-external-1.amazonaws.com"] {
      #expect(hosts.contains(name), "\(name)")
    }
  }

  @Test("a region runs together with its neighbors only where a letter or digit touches it")
  func runsTogether() {
    func slip(_ name: String) -> Bool { EndpointsFileHosts.runsTogether(name, with: "us-east-1") }
    #expect(slip("ramus-east-1.api.aws") && slip("us-east-12.api.aws") && slip("x.1us-east-1.api.aws"))
    #expect(
      !slip("s3-us-east-1.amazonaws.com") && !slip("us-east-1.queue.amazonaws.com") && !slip("us-east-1"))
    #expect(!slip("iam.amazonaws.com") && !slip(""))
  }

  @Test("services of endpoints.json without a client are found, listed and chosen like the others")
  func listedServices() throws {
    let catalog = try Release.catalog.get()
    let all = try Release.hosts.get()
    let others = try catalog.servicesWithoutClient()
    #expect(
      others.map(\.folder) == ["data.iot", "iotsecuredtunneling", "mobileanalytics", "transcribestreaming"])
    for service in Set(all.hosts.flatMap(\.endpoints).map(\.service)) {
      #expect(try catalog.lookup(service: service.name).folder == service.name)
    }
    for service in others.map(\.folder) + ["docdb", "neptune", "iotwireless"] {
      let part = try catalog.hosts(services: [service])
      let wanted = all.hosts.filter { $0.endpoints.contains { $0.service.name == service } }
      #expect(part.hosts.map(\.host) == wanted.map(\.host) && !wanted.isEmpty, "\(service)")
    }
    #expect(try catalog.lookup(service: "TranscribeStreaming").folder == "transcribestreaming")
    #expect(try catalog.lookup(service: "data-iot").folder == "data.iot")
  }

  /// Services that AWS has shut down since; their names are rightly not in a release of today.
  static let retired = [
    "a4b", "codestar", "elastic-inference", "elastictranscoder", "evidently", "finspace", "finspace-api",
    "fleethub",
    "gamesparks", "honeycode", "iot1click", "iotanalytics", "iotevents", "iotroborunner", "lookoutmetrics",
    "lookoutvision", "nimble", "opsworks", "opsworks-cm", "qldb", "robomaker", "simspaceweaver", "sms", "tnb",
  ]

  @Test("names that answered in 2023 are covered, except those of services that were shut down")
  func coversObservations() throws {
    let file = TestEnvironment.root.appendingPathComponent("Tests/Fixtures/observed-2023-08-27.tsv")
    let text = try String(contentsOf: file, encoding: .utf8)
    let names = Set(
      text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").first.map(String.init) })
    let hosts = Set(try Release.hosts.get().hosts.map(\.host))
    let missing = names.subtracting(hosts)
    print("observations of 2023: \(names.count) names, \(names.count - missing.count) covered")
    for name in missing {
      #expect(name.split(separator: ".").contains { Self.retired.contains(String($0)) }, "\(name)")
    }
  }
}
