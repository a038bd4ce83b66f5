// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import EndpointMap
import IPAddressing
import ServiceCatalog

/// Made-up hosts and answers.
enum World {
  /// A list of services × regions with all four variants; the first services have representative and legacy names.
  static func hosts(services: Int, regions: Int, partition: String = "aws") -> [EndpointHost] {
    var hosts: [EndpointHost] = []
    for service in 0..<services {
      for region in 0..<regions {
        for variant in Variant.allCases {
          let key = EndpointKey(
            partition: PartitionID(partition), service: ServiceID("s\(service)"),
            region: RegionID("r\(region)"), variant: variant)
          hosts.append(
            EndpointHost(
              host: "\(variant.rawValue).s\(service).r\(region).\(partition).test", endpoints: [key],
              source: .rules))
          if service < 2, variant == .default {
            hosts.append(
              EndpointHost(
                host: "bucket.s\(service).r\(region).\(partition).test", endpoints: [key], source: .rules,
                isRepresentative: true))
            hosts.append(
              EndpointHost(
                host: "old.s\(service).r\(region).\(partition).test", endpoints: [key], source: .legacy))
          }
        }
      }
    }
    return hosts
  }

  /// An answer with plausible records.
  static func answer(_ host: String, a: Answer, aaaa: Answer) -> HostObservation {
    let addressA: [IPAddress] = a == .yes ? [WorldAddress.ipv4(of: host)] : []
    let addressAAAA: [IPAddress] = aaaa == .yes ? [WorldAddress.ipv6(of: host)] : []
    return HostObservation(
      host: host, a: FamilyObservation(a, addresses: addressA, resolver: "127.0.0.1:53"),
      aaaa: FamilyObservation(aaaa, addresses: addressAAAA, resolver: "127.0.0.1:53"),
      cname: a == .yes ? ["front.\(host)"] : [])
  }

  /// A pair of answers such as DNS gives, `unknown` among them.
  static func randomAnswer(_ host: String, using random: inout SplitMix64) -> HostObservation {
    let pairs: [(Answer, Answer)] = [
      (.yes, .yes), (.yes, .yes), (.yes, .no), (.yes, .no), (.yes, .no), (.absent, .absent),
      (.absent, .absent), (.no, .no), (.yes, .unknown), (.unknown, .no), (.unknown, .unknown),
      (.unknown, .yes), (.yes, .synthesised), (.private, .no), (.private, .private), (.yes, .absent),
    ]
    let pair = pairs[Int(random.next() % UInt64(pairs.count))]
    return answer(host, a: pair.0, aaaa: pair.1)
  }

  static let catalog = CatalogRelease(release: "test 1", hash: "1")

  static func description(
    at started: Timestamp, catalog: CatalogRelease = catalog,
    selection: EndpointSelection = EndpointSelection()
  ) -> RunDescription {
    RunDescription(
      started: started, catalog: catalog, selection: selection, resolvers: ["127.0.0.1:53"], rate: 500,
      vantage: nil, version: "0")
  }

  /// Midday of a day from 2026-01-01 on.
  static func day(_ number: Int) -> Timestamp {
    Timestamp(seconds: 1_767_268_800 + Int64(number) * 86_400)
  }
}

/// Looks hosts up in a table; those without an entry are never answered.
struct TableResolver: HostResolver {
  var answers: [String: HostObservation]

  func resolve(
    _ questions: some Sequence<HostQuestion> & Sendable,
    deliver: @escaping @Sendable (HostObservation) -> Void
  ) async throws -> ScanStatistics {
    var statistics = ScanStatistics()
    for question in questions {
      guard let answer = answers[question.host] else { continue }
      deliver(answer)
      statistics.hosts += 1
    }
    return statistics
  }
}

extension MapStore {
  /// Makes a complete run of given answers, which are believed whatever they take away.
  func run(
    day: Int, hosts: [EndpointHost], catalog: CatalogRelease = World.catalog,
    selection: EndpointSelection = EndpointSelection(), resolvers: [String]? = nil,
    losses: LossPolicy = .trusting, answer: (String) -> HostObservation
  ) throws {
    var description = World.description(at: World.day(day), catalog: catalog, selection: selection)
    if let resolvers { description.resolvers = resolvers }
    let journal = try ScanJournal.begin(
      store: self, description: description, hosts: hosts)
    try journal.append(journal.pending.map { answer($0.host) })
    try journal.finish(at: World.day(day), losses: losses)
  }
}
