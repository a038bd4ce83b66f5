// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressTestKit
import EndpointRules
import EndpointRulesCompiled
import Foundation
import ReleaseTestKit
import Testing

@testable import ServiceCatalog

@Suite struct ImageTests {
  @Test("the embedded image is byte for byte what the pinned wheel gives") func isReproduced() throws {
    let image = try Release.image.get()
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/CCatalogImage/catalog.image")
    if ProcessInfo.processInfo.environment["EGRESS6_RECORD"] != nil {
      try Data(image).write(to: path)
      Issue.record("recorded the image; build and test again")
      return
    }
    let embedded = EmbeddedFiles.catalogImage
    #expect(image == embedded[0..<embedded.count])
    #expect(image.count < 960_000)
    print("image: \(image.count) bytes")
  }

  @Test("everything that was imported is read back") func readsBack() throws {
    let release = try Release.model.get()
    let catalog = try Catalog(image: Release.image.get())
    #expect(catalog.origin == release.origin)
    #expect(catalog.partitions == release.partitions)
    #expect(try catalog.endpointsFile() == release.endpointsFile)
    #expect(catalog.services.map(\.folder) == release.services.map(\.folder))
    for service in release.services {
      let found = try #require(catalog.service(folder: service.folder))
      #expect(found.versions.map(\.apiVersion) == service.versions.map(\.apiVersion))
      for (version, original) in zip(found.versions, service.versions) {
        #expect(try catalog.rules(of: version) == original.rules)
        var model = version.model
        model?.operations = catalog.operations(of: version)
        model?.inputMembers = try catalog.inputMembers(of: version)
        #expect(model == original.model)
      }
    }
  }

  private func expect(_ name: String, _ found: Int) {
    #expect(found == RecordedCounts.value(name, found: found), "\(name)")
  }

  @Test("the counts are those that were recorded") func counts() throws {
    let catalog = try Release.catalog.get()
    #expect(catalog.origin.release == PinnedRelease.version)
    #expect(catalog.origin.sourceHash == PinnedRelease.wheelHash)
    expect("services", catalog.counts.services)
    expect("versions", catalog.counts.versions)
    expect("regions", catalog.counts.regions)
    expect("partitions", catalog.counts.partitions)
    let operations = catalog.services.flatMap(\.versions).map { catalog.operations(of: $0) }
    expect("operations", operations.joined().count)
    expect("operations.hostPrefix", operations.joined().count { $0.hostPrefix != nil })
    expect("operations.staticParameters", operations.joined().count { !$0.staticParameters.isEmpty })
    expect("operations.pathParameters", operations.joined().count { !$0.pathParameters.isEmpty })
    expect("operations.discoveryRequired", operations.joined().count { $0.discovery == .required })
    expect("operations.discoveryOptional", operations.joined().count { $0.discovery == .optional })
    expect("versions.withRules", catalog.services.flatMap(\.versions).count { $0.hasRules })
  }

  @Test("an image of another format, another file and a cut image each have their own error") func refuses()
    throws
  {
    let image = try ImageWriter.write(Release.small(["sts"]))
    #expect(throws: ImageError.notAnImage) { try Catalog(image: []) }
    #expect(throws: ImageError.notAnImage) { try Catalog(image: Array("E6".utf8)) }
    #expect(throws: ImageError.checksum) { try Catalog(image: Array(image.dropLast())) }
    var other = image
    other[8] = 9
    #expect(throws: ImageError.formatVersion(found: 9, supported: 4)) { try Catalog(image: other) }
  }

