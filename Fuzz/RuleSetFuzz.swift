// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase IPAddressing StrictJSON EndpointRules

import EndpointRules

private let samples: [Parameters] = [
  [:],
  [
    "Region": "us-east-1", "UseFIPS": true, "UseDualStack": false,
    "Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint:a",
    "Endpoint": "https://[2001:db8::1%25eth0]:8443/a/../b;c?", "Input": "bucket--usw2-az1--x-s3",
    "Arn": "arn:aws:a:::b/c:d",
    "ResourceList": ["a", "b"],
  ],
  ["Region": "cn-north-1", "Bucket": "b.ü\n", "Endpoint": "http://999.1.1.1", "Input": "", "UseFIPS": false],
]

private let partitions = RegionPattern(#"^(us|eu)\-\w+\-\d+$"#).flatMap { pattern in
  Partitions([
    .init(
      id: "aws", regionPattern: pattern, regions: [.init(name: "aws-global")], dnsSuffix: "amazonaws.com",
      dualStackDnsSuffix: "api.aws", supportsFIPS: true, supportsDualStack: true,
      implicitGlobalRegion: "us-east-1")
  ])
}

/// Any bytes are a rule set or are refused; a rule set runs on any parameters; explaining gives the same result.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let regions = try? Partitions(json: bytes) { _ = regions.partition(forRegion: "us-gov-west-1") }
  guard let partitions, let rules = try? RuleSet(json: bytes) else { return 0 }
  for parameters in samples {
    let explanation = rules.explain(parameters, partitions: partitions)
    let resolution = try? rules.resolve(parameters, partitions: partitions)
    precondition(resolution == (try? explanation.result.get()), "explained otherwise")
    precondition(!explanation.description.isEmpty)
    if case .endpoint(let endpoint) = resolution { _ = endpoint.authSchemes }
  }
  return 0
}
