// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The engine modules stay free of Foundation, so that they run anywhere and start fast.
@Suite struct LinkageTests {
  @Test(
    "no Foundation in the sources",
    arguments: [
      "EgressBase", "IPAddressing", "StrictJSON", "EndpointRules", "EndpointRulesCompiled", "ServiceCatalog",
    ])
  func sources(_ module: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/\(module)")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".swift")
    }
    #expect(!files.isEmpty)
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let imports = text.split(separator: "\n").filter { $0.contains("import Foundation") }
      #expect(imports == [], "\(module)/\(file)")
    }
  }

  /// The compiler writes the libraries of all imports into each object, so what was built tells what will be linked.
  @Test(
    "no Foundation in what was built",
    arguments: [
      ("EgressBase", false), ("IPAddressing", false), ("StrictJSON", false), ("EndpointRules", false),
      ("EndpointRulesCompiled", false), ("ServiceCatalog", false),
      ("EgressTestKit", true),
    ])
  func objects(_ module: String, usesFoundation: Bool) throws {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    let folder = URL(fileURLWithPath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("\(module).build")
    let objects = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".o")
    }
    #expect(!objects.isEmpty)
    let linked = try objects.filter { object in
      let bytes = try Data(contentsOf: folder.appendingPathComponent(object))
      return bytes.range(of: Data("-lFoundation".utf8)) != nil
    }
    #expect(linked.isEmpty != usesFoundation, "\(linked)")
  }
}
