// SPDX-License-Identifier: Apache-2.0

import Foundation
package import SDKRelease
package import ServiceCatalog
import TestKit

/// The pinned SDK release and what is made of it, each made once.
package enum Release {
  package static let name = "botocore-1.44.5"
  package static let wheel = TestEnvironment.cache.appendingPathComponent(name + "-py3-none-any.whl").path
  package static let sourceArchive = TestEnvironment.cache.appendingPathComponent(name + ".tar.gz").path
  package static let folder = TestEnvironment.cache.appendingPathComponent(name).path
  package static let data = folder + "/botocore/data"
  package static let python = TestEnvironment.cache.appendingPathComponent("python/bin/python").path

  /// The release of the wheel in memory.
  package static let model: Result<ReleaseModel, ImportError> = Result { () throws(ImportError) in
    try ReleaseImporter.read(wheel)
  }
  /// The image of that release: compiled, proved and written once.
  package static let image: Result<[UInt8], any Error> = Result { try ImageWriter.write(model.get()) }
  /// The embedded catalog.
  package static let catalog: Result<Catalog, ImageError> = Result { () throws(ImageError) in
    try Catalog.embedded()
  }
  /// Its hosts.
  package static let hosts: Result<HostList, ImageError> = Result { () throws(ImageError) in
    try catalog.get().hosts()
  }

  /// A small release: all partitions, few services.
  package static func small(_ services: Set<String> = ["ec2", "s3", "sts", "iam", "dynamodb"]) throws
    -> ReleaseModel
  {
    var release = try model.get()
    release.services.removeAll { !services.contains($0.folder) }
    return release
  }
}

/// Runs a program to its end.
package func run(
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
