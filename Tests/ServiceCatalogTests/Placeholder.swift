// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import Foundation
import ServiceCatalog
import TestKit
import Testing

@Test func timing() throws {
  let clock = ContinuousClock()
  let c = try Catalog.embedded()
  var list: HostList?
  print("hosts", try clock.measure { list = try c.hosts() })
  print(list!.statistics, list!.hosts.count, list!.declared.count)
  print("x", Dictionary(grouping: list!.hosts, by: \.source).mapValues(\.count), list!.hosts.count(where: \.isRepresentative))
  print("x", Dictionary(grouping: list!.declared, by: \.claim).mapValues(\.count))
  let text = list!.hosts.map { "\($0.host)\t\($0.source.rawValue)\t\($0.isRepresentative ? 1 : 0)\t" + $0.endpoints.prefix(3).map { "\($0.service)/\($0.region)/\($0.variant.rawValue)" }.joined(separator: ",") }.joined(separator: "\n")
  try text.write(toFile: "/tmp/eg/cat-scratch/hosts.tsv", atomically: true, encoding: .utf8)
}
