// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import ReleaseTestKit
import ServiceCatalog
import Testing

@testable import SDKRelease

@Suite struct ArchiveTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout ZipBuilder) -> Void
    var limits = ArchiveLimits()
    var expected: ImportError
  }

  static func small(_ change: (inout ArchiveLimits) -> Void) -> ArchiveLimits {
    var limits = ArchiveLimits()
    change(&limits)
    return limits
  }

  static func unsafe(_ name: String, _ reason: String) -> Refusal {
    Refusal(
      testDescription: name.debugDescription, change: { $0.entries[0].name = Array(name.utf8) },
      expected: .unsafeName(archive: "a.whl", entry: name, reason: reason))
  }

  static let name = "botocore/data/partitions.json"
  static let refusals: [Refusal] = [
    unsafe("../x", "the name has a \"..\" part"), unsafe("a/../../x", "the name has a \"..\" part"),
    unsafe("./x", "the name has a \".\" part"), unsafe("/etc/passwd", "the name is absolute"),
    unsafe("a\\b", "the name holds a backslash"), unsafe("a\0b", "the name holds a NUL"),
    unsafe("", "the name is empty"), unsafe("a//b", "the name has an empty part"),
    unsafe("c:/x", "the name has a drive letter"),
    unsafe(String(repeating: "a/", count: 20) + "a", "the name has more than 16 parts"),
    Refusal(
      testDescription: "not UTF-8", change: { $0.entries[0].name = [0x61, 0xFF] },
      expected: .unsafeName(archive: "a.whl", entry: "a\u{FFFD}", reason: "the name is not UTF-8")),
    Refusal(
      testDescription: "symbolic link", change: { $0.entries[0].attributes = 0o120777 << 16 },
      expected: .unsafeName(archive: "a.whl", entry: name, reason: "it is a symbolic link or a device")),
    Refusal(
      testDescription: "same name twice", change: { $0.entries.append($0.entries[0]) },
      expected: .duplicateEntry(archive: "a.whl", entry: name)),
    Refusal(
      testDescription: "encrypted", change: { $0.entries[0].flags = 1 },
      expected: .unsupported(archive: "a.whl", entry: name, feature: "encryption")),
    Refusal(
      testDescription: "unknown method", change: { $0.entries[0].method = 12 },
      expected: .unsupported(archive: "a.whl", entry: name, feature: "compression method 12")),
    Refusal(
      testDescription: "zip64", change: { $0.statedCount = 0xFFFF },
      expected: .unsupported(archive: "a.whl", entry: nil, feature: "the zip64 form")),
    Refusal(
      testDescription: "wrong check sum", change: { $0.entries[0].sum = 7 },
      expected: .damaged(archive: "a.whl", entry: name, reason: "its check sum is wrong")),
    Refusal(
      testDescription: "no deflate stream",
      change: {
        $0.entries[0].method = 8
        $0.entries[0].contents = [0xFF, 0xFF, 0xFF]
      },
      expected: .damaged(archive: "a.whl", entry: name, reason: "the compressed data is broken")),
    Refusal(
      testDescription: "two names",
      change: { $0.entries[0].localName = Array("botocore/data/partitions.jsoN".utf8) },
      expected: .damaged(archive: "a.whl", entry: name, reason: "its local header has another name")),
    Refusal(
      testDescription: "overlap",
      change: {
        $0.entries.append(.init("b"))
        $0.entries[1].header = 0
      }, expected: .damaged(archive: "a.whl", entry: "b", reason: "it overlaps another entry")),
    Refusal(
      testDescription: "two sizes", change: { $0.entries[0].unpacked = 9 },
      expected: .damaged(archive: "a.whl", entry: name, reason: "it is stored with two sizes")),
    Refusal(
      testDescription: "too many entries", change: { $0.entries += (0..<10).map { .init("f\($0)") } },
      limits: small { $0.entries = 10 }, expected: .limit(archive: "a.whl", entry: nil, limit: "10 entries")),
    Refusal(
      testDescription: "too large a file",
      change: { $0.entries[0].contents = [UInt8](repeating: 0, count: 101) },
      limits: small { $0.fileBytes = 100 },
      expected: .limit(archive: "a.whl", entry: name, limit: "100 bytes for one file")),
    Refusal(
      testDescription: "no release", change: { $0.entries = [.init("readme")] },
      expected: .notARelease(path: "a.whl", reason: "botocore/data/partitions.json is missing")),
    Refusal(
      testDescription: "no JSON", change: { _ in },
      expected: .malformed(archive: "a.whl", entry: name, reason: "line 1, column 1: expected a value")),
  ]

  @Test("zip files that are not as they should be are refused", arguments: refusals) func refuses(
    _ refusal: Refusal
  ) {
    var zip = ZipBuilder(entries: [.init(Self.name)])
    refusal.change(&zip)
    let bytes = zip.bytes
    #expect(throws: refusal.expected) {
      try ReleaseImporter.read(bytes, path: "a.whl", limits: refusal.limits)
    }
  }

  @Test("a file that unpacks to too much for its size is refused") func refusesBomb() async throws {
    let bomb = try await Command.run(
      Release.python,
      [
        "-c",
        """
        import io, sys, zipfile
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('botocore/data/partitions.json', b' ' * 40_000_000)
        sys.stdout.buffer.write(out.getvalue())
        """,
      ])
    #expect(bomb.status == 0)
    #expect(
      throws: ImportError.limit(
        archive: "a.whl", entry: Self.name, limit: "250 unpacked bytes for one packed byte")
    ) { try ReleaseImporter.read(bomb.output, path: "a.whl") }
  }

  @Test("every cut of a wheel is refused") func refusesCuts() throws {
    let bytes = ZipBuilder(entries: [.init(Self.name, "{}"), .init("botocore/__init__.py")]).bytes
    for count in 0..<bytes.count {
      #expect(throws: ImportError.self) {
        try ReleaseImporter.read(Array(bytes.prefix(count)), path: "a.whl")
      }
    }
  }

  /// Each line makes one archive with Python's `tarfile`.
  static let tarRefusals: [(String, ImportError)] = [
    ("add('../x')", .unsafeName(archive: "a.tar.gz", entry: "../x", reason: "the name has a \"..\" part")),
    ("add('/x')", .unsafeName(archive: "a.tar.gz", entry: "/x", reason: "the name is absolute")),
    (
      "add('x', type=tarfile.SYMTYPE, linkname='/etc')",
      .unsafeName(archive: "a.tar.gz", entry: "x", reason: "it is a link or a device")
    ),
    (
      "add('x', type=tarfile.LNKTYPE, linkname='y')",
      .unsafeName(archive: "a.tar.gz", entry: "x", reason: "it is a link or a device")
    ),
    ("add('x'); add('x')", .duplicateEntry(archive: "a.tar.gz", entry: "x")),
    (
      "add('x', type=tarfile.FIFOTYPE)",
      .unsafeName(archive: "a.tar.gz", entry: "x", reason: "it is a link or a device")
    ),
    (
      "add('n' * 200 + '/x')",
      .notARelease(path: "a.tar.gz", reason: "botocore/data/partitions.json is missing")
    ),
    (
      "add('n' * 2000)",
      .unsafeName(
        archive: "a.tar.gz", entry: String(repeating: "n", count: 1_024),
        reason: "the name is longer than 1024 bytes")
    ),
  ]

  @Test("tar files that are not as they should be are refused", arguments: tarRefusals)
  func refusesTar(commands: String, expected: ImportError) async throws {
    for format in ["GNU_FORMAT", "PAX_FORMAT"] {
      let archive = try await Command.run(
        Release.python,
        [
          "-c",
          """
          import io, sys, tarfile
          out = io.BytesIO()
          archive = tarfile.open(fileobj=out, mode='w:gz', format=tarfile.\(format))
          def add(name, type=tarfile.REGTYPE, linkname='', data=b'x'):
              info = tarfile.TarInfo(name)
              info.type, info.linkname, info.size = type, linkname, len(data) if type == tarfile.REGTYPE else 0
              archive.addfile(info, io.BytesIO(data) if type == tarfile.REGTYPE else None)
          \(commands)
          archive.close()
          sys.stdout.buffer.write(out.getvalue())
          """,
        ])
      #expect(archive.status == 0, "\(archive.errorText)")
      let bytes = archive.output
      #expect(throws: expected) { try ReleaseImporter.read(bytes, path: "a.tar.gz") }
      for count in stride(from: 2, to: bytes.count, by: 7) {
        #expect(throws: ImportError.self) {
          try ReleaseImporter.read(Array(bytes.prefix(count)), path: "a.tar.gz")
        }
      }
    }
  }

  @Test("what is no archive or is missing says so") func refusesOthers() throws {
    #expect(
      throws: ImportError.notARelease(path: "x", reason: "it is neither a zip file nor a gzip file")
    ) { try ReleaseImporter.read([], path: "x") }
    #expect(throws: ImportError.unreadable(path: "/nonexistent/x", reason: "No such file or directory")) {
      try ReleaseImporter.read("/nonexistent/x")
    }
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    #expect(
      throws: ImportError.notARelease(path: folder.path, reason: "no botocore/data/partitions.json below it")
    ) { try ReleaseImporter.read(folder.path) }
  }

  @Test("wheel, source archive and folder of a release have the same content") func formsAgree() throws {
    // The whole wheel and source archive; the folder with a few services, as every byte of it is hashed.
    let wheel = try Catalog(image: Release.image.get())
    let archive = try Catalog(image: try ImageWriter.write(ReleaseImporter.read(Release.sourceArchive)))
    #expect(archive.contentHash == wheel.contentHash)
    #expect(archive.origin.form == .sourceArchive)
    #expect(archive.origin.release == wheel.origin.release)
    #expect(archive.origin.date == wheel.origin.date)
    #expect(archive.origin.sourceHash == PinnedRelease.sourceArchiveHash)
    let folder = try SmallFolder()
    let tree = try Catalog(image: try ImageWriter.write(ReleaseImporter.read(folder.path)))
    let expected = try Catalog(image: try ImageWriter.write(Release.small(SmallFolder.services)))
    #expect(tree.contentHash == expected.contentHash)
    #expect(tree.origin.form == .folder)
    #expect(tree.origin.date == nil)
    #expect(tree.origin.release == PinnedRelease.version)
    // The data folder itself is a release as well.
    #expect(try ReleaseImporter.read(folder.path + "/botocore/data").origin == tree.origin)
  }

  @Test("a symbolic link in a folder is refused") func refusesLink() throws {
    let folder = try SmallFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/botocore/data/link", withDestinationPath: "/etc")
    #expect(
      throws: ImportError.unsafeName(
        archive: folder.path + "/botocore/data", entry: "link", reason: "it is a symbolic link")
    ) { try ReleaseImporter.read(folder.path) }
  }

  /// Check sums guard contents, and local headers guard the names of wanted entries.
  ///
  /// What is not found has altered a field that nothing reads, or the name of an entry, which is not wanted then.
  @Test("altered wheels are refused by name, or lack a file at most", arguments: [UInt64(1), 2])
  func survivesAlteration(seed: UInt64) throws {
    var zip = ZipBuilder(entries: [])
    for file in [
      "partitions.json", "sts/2011-06-15/service-2.json", "sts/2011-06-15/endpoint-rule-set-1.json",
    ] {
      let data = try #require(FileManager.default.contents(atPath: Release.data + "/" + file))
      var entry = ZipBuilder.Entry("botocore/data/" + file)
      entry.contents = [UInt8](data)
      zip.entries.append(entry)
    }
    let original = zip.bytes
    let expected = try ReleaseImporter.read(original, path: "a.whl")
    #expect(expected.services.count == 1)
    var generator = SplitMix64(seed: seed)
    var (read, refused) = (0, 0)
    for _ in 0..<60 {
      var altered = original
      // Mostly the headers: the contents are guarded by their sums.
      let isHead = Bool.random(using: &generator)
      let index =
        isHead
        ? Int.random(in: altered.count - 300..<altered.count, using: &generator)
        : Int.random(in: 0..<altered.count, using: &generator)
      altered[index] = UInt8.random(in: 0...255, using: &generator)
      do throws(ImportError) {
        let release = try ReleaseImporter.read(altered, path: "a.whl")
        read += 1
        #expect(release.partitions == expected.partitions)
        #expect(release.services.map(\.folder) == expected.services.map(\.folder))
        for (found, original) in Swift.zip(
          release.services.flatMap(\.versions), expected.services.flatMap(\.versions))
        {
          #expect(found.apiVersion == original.apiVersion)
          #expect(found.model == nil || found.model == original.model)
          #expect(found.rules == nil || found.rules == original.rules)
          #expect(found.model != nil || found.rules != nil)
        }
      } catch {
        refused += 1
        #expect(error.facts[.path] == "a.whl")
        #expect(error.description.hasPrefix("a.whl: "))
      }
    }
    print("altered wheels, seed \(seed): \(read) read, \(refused) refused")
    #expect(read > 0 && refused > 0)
  }
}

/// A folder with a few services of the pinned release.
struct SmallFolder {
  static let services: Set<String> = ["secretsmanager", "eks", "sqs"]
  let path: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/release"
    let files = FileManager.default
    try files.createDirectory(atPath: path + "/botocore/data", withIntermediateDirectories: true)
    for name in ["__init__.py", "data/partitions.json", "data/endpoints.json"]
      + Self.services.map({ "data/" + $0 })
    {
      try files.copyItem(atPath: Release.folder + "/botocore/" + name, toPath: path + "/botocore/" + name)
    }
  }

  func remove() { folder.remove() }
}
