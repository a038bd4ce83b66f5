// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import ServiceCatalog
import Testing

@testable import SDKRelease

@Suite struct OlderReleaseTests {
  /// A wheel in the form of botocore 1.29.0: plain JSON files, and partitions without `implicitGlobalRegion`.
  static func wheel(partition: String, outputs: String = "", regions: String = #""x-1":{"description":"X"}"#)
    -> [UInt8]
  {
    let partitions = """
      {"version":"1.1","partitions":[{"id":"\(partition)","regionRegex":"^x-\\\\d+$","regions":{\(regions)},\
      "outputs":{"name":"\(partition)","dnsSuffix":"a.example","dualStackDnsSuffix":"b.example",\
      "supportsFIPS":true,"supportsDualStack":true\(outputs)}}]}
      """
    let rules = """
      {"version":"1.0","parameters":{"Region":{"builtIn":"AWS::Region","type":"String","documentation":"d"}},\
      "rules":[{"conditions":[],"endpoint":{"url":"https://s.{Region}.a.example","properties":{},"headers":{}},\
      "type":"endpoint"}]}
      """
    let model = #"{"metadata":{"endpointPrefix":"s","serviceId":"S"},"operations":{},"shapes":{}}"#
    var zip = ZipBuilder(entries: [])
    for (name, text) in [
      ("__init__.py", "__version__ = '1.29.0'\n"), ("data/partitions.json", partitions),
      ("data/s/2020-01-01/service-2.json", model), ("data/s/2020-01-01/endpoint-rule-set-1.json", rules),
    ] {
      zip.entries.append(ZipBuilder.Entry("botocore/" + name, text))
    }
    return zip.bytes
  }

  static let globalRegions = [
    ("aws", "us-east-1"), ("aws-cn", "cn-northwest-1"), ("aws-us-gov", "us-gov-west-1"),
    ("aws-iso", "us-iso-east-1"), ("aws-iso-b", "us-isob-east-1"), ("aws-iso-e", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-south-1"),
  ]

  @Test("partitions without a global region have the one that held then", arguments: globalRegions)
  func globalRegion(partition: String, region: String) throws {
    let release = try ReleaseImporter.read(Self.wheel(partition: partition), path: "a.whl")
    #expect(release.origin.release == "1.29.0")
    #expect(release.partitions.map(\.outputs.implicitGlobalRegion) == [region])
    let catalog = try Catalog(image: ImageWriter.write(release))
    #expect(try catalog.declared().first?.hosts[.default] == "s.x-1.a.example")
    let given = try ReleaseImporter.read(
      Self.wheel(partition: partition, outputs: #","implicitGlobalRegion":"x-9""#), path: "a.whl")
    #expect(given.partitions.map(\.outputs.implicitGlobalRegion) == ["x-9"])
  }

  static let malformed: [(String, String, String, String)] = [
    ("aws-x", "", #""x-1":{}"#, "/partitions/0/outputs/implicitGlobalRegion: is missing"),
    (
      "aws", #","implicitGlobalRegion":7"#, #""x-1":{}"#,
      "/partitions/0/outputs/implicitGlobalRegion: is not a string"
    ),
    ("aws", "", #""x-1":{"outputs":{}}"#, "/partitions/0/regions/x-1: holds more than a description"),
  ]

  @Test("a file that is really malformed says where, and does not guess why", arguments: malformed)
  func refuses(partition: String, outputs: String, regions: String, reason: String) throws {
    let name = "botocore/data/partitions.json"
    let error = #expect(throws: ImportError.self) {
      try ReleaseImporter.read(
        Self.wheel(partition: partition, outputs: outputs, regions: regions), path: "a.whl")
    }
    #expect(error == .malformed(archive: "a.whl", entry: name, reason: reason))
    #expect(error?.code == ErrorCode("import.malformed", .input))
    #expect(error?.facts == [.path: "a.whl", .entry: name])
    #expect(error?.description.contains("newer") == false)
  }

  /// Real releases; each is tried when its wheel is in the cache (`pip download --no-deps botocore==VERSION`).
  static let releases = [
    "1.29.0", "1.31.0", "1.33.0", "1.34.0", "1.36.0", "1.39.0", "1.39.17", "1.40.0", "1.42.1", "1.44.8",
  ]

  static func path(_ release: String) -> String {
    TestEnvironment.cache.appendingPathComponent("botocore-\(release)-py3-none-any.whl").path
  }

  static let present = releases.filter { FileManager.default.fileExists(atPath: path($0)) }

  @Test(
    "older and newer releases import",
    .enabled(if: !present.isEmpty, "EGRESS6_CACHE has no wheel of another botocore release"),
    arguments: present)
  func imports(release: String) throws {
    let model = try ReleaseImporter.read(Self.path(release))
    #expect(model.origin.release == release)
    #expect(model.partitions.contains { $0.id == "aws" && $0.outputs.implicitGlobalRegion == "us-east-1" })
    let catalog = try Catalog(image: ImageWriter.write(model))
    #expect(catalog.counts.services > 300)
    let declared = try catalog.declared()
    #expect(try catalog.declared(includingGroups: true) == (try catalog.hosts()).declared)
    let ec2 = try #require(
      declared.first {
        $0.place == ServiceRegion(partition: "aws", service: "ec2", region: "eu-west-1")
      })
    #expect(ec2.hosts[.dualstack] == "ec2.eu-west-1.api.aws")
    print("botocore \(release): \(catalog.counts)")
  }
}
