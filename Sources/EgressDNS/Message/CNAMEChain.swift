// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import IPAddressing

/// The CNAME records that lead from a name to its addresses.
package struct CNAMEChain: Sendable, Hashable {
  /// The most CNAME records of a chain; resolvers give up at about the same number.
  package static let longest = 16

  /// Why CNAME records do not form a chain.
  package enum Fault: DomainError, Hashable {
    /// The chain returns to one of its names.
    case loop(DomainName)
    /// The chain has more than `longest` records.
    case tooLong
    /// One name has two different targets.
    case fork(DomainName)
    /// One name has both a target and addresses (RFC 1034, section 3.6.2).
    case mixed(DomainName)

    /// The kind of error.
    package var code: ErrorCode { ErrorCode("dns.broken-cname-chain", .network) }

    /// The name at which the fault shows.
    package var facts: [ErrorFact: String] {
      switch self {
      case .loop(let name), .fork(let name), .mixed(let name): [.given: name.description]
      case .tooLong: [:]
      }
    }

    /// The fault in one sentence.
    package var description: String {
      switch self {
      case .loop(let name): "the CNAME chain loops at \(name)"
      case .tooLong: "the CNAME chain is longer than \(CNAMEChain.longest)"
      case .fork(let name): "\(name) has two CNAME targets"
      case .mixed(let name): "\(name) has a CNAME beside addresses"
      }
    }
  }

  /// The targets in order.
  package var targets: [DomainName] = []
  /// The addresses of the wanted type at the end of the chain, each once.
  package var addresses: [IPAddress] = []
  /// The smallest time to live of the records used, in seconds; `nil` when no record was used.
  package var timeToLive: UInt32?

  /// Follows CNAME records from a name.
  ///
  /// The order of the records does not matter.
  package static func follow(
    _ name: DomainName, type: RecordType, in records: [ResourceRecord]
  ) -> Result<CNAMEChain, Fault> {
    var targets: [DomainName: (target: DomainName, timeToLive: UInt32)] = [:]
    var addresses: [DomainName: [(IPAddress, UInt32)]] = [:]
    var forked: Set<DomainName> = []
    for record in records {
      switch record.content {
      case .cname(let target):
        if let known = targets[record.name], known.target != target { forked.insert(record.name) }
        targets[record.name] = (target, min(record.timeToLive, targets[record.name]?.timeToLive ?? .max))
      case .a(let address) where type == .a:
        addresses[record.name, default: []].append((.ipv4(address), record.timeToLive))
      case .aaaa(let address) where type == .aaaa:
        addresses[record.name, default: []].append((.ipv6(address), record.timeToLive))
      default: continue
      }
    }
    var chain = CNAMEChain()
    var current = name
    while let (target, timeToLive) = targets[current] {
      if forked.contains(current) { return .failure(.fork(current)) }
      if addresses[current] != nil { return .failure(.mixed(current)) }
      if target == name || chain.targets.contains(target) { return .failure(.loop(target)) }
      guard chain.targets.count < longest else { return .failure(.tooLong) }
      chain.targets.append(target)
      chain.timeToLive = min(timeToLive, chain.timeToLive ?? .max)
      current = target
    }
    for (address, timeToLive) in addresses[current] ?? [] {
      if !chain.addresses.contains(address) { chain.addresses.append(address) }
      chain.timeToLive = min(timeToLive, chain.timeToLive ?? .max)
    }
    return .success(chain)
  }
}