  /// A changed byte is found by the check sum, so the check sum is made right again: the content itself must hold.
  @Test("altered images give a clean error or do no harm", arguments: [UInt64(20_261_123), 6, 0xE6])
  func survivesAlteration(seed: UInt64) throws {
    let image = try ImageWriter.write(Release.small(["sts", "ecr"]))
    var generator = SplitMix64(seed: seed)
    var (opened, refused) = (0, 0)
    for _ in 0..<40 {
      var altered = image
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 20..<altered.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: altered[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: altered[index] = UInt8.random(in: 0...255, using: &generator)
        default: altered[index] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        }
      }
      repairChecksum(&altered)
      do throws(ImageError) {
        let catalog = try Catalog(image: altered)
        opened += 1
        // What opens agrees with itself, and a second opening reads the same.
        let services = catalog.services
        #expect(services == (try Catalog(image: altered)).services)
        #expect(services.map(\.folder) == services.map(\.folder).sorted())
        let rows = try catalog.declared(includingGroups: true)
        #expect(rows == rows.sorted())
        #expect(try catalog.declared() == rows.filter(\.isMain))
        let resolver = ClientResolver(catalog)
        for service in services {
          #expect(catalog.service(folder: service.folder) == service)
          #expect(service.versions.allSatisfy { catalog.program(of: $0) != nil || !$0.hasRules })
          _ = catalog.operations(of: service.current)
          _ = try? resolver.resolve(EndpointQuery(service: service.folder, region: "eu-west-1"))
        }
        #expect(catalog.counts.services == services.count)
      } catch {
        refused += 1
      }
    }
    print("altered images, seed \(seed): \(opened) opened, \(refused) refused")
    // Both must happen, or one of the two halves above proves nothing.
    #expect(opened > 0 && refused >= 10)
  }

  /// `EGRESS6_FLIPS` sets how many bits are flipped.
  @Test("a flipped bit is found", arguments: [UInt64(20_261_123)]) func findsFlippedBit(seed: UInt64) throws {
    var image = try ImageWriter.write(Release.small(["sts"]))
    let count = TestDepth.repetitions("EGRESS6_FLIPS", quick: 10_000, full: 100_000)
    var generator = SplitMix64(seed: seed)
    var opened = 0
    for _ in 0..<count {
      let index = Int.random(in: 0..<image.count, using: &generator)
      let bit: UInt8 = 1 << UInt8.random(in: 0..<8, using: &generator)
      image[index] ^= bit
      do throws(ImageError) {
        _ = try Catalog(image: image)
        opened += 1
      } catch {}
      image[index] ^= bit
    }
    print("flipped bits, seed \(seed): \(count) tried in \(image.count) bytes, \(opened) opened")
    #expect(opened == 0)
    #expect(throws: Never.self) { try Catalog(image: image) }
  }

  @Test("rule trees that would unfold without end are refused") func refusesUnfolding() throws {
    let release = try Release.small(["sts"])
    var inner: [RuleSet.Rule] = [
      .init(
        conditions: [], body: .endpoint(.init(url: .template(.init(parts: [.literal("https://a.example")])))))
    ]
    for _ in 0..<19 { inner = [.init(conditions: [], body: .tree(inner + inner))] }
    let image = try write(release, with: RuleSet(version: "1.0", parameters: [], rules: inner))
    #expect(throws: ImageError.damaged("a rule set unfolds to more than 500000 nodes")) {
      try Catalog(image: image)
    }
  }

  @Test("a wrong reference in a rule set is refused") func refusesWrongRules() throws {
    let release = try Release.small(["sts"])
    let url = RuleSet.Expression.reference("Nothing")
    let rules = RuleSet(
      version: "1.0", parameters: [], rules: [.init(conditions: [], body: .endpoint(.init(url: url)))])
    #expect(throws: ImageError.self) { try Catalog(image: try write(release, with: rules)) }
  }

  @Test("a tree that is not that of its program is refused") func refusesOtherTree() throws {
    let release = try Release.small(["sts"])
    let rules = RuleSet(
      version: "1.0", parameters: [],
      rules: [
        .init(conditions: [], body: .endpoint(.init(url: .template(.init(parts: [.literal("https://a")])))))
      ])
    #expect(throws: ImageError.damaged("the program of version 0 is not that of its rules")) {
      try Catalog(image: try write(release, with: rules))
    }
  }

  /// An image with the program of a service's rules and the tree of others, which the importer would refuse.
  private func write(_ release: ReleaseModel, with rules: RuleSet) throws -> [UInt8] {
    let programs = try RuleTreeTables(release).compiled(release)
    var release = release
    release.services[0].versions[0].rules = rules
    return try ImageWriter.write(release, RuleTreeTables(release), programs)
  }

  private func repairChecksum(_ image: inout [UInt8]) {
    if let memory = try? CatalogImage(ImageMemory(image), isTrusted: true),
      let range = try? memory.range(.programs), range.count >= 64
    {
      var programs = Array(image[range])
      ImageChecksum.seal(&programs)
      image.replaceSubrange(range, with: programs)
    }
    let sum = crc32(image, in: 20..<image.count)
    for index in 0..<4 { image[16 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
  }
}
