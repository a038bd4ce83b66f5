// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase IPAddressing StrictJSON EndpointRules EndpointRulesCompiled

import EndpointRules
@_spi(Performance) import EndpointRulesCompiled

private let samples: [Parameters] = [
  [:],
  [
    "Region": "us-east-1", "UseFIPS": true, "UseDualStack": false, "Fips": true, "Flag": true, "Other": "",
    "Bucket": "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/a",
    "Endpoint": "https://[2001:db8::1%25eth0]:8443/a/../b;c?", "Text": "a-b--c", "List": ["a", "b"],
  ],
  [
    "Region": "cn-north-1", "Bucket": "b.ü\n", "Endpoint": "http://999.1.1.1", "UseFIPS": false,
    "Flag": false,
    "Text": "arn:aws:a:::b/c:d", "Other": "%C3",
  ],
]

/// Any bytes are an image of compiled rules or are refused; the programs of an image can be run in every way, and all ways
/// give the same.
///
/// The length and the checksum are made right first: otherwise hardly any input would get past them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let rules = try? CompiledRules(image: bytes) { use(rules) }
  guard bytes.count >= 64 else { return 0 }
  ImageChecksum.seal(&bytes)
  if let rules = try? CompiledRules(image: bytes) { use(rules) }
  return 0
}

private func use(_ rules: CompiledRules) {
  for name in rules.names.prefix(4) {
    guard let program = rules[name] else { continue }
    for parameters in samples {
      let arguments = program.arguments(parameters)
      let resolution = try? program.resolve(arguments)
      check(resolution, url: try? program.url(arguments))
      var bytes = [UInt8](repeating: 0, count: 100)
      var buffer = bytes.mutableSpan
      let answer = try? program.resolve(arguments, into: &buffer)
      if case .endpoint(let endpoint)? = resolution, let answer, answer.count <= 100 {
        precondition(
          endpoint.url == String(decoding: bytes[..<answer.count], as: UTF8.self), "written otherwise")
      }
      buffer = bytes.mutableSpan
      _ = try? program.signing(arguments, scheme: 0, into: &buffer)
      _ = try? program.signing(arguments, scheme: 1, into: &buffer)
      _ = try? program.decidingRule(arguments)
      _ = program.explain(arguments).description
      for unbound in [[], ["Bucket", "Text"]] {
        guard let resolver = try? EndpointResolver(program, bound: parameters, unbound: unbound) else {
          continue
        }
        let arguments = resolver.arguments(parameters)
        var memo = EndpointResolver.Memo()
        check(try? resolver.resolve(arguments), url: try? resolver.url(arguments, memo: &memo))
        _ = resolver.explain(arguments)
      }
    }
  }
}

private func check(_ resolution: Resolution?, url: String?) {
  if case .endpoint(let endpoint)? = resolution { precondition(endpoint.url == url, "a URL of its own") }
}
