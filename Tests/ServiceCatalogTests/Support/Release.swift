// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceCatalog
import TestKit

/// The pinned SDK release and what is made of it, each made once.
enum Release {
  static let name = "botocore-1.44.5"
  static let wheel = TestEnvironment.cache.appendingPathComponent(name + "-py3-none-any.whl").path
  static let sourceArchive = TestEnvironment.cache.appendingPathComponent(name + ".tar.gz").path
  static let folder = TestEnvironment.cache.appendingPathComponent(name).path
  static let data = folder + "/botocore/data"
  static let python = TestEnvironment.cache.appendingPathComponent("python/bin/python").path

  /// The release of the wheel in memory.
  static let model: Result<ReleaseModel, ImportError> = Result { () throws(ImportError) in
    try ReleaseImporter.read(wheel)
  }
  /// The image of that release: compiled, proved and written once.
  static let image: Result<[UInt8], any Error> = Result { try ImageWriter.write(model.get()) }
  /// The embedded catalog.
  static let catalog: Result<Catalog, ImageError> = Result { () throws(ImageError) in try Catalog.embedded() }
  /// Its hosts.
  static let hosts: Result<HostList, ImageError> = Result { () throws(ImageError) in try catalog.get().hosts()
  }

  /// A small release: all partitions, few services.
  static func small(_ services: Set<String> = ["ec2", "s3", "sts", "iam", "dynamodb"]) throws -> ReleaseModel
  {
    var release = try model.get()
    release.services.removeAll { !services.contains($0.folder) }
    return release
  }
}

/// A folder that is removed at the end.
struct TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("egress6-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs a program to its end.
func run(
  _ program: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws -> (status: Int32, output: [UInt8], errors: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  // Files instead of pipes: no order of reading and writing can block.
  for (name, bytes) in [("in", input), ("out", []), ("err", [])] {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name))
  }
  process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path + "/in"))
  process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/out"))
  process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/err"))
  try process.run()
  process.waitUntilExit()
  let output = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/out"))
  let errors = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/err"))
  return (process.terminationStatus, [UInt8](output), String(decoding: errors, as: UTF8.self))
}

/// A script of this test target.
func script(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scripts/" + name).path
}

/// A generator whose sequence a seed decides (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
