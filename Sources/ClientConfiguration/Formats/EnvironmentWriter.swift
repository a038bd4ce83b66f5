// SPDX-License-Identifier: Apache-2.0

import ClientModel

/// Writes variables in the forms that processes get them by.
enum EnvironmentWriter {
  /// Names and values.
  typealias Variables = [(name: String, value: String)]

  /// The most bytes of a ConfigMap.
  private static let configMapLimit = 1 << 20

  static func shell(_ variables: Variables) throws(ArtefactError) -> String {
    try lines(variables) { "export \($0)=\($1)\n" }
  }

  static func environmentFile(_ variables: Variables) throws(ArtefactError) -> String {
    try lines(variables) { "\($0)=\($1)\n" }
  }

  static func dockerfile(_ variables: Variables) throws(ArtefactError) -> String {
    try lines(variables) { "ENV \($0)=\($1)\n" }
  }

  static func configMap(_ plan: ConfigurationPlan) throws(ArtefactError) -> String {
    let text =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: aws-endpoints-\(plan.region)
      data:

      """
      + (plan.isEmpty ? "  {}\n" : try lines(plan.variables) { "  \($0): \"\($1)\"\n" })
    guard text.utf8.count <= configMapLimit else {
      throw .tooLarge(
        "a ConfigMap holds 1 MiB, and these settings take \(text.utf8.count) bytes",
        services: plan.endpoints.map(\.service.service))
    }
    return text
  }

  static func environmentList(_ variables: Variables) throws(ArtefactError) -> String {
    variables.isEmpty
      ? "env: []\n" : "env:\n" + (try lines(variables) { "  - name: \($0)\n    value: \"\($1)\"\n" })
  }

  /// A line for each variable; no form needs to quote what endpoints and switches are made of.
  private static func lines(
    _ variables: Variables, _ line: (String, String) -> String
  ) throws(ArtefactError) -> String {
    var text = ""
    for (name, value) in variables {
      guard !value.isEmpty, value.utf8.allSatisfy(isPlain), name.utf8.allSatisfy(isPlain) else {
        throw .impossible("\(name) would need quotes")
      }
      text += line(name, value)
    }
    return text
  }

  /// Letters, digits, and what URLs are made of, none of which means anything to a shell, a Dockerfile or YAML in quotes.
  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
