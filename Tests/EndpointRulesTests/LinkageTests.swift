// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The engine modules stay free of Foundation, so that they run anywhere and start fast.
@Suite struct LinkageTests {
  @Test("no Foundation in the sources", arguments: ["IPAddress", "JSON", "EndpointRules", "ServiceCatalog"])
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
}
