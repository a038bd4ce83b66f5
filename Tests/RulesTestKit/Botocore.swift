// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
package import EndpointRules
package import Foundation
package import StrictJSON

/// The pinned botocore release that the tests compare with.
package enum Botocore {
  /// The unpacked source archive.
  package static let sdist = URL(fileURLWithPath: PinnedRelease.folder, isDirectory: true)

  /// Every rule set of the release as plain JSON: `<service>/<version>/endpoint-rule-set-1.json`.
  package static let ruleSets = URL(fileURLWithPath: PinnedRelease.ruleSets, isDirectory: true)

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
  package static func run(_ arguments: [String]) async throws -> [UInt8] {
    let result = try await Command.run(
      TestEnvironment.python, arguments,
      environment: ["PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"])
    guard result.status == 0 else { throw PythonFailure(text: result.errorText) }
    return result.output
  }

  /// Says that Python failed.
  package struct PythonFailure: Error {
    /// What it wrote to standard error.
    package var text: String
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
