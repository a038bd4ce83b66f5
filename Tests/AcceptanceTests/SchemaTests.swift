// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Validates the JSON that commands print against the documented schemas, with the Python package `jsonschema`.
@Suite("Documented schemas", .serverTurns)
struct SchemaTests {
  private static let documents = Program.root.appendingPathComponent("docs/schemas")
  private static let judge = """
    import json, sys, pathlib, jsonschema
    for line in sys.stdin:
        document = json.loads(line)
        name = document["schema"].removeprefix("egress6/").replace("/", ".") + ".json"
        schema = json.loads(pathlib.Path(sys.argv[1], name).read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
        print(name, len(document["rows"]), *(f"{error.json_path}: {error.message[:200]}" for error in errors[:3]), sep="\\t")
    """

  @Test("every document that a command prints is valid, and every schema has a command that prints it")
  func documents() async throws {
    var zone = Zone()
    zone.add("sts.eu-west-1.amazonaws.com", [.ipv4])
    zone.add("sts.eu-west-1.api.aws", [.ipv4, .ipv6])
    zone.addControlNames()
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let store = folder.url.path + "/map.sqlite"
    let environment = try await SmallCatalog.environment.merging(["EGRESS6_STORE": store]) { $1 }
    let image = try await SmallCatalog.path
    let wrong = folder.url.path + "/wrong.env"
    try Data("AWS_USE_DUALSTACK_ENDPOINT=TRUE\n".utf8).write(to: URL(fileURLWithPath: wrong))
    var documents: [String] = []
    for arguments in [
      [
        "scan", "--regions", "eu-west-1", "--services", "sts,s3", "--resolver", "\(server.address)",
        "--quiet",
      ],
      ["map"], ["map", "--declared", "--services", "s3"], ["map", "--view", "summary"],
      ["map", "--view", "grid", "--regions", "eu-west-1"], ["map", "--evidence", "resolved"], ["changes"],
      ["changes", "--evidence", "resolved"], ["export", "--what", "hosts"],
      ["export", "--what", "support"], ["export", "--what", "runs"], ["export", "--what", "changes"],
      ["export", "--salvage", "--to", folder.url.path + "/saved.sqlite"], ["catalog", "show"],
      ["catalog", "hosts", "--services", "sts"], ["catalog", "diff", image, "builtin"],
      ["lint", wrong, "--fail-on", "never"],
      ["resolve", "sts", "--region", "eu-west-1"],
      ["configure", "--services", "sts", "--region", "eu-west-1", "--client", "boto3", "--proof"],
      ["resolve", "s3", "--region", "eu-west-1", "--dualstack", "--explain"],
      ["resolve", "sts", "--client", "cli-v2", "--region", "eu-west-1"], ["clients"],
      ["clients", "show", "rust"],
    ] {
      let outcome = try await Program.run(arguments + ["-o", "json"], environment: environment)
      try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
      documents.append(try JSON(parsing: Array(outcome.output.utf8)).text())
    }
    let verdicts = try await Command.run(
      TestEnvironment.python, ["-c", Self.judge, Self.documents.path],
      input: Array(documents.joined(separator: "\n").utf8))
    try #require(verdicts.status == 0, "\(verdicts.errorText)")
    let lines = verdicts.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.count == documents.count)
    for line in lines { #expect(line.count == 2, "\(line)") }
    // Only the changes of a first scan are empty.
    #expect(Set(lines.filter { $0[1] == "0" }.map { $0[0] }).isSubset(of: ["changes.v1.json"]))
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.documents.path)
    #expect(Set(files.filter { $0.hasSuffix(".json") }) == Set(lines.map { $0[0] }))
  }
}
