// SPDX-License-Identifier: Apache-2.0
import EndpointRules
import Foundation
let root = CommandLine.arguments[1]
let clock = ContinuousClock()
var tot = (0,0,0,0)
var parse = Duration.zero, build = Duration.zero
for s in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
  for v in try FileManager.default.contentsOfDirectory(atPath: root + "/" + s).sorted() {
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(s)/\(v)/endpoint-rule-set-1.json")))
    var rules: RuleSet!
    parse += try clock.measure { rules = try RuleSet(json: data) }
    var r = (0,0,0,0)
    let t = try clock.measure { r = try probeGraph(rules, limit: CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 200_000) }
    build += t
    tot.0 += r.0; tot.1 += r.1; tot.2 = max(tot.2, r.2); tot.3 = max(tot.3, r.3)
    if ["s3","kinesis","s3control","dynamodb","dynamodbstreams","iam","sts","ec2","lambda"].contains(s) || t > .milliseconds(50) { print(s, v, r, t) }
  }
}
print(tot, "parse", parse, "build", build)
