// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase ConfigurationFiles:Sources/ClientModel/ConfigurationFiles

import ConfigurationFiles

/// Any bytes are read or refused by both dialects, and parsing keeps every byte; an edit can be repeated and undone.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for kind in ConfigurationFile.Kind.allCases {
    let file = ConfigurationFile(bytes, path: "file", kind: kind)
    for dialect in FileDialect.allCases {
      _ = try? file.sections(as: dialect)
      if let syntax = try? ConfigurationSyntax(file, as: dialect) {
        precondition(syntax.text() == bytes, "bytes are lost")
      }
    }
  }
  let editor = ConfigurationFileEditor(ConfigurationFile(bytes, path: "file", kind: .config))
  guard let original = try? editor.removing(profile: "a") else { return 0 }
  let edit = ConfigurationEdit(
    profile: "a", settings: [.init("region", "x")],
    services: [.init("s3", [.init("endpoint_url", "http://x")])],
    notes: ["note"])
  guard let merged = try? editor.merging(edit) else { return 0 }
  let again = ConfigurationFileEditor(ConfigurationFile(merged, path: "file", kind: .config))
  precondition((try? again.merging(edit)) == merged, "the second edit differs")
  precondition((try? again.removing(profile: "a")) == original, "it cannot be undone")
  return 0
}
