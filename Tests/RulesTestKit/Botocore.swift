// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
package import Foundation
package import StrictJSON
import TestKit

/// The pinned botocore release that the tests compare with.
package enum Botocore {
  package static let release = "1.44.5"
  package static let sdist = TestEnvironment.cache.appendingPathComponent(
    "botocore-\(release)", isDirectory: true)
  package static let python = TestEnvironment.cache.appendingPathComponent("python/bin/python")

  /// Every rule set of the release as plain JSON: `<service>/<version>/endpoint-rule-set-1.json`.
  ///
  /// They are unpacked once, by one run of Python, and kept in the cache.
  package static let ruleSets: URL = {
    let folder = TestEnvironment.cache.appendingPathComponent("rule-sets-\(release)", isDirectory: true)
    guard !FileManager.default.fileExists(atPath: folder.path) else { return folder }
    let script = """
      import glob, gzip, os, sys
      source, target = sys.argv[1:]
      work = f"{target}.{os.getpid()}"
      for path in glob.glob(f"{source}/botocore/data/*/*/endpoint-rule-set-1.json*"):
          service, version = path.split("/")[-3:-1]
          os.makedirs(f"{work}/{service}/{version}")
          opened = gzip.open(path) if path.endswith(".gz") else open(path, "rb")
          with open(f"{work}/{service}/{version}/endpoint-rule-set-1.json", "wb") as file:
              file.write(opened.read())
      os.rename(work, target)
      """
    _ = try? run(["-c", script, sdist.path, folder.path])
    return folder
  }()

  package static let partitions: Partitions? = {
    guard let json = try? bytes(sdist.appendingPathComponent("botocore/data/partitions.json")) else {
      return nil
    }
    return try? Partitions(json: json)
  }()

  /// Service folders with their versions, both sorted.
  package static func services() throws -> [(name: String, versions: [String])] {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: ruleSets.path).sorted().map { name in
      (name, try manager.contentsOfDirectory(atPath: ruleSets.appendingPathComponent(name).path).sorted())
    }
  }

  package static func ruleSetJSON(_ service: String, _ version: String) throws -> [UInt8] {
    try bytes(ruleSets.appendingPathComponent("\(service)/\(version)/endpoint-rule-set-1.json"))
  }

  package static func bytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

  /// Runs the Python of the test set-up and waits for it.
  package static func run(_ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = python
    process.arguments = arguments
    process.environment = ["PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PythonFailure(status: process.terminationStatus) }
    return bytes
  }

  package struct PythonFailure: Error {
    package var status: Int32
  }
}

extension JSON {
  /// The value with members sorted by name, so that two objects compare whatever their order.
  package var sorted: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.sorted))
    case .object(let members):
      .object(members.map { Member($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
    default: self
    }
  }
}
