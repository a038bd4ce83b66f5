// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

/// The file of what older releases say otherwise.
@Suite struct OlderRulesFileTests {
  /// Two releases of two services with everything that a record can hold.
  static func model() throws -> OlderRulesModel {
    let rules = try RuleSet(
      json: Array(
        """
        {"version":"1.0","parameters":{"Region":{"builtIn":"AWS::Region","type":"String","documentation":"d"}},"rules":[{"conditions":[\
        {"fn":"isSet","argv":[{"ref":"Region"}]}],"endpoint":{"url":"https://s.{Region}.a.example","properties":{},"headers":{}},\
        "type":"endpoint"}]}
        """.utf8))
    var service = ServiceModel()
    (service.serviceID, service.endpointPrefix, service.signingName) = ("Gone", "gone", "gone2")
    var operation = Operation(name: "Run")
    operation.hostPrefix = "run."
    service.operations = [operation]
    var listed = EndpointsFileService(
      key: "gone", partitionEndpoint: "x-global", isRegionalized: false, defaults: EndpointsFileEntry(),
      endpoints: [])
    listed.defaults.signingRegion = "x-1"
    func release(_ version: String) -> OlderRulesModel.Release {
      OlderRulesModel.Release(
        origin: ReleaseOrigin(release: version, form: .wheel, date: "2024-01-01", sourceHash: "00"),
        partitions: [
          PartitionModel(
            id: "x", regionPattern: #"^x-\d+$"#,
            outputs: .init(
              name: "x", dnsSuffix: "a.example", dualStackDNSSuffix: "b.example", implicitGlobalRegion: "x-1",
              supportsFIPS: false, supportsDualStack: true),
            regions: [.init(name: "x-1", description: "")])
        ],
        listed: [
          EndpointsFilePartition(
            id: "x", dnsSuffix: "a.example", regionPattern: #"^x-\d+$"#, regions: ["x-1"],
            defaults: EndpointsFileEntry(), services: [])
        ],
        missingServices: ["new"], listedServices: [.init(key: "gone", services: [listed])],
        versions: [
          .init(folder: "gone", apiVersion: "2020-01-01", rules: rules, model: service),
          .init(folder: "other", apiVersion: "2020-01-01", rules: rules, model: nil),
        ])
    }
    return OlderRulesModel(base: "base", releases: [release("1.1.0"), release("1.2.0")])
  }

  @Test("everything that was written is read back") func readsBack() throws {
    let model = try Self.model()
    let rules = try OlderRules(bytes: OlderRulesWriter.write(model))
    #expect(rules.base == "base")
    #expect(rules.releases.map(\.release) == ["1.1.0", "1.2.0"])
    for (found, original) in zip(rules.releases, model.releases) {
      #expect(found.partitions == original.partitions)
      #expect((found.date, found.sourceHash) == ("2024-01-01", "00"))
      #expect(found.lacks(service: "new") && !found.lacks(service: "gone"))
      #expect(found.lists(region: "x-1") && !found.lists(region: "x-2"))
      for version in original.versions {
        let stored = try #require(try found.version(version.apiVersion, of: version.folder))
        #expect(stored.rules == version.rules)
        var model = stored.model
        model?.operations = stored.operations
        #expect(model == version.model)
        #expect(try found.version("2021-01-01", of: version.folder) == nil)
      }
    }
  }

  @Test("the built-in file belongs to the built-in catalog, and holds the releases that are listed")
  func belongs() throws {
    let rules = try OlderRules.embedded()
    #expect(rules.base == (try Release.catalog.get().contentHash))
    let list = try String(
      contentsOf: TestEnvironment.root.appendingPathComponent("scripts/older-releases"), encoding: .utf8)
    let listed = list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(rules.releases.map { [$0.release, $0.sourceHash] } == listed)
    let bytes = EmbeddedFiles.olderRules
    // What is trusted when the program runs is checked here.
    _ = try OlderRules(bytes: bytes[0..<bytes.count])
    #expect(bytes.count < 300_000)
    print("older rules: \(rules.releases.count) releases, \(bytes.count) bytes")
  }

  @Test("another file, another format and a cut file each have their own error") func refuses() throws {
    let bytes = OlderRulesWriter.write(try Self.model())
    #expect(throws: ImageError.notAnImage) { try OlderRules(bytes: []) }
    #expect(throws: ImageError.notAnImage) { try OlderRules(bytes: Array("egress6".utf8)) }
    #expect(throws: ImageError.checksum) { try OlderRules(bytes: Array(bytes.dropLast())) }
    var other = bytes
    other[8] = 9
    #expect(throws: ImageError.formatVersion(found: 9, supported: 1)) { try OlderRules(bytes: other) }
    let empty = OlderRulesWriter.write(OlderRulesModel(base: "base", releases: []))
    #expect(throws: ImageError.damaged("it holds no release")) { try OlderRules(bytes: empty) }
  }

  /// A changed byte is found by the check sum, so the check sum is made right again: the content itself must hold.
  @Test("altered files give a clean error or do no harm", arguments: [UInt64(20_261_130), 6])
  func survivesAlteration(seed: UInt64) throws {
    let bytes = OlderRulesWriter.write(try Self.model())
    var generator = SplitMix64(seed: seed)
    var (opened, refused) = (0, 0)
    for _ in 0..<400 {
      var altered = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 20..<altered.count, using: &generator)
        altered[index] = UInt8.random(in: 0...255, using: &generator)
      }
      let sum = crc32(altered, in: 20..<altered.count)
      for byte in 0..<4 { altered[16 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
      do throws(ImageError) {
        let rules = try OlderRules(bytes: altered)
        opened += 1
        for release in rules.releases {
          for folder in ["gone", "other", "s"] { _ = try? release.version("2020-01-01", of: folder) }
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100 && opened + refused == 400)
    print("older rules: \(refused) altered files refused, \(opened) opened")
  }
}
