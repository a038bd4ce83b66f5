// SPDX-License-Identifier: Apache-2.0
import EndpointRules
import JSON
import Foundation
let root = CommandLine.arguments[1]
let clock = ContinuousClock()
func bytes(_ p: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: p))) }
let partitions = try Partitions(json: bytes(root + "/../botocore-1.44.5/botocore/data/partitions.json"))
var sets: [(name: String, rules: RuleSet)] = []
var newest: [String: String] = [:]
for s in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
  for v in try FileManager.default.contentsOfDirectory(atPath: root + "/" + s).sorted() {
    sets.append((s + "/" + v, try RuleSet(json: bytes("\(root)/\(s)/\(v)/endpoint-rule-set-1.json"))))
    newest[s] = s + "/" + v
  }
}
var compiled: CompiledRules!
print("compile", try clock.measure { compiled = try CompiledRules(compiling: sets, partitions: partitions) })
let image = compiled.image
print("image", image.count)
for _ in 0..<5 { print("load", try clock.measure { compiled = try CompiledRules(image: image) }) }
let byName = Dictionary(uniqueKeysWithValues: sets.map { ($0.name, $0.rules) })
var n = 0, bad = 0
for (s, name) in newest.sorted(by: { $0.key < $1.key }) {
  let tests = try JSON(parsing: bytes(root + "/../botocore-1.44.5/tests/functional/endpoint-rules/\(s)/endpoint-tests-1.json"))
  for t in tests["testCases"]?.array ?? [] {
    let p = try Parameters(document: t["params"] ?? .object([]))
    let a: Resolution? = try? byName[name]!.resolve(p, partitions: partitions)
    let prog = compiled[name]!
    let b: Resolution? = try? prog.resolve(prog.arguments(p))
    n += 1
    var u: String? = nil
    if case .endpoint(let e)? = a { u = e.url }
    if a != b || u != (try? prog.url(prog.arguments(p))) { bad += 1; if bad < 10 { print(name, p, String(describing: a), String(describing: b), (try? prog.url(prog.arguments(p))) as Any) } }
  }
}
print(n, "cases", bad, "differ")
