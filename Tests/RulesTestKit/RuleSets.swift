// SPDX-License-Identifier: Apache-2.0

package import EndpointRules

/// Small rule sets for tests.
package enum RuleSets {
  /// Two partitions: the first supports everything.
  package static let partitions = #"""
    {"version": "1.1", "partitions": [
      {"id": "aws", "regionRegex": "^(us|eu)\\-\\w+\\-\\d+$",
       "regions": {"us-east-1": {"description": "US East (N. Virginia)"}, "aws-global": {}},
       "outputs": {"dnsSuffix": "amazonaws.com", "dualStackDnsSuffix": "api.aws", "supportsFIPS": true,
                   "supportsDualStack": true, "implicitGlobalRegion": "us-east-1", "name": "ignored"}},
      {"id": "aws-cn", "regionRegex": "^cn\\-\\w+\\-\\d+$", "regions": {"cn-north-1": {}, "us-odd-1": {}},
       "outputs": {"dnsSuffix": "amazonaws.com.cn", "dualStackDnsSuffix": "api.amazonwebservices.com.cn",
                   "supportsFIPS": false, "supportsDualStack": true}}]}
    """#

  /// Parameters that most tests need.
  package static let parameters = #"""
    "Text": {"type": "string"}, "Other": {"type": "String"}, "Flag": {"type": "Boolean"}, "List": {"type": "stringArray"}
    """#

  /// A rule set with the given rules and the parameters Text, Other, Flag and List.
  package static func text(_ rules: String, parameters: String = parameters, version: String = "1.0")
    -> [UInt8]
  {
    Array(#"{"version": "\#(version)", "parameters": {\#(parameters)}, "rules": [\#(rules)]}"#.utf8)
  }

  /// A rule set that assigns the result of one call to `x` and puts `{x}` into its URL, or says that it fails.
  package static func call(_ function: String, _ arguments: String) throws -> RuleSet {
    try RuleSet(
      json: text(
        #"""
        {"type": "endpoint", "conditions": [{"fn": "\#(function)", "argv": \#(arguments), "assign": "x"}],
         "endpoint": {"url": "{x}"}},
        {"type": "error", "conditions": [], "error": "fails"}
        """#))
  }

  /// A rule set whose one condition is the call: it leads to the URL `holds`, or to the error `fails`.
  package static func condition(_ call: String, version: String = "1.0") throws -> RuleSet {
    try RuleSet(
      json: text(
        #"""
        {"type": "endpoint", "conditions": [\#(call)], "endpoint": {"url": "holds"}},
        {"type": "error", "conditions": [], "error": "fails"}
        """#, version: version))
  }
}

extension RuleSet {
  /// The URL or the error text that the rules give with the small partitions, in the interpreter and compiled.
  package func outcome(_ parameters: Parameters = [:]) throws -> String {
    let partitions = try Partitions(json: Array(RuleSets.partitions.utf8))
    try expectSameCompiled(parameters, partitions)
    return switch try resolve(parameters, partitions: partitions) {
    case .endpoint(let endpoint): endpoint.url
    case .ruleError(let text): text
    case .noMatch: "no match"
    }
  }
}
