// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// botocore's own engine, asked about many cases at once.
package enum BotocoreOracle {
  /// Reads lines `[rule set, partitions file, {parameters}]` and writes one result per line, members sorted.
  private static let script = """
    import json, sys
    from botocore import endpoint_provider
    from botocore.endpoint_provider import EndpointProvider

    class RuleError(Exception):
        pass

    def evaluate_error(self, scope_vars, rule_lib):
        if self.evaluate_conditions(scope_vars, rule_lib):
            raise RuleError(rule_lib.resolve_value(self.error, scope_vars))
        return None

    endpoint_provider.ErrorRule.evaluate = evaluate_error
    manifest, cases, results = sys.argv[1:]
    manifest = json.load(open(manifest))
    partitions = [json.load(open(path)) for path in manifest["partitions"]]
    sets, built = {}, {}

    def rules(path, index):
        key = (path, index)
        if key not in built:
            if path not in sets:
                sets[path] = json.load(open(path))
            built[key] = EndpointProvider(sets[path], partitions[index]).ruleset
        return built[key]

    def answer(path, index, parameters):
        for name, value in parameters.items():
            if isinstance(value, list):
                parameters[name] = tuple(value)
        try:
            endpoint = rules(path, index).evaluate(parameters)
        except RuleError as error:
            return {"kind": "rule", "error": str(error)}
        except Exception as error:
            if str(error).startswith("Cannot find value for required parameter "):
                return {"kind": "missingParam", "error": str(error).rpartition(" ")[2]}
            return {"kind": "engine", "exception": type(error).__name__}
        if endpoint is None:
            return {"kind": "noMatch"}
        return {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}

    with open(cases) as lines, open(results, "w") as output:
        for line in lines:
            index, partition, parameters = json.loads(line)
            result = answer(manifest["rules"][index], partition, parameters)
            output.write(json.dumps(result, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\\n")
    """

  /// The answers for cases, in order.
  ///
  /// A case is a line: rule set index, partitions index, parameters. Rule sets come as files, partitions as texts.
  package static func answers(_ cases: [[UInt8]], rules: [String], partitions: [[UInt8]]) async throws
    -> [[UInt8]]
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("egress6-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [JSON] = []
    for (index, text) in partitions.enumerated() {
      let file = folder.appendingPathComponent("partitions-\(index).json")
      try Data(text).write(to: file)
      paths.append(.string(file.path))
    }
    let manifest: JSON = ["rules": .array(rules.map(JSON.string)), "partitions": .array(paths)]
    try Data(manifest.bytes()).write(to: folder.appendingPathComponent("manifest.json"))
    try Data(cases.joined(separator: [0x0A])).write(to: folder.appendingPathComponent("cases.jsonl"))
    let names = ["manifest.json", "cases.jsonl", "results.jsonl"].map {
      folder.appendingPathComponent($0).path
    }
    _ = try await Botocore.run(["-c", script] + names)
    let results = try Botocore.bytes(folder.appendingPathComponent("results.jsonl"))
    return results.split(separator: 0x0A).map(Array.init)
  }
}
