// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// The way from a name over CNAME records to addresses.
package struct CNAMEChain: Sendable, Hashable {
  /// The most CNAME records of a chain; resolvers give up at about as many.
  package static let longest = 16

  /// Why CNAME records make no chain.
  package enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The chain comes back to a name of its own.
    case loop(DomainName)
    /// The chain has more than `longest` records.
    case tooLong
    /// One name has two different targets.
    case fork(DomainName)
    /// One name has a target and addresses (RFC 1034, section 3.6.2).
    case mixed(DomainName)

    /// The fault in words.
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
  /// The addresses of the wanted type at the chain's end, each once.
  package var addresses: [IPAddress] = []
  /// The smallest time to live on the way, in seconds; `nil` when no record was used.
  package var timeToLive: UInt32?

  /// Follows records from a name, whatever their order.
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
