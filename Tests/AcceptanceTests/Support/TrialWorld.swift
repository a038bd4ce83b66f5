// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import StrictJSON

/// What the name server of a trial answers, read from the words of its `dns`.
struct TrialWorld: Sendable {
  /// What is wrong with a trial's words: a trial that is not understood is never skipped.
  struct Misunderstanding: Error, CustomStringConvertible {
    var description: String
  }

  /// What is answered for a name that has no records.
  private enum Rest: Sendable {
    case absent
    case page(IPAddress)
  }

  private var records: [String: [RecordType: [IPAddress]]] = [:]
  private var ancestors: Set<String> = []
  private var rest = Rest.absent
  /// The networks from which each name has an address of its own.
  private var every: [RecordType: IPPrefix] = [:]
  private var hidesAAAA = false
  /// Whether another scan follows, through a filter that hides AAAA records.
  private(set) var hasSecondScan = false

  /// Reads a trial's `dns`.
  init(_ json: JSON) throws {
    for member in json.object ?? [] {
      switch member.name {
      case "records": try readRecords(member.value)
      case "rest": try readRest(member.value.string ?? "")
      case "every_name":
        for type in member.value.object ?? [] { try readEvery(type.name, type.value.string ?? "") }
      case "except": guard member.value == "ipv4only.arpa as RFC 7050" else { throw unknown(member.value) }
      case "second_scan":
        guard member.value.string?.hasPrefix("every AAAA: NOERROR, no records, SOA owner=QNAME") == true
        else {
          throw unknown(member.value)
        }
        hasSecondScan = true
      default: throw unknown(.string(member.name))
      }
    }
    ancestors = LyingServer.ancestors(of: records.keys)
  }

  /// The services and regions whose names have records: `SERVICE.REGION.…`.
  var selection: [String] {
    let labels = records.keys.map { $0.split(separator: ".").map(String.init) }.filter {
      $0.count > 3 || $0.last == "aws"
    }
    func list(_ index: Int) -> String { Set(labels.map { $0[index] }).sorted().joined(separator: ",") }
    return ["--services", list(0), "--regions", list(1)]
  }

  /// The same world behind a filter that hides AAAA records, with the names by which a resolver is judged.
  var filtered: TrialWorld {
    var world = self
    world.hidesAAAA = true
    for name in ControlNames.withBoth + ControlNames.withIPv4 where records[name] == nil {
      world.records[name] = [.a: [WorldAddress.ipv4(of: name)]]
    }
    world.ancestors = LyingServer.ancestors(of: world.records.keys)
    return world
  }

  private func unknown(_ value: JSON) -> Misunderstanding {
    Misunderstanding(description: "the trial's dns has words that the runner does not know: \(value)")
  }

  private func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw unknown(.string(text)) }
    return address
  }

  private func type(_ name: String) throws -> RecordType {
    switch name {
    case "A": .a
    case "AAAA": .aaaa
    default: throw unknown(.string(name))
    }
  }

  private mutating func readRecords(_ json: JSON) throws {
    for host in json.object ?? [] {
      var found: [RecordType: [IPAddress]] = [:]
      for family in host.value.object ?? [] {
        found[try type(family.name)] = try (family.value.array ?? []).map { try address($0.string ?? "") }
      }
      records[host.name] = found
    }
  }

  private mutating func readRest(_ text: String) throws {
    let words = text.split(separator: " ").map(String.init)
    if text.hasPrefix("NXDOMAIN with SOA") {
      rest = .absent
      guard text != "NXDOMAIN with SOA" else { return }
      guard text == "NXDOMAIN with SOA; controls sts/s3/iam.amazonaws.com A" else {
        throw unknown(.string(text))
      }
      for name in ["sts", "s3", "iam"].map({ "\($0).amazonaws.com" }) where records[name] == nil {
        records[name] = [.a: [WorldAddress.ipv4(of: name)]]
      }
    } else if words.count >= 3, words[0] == "NOERROR", words[1] == "A",
      words.dropFirst(3).isEmpty || text.hasSuffix(", AAAA NODATA with SOA")
    {
      rest = .page(try address(words[2].hasSuffix(",") ? String(words[2].dropLast()) : words[2]))
    } else {
      throw unknown(.string(text))
    }
  }

  private mutating func readEvery(_ name: String, _ text: String) throws {
    let words = text.split(separator: " ")
    guard words.count == 3, words[1] == "by", words[2] == "hash", let prefix = IPPrefix(String(words[0]))
    else {
      throw unknown(.string(text))
    }
    every[try type(name)] = prefix
  }

  /// The answer to a question.
  func answer(_ name: String, _ type: RecordType) -> LyingServer.Reply? {
    if name == "ipv4only.arpa" { return LyingServer.ipv4Only(type) }
    if hidesAAAA, type == .aaaa { return LyingServer.Reply(ownsSOA: true) }
    if let prefix = every[type] { return LyingServer.Reply(addresses: [prefix.address(hash(name))]) }
    if let found = records[name] { return LyingServer.Reply(addresses: found[type] ?? []) }
    switch rest {
    case .absent: return LyingServer.Reply(code: every.isEmpty && !ancestors.contains(name) ? 3 : 0)
    case .page(let address): return LyingServer.Reply(addresses: type == .a ? [address] : [])
    }
  }

  private func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } >> 20
  }
}

extension IPPrefix {
  /// An address in the network.
  fileprivate func address(_ hash: UInt64) -> IPAddress {
    switch address {
    case .ipv4(let base):
      let mask = UInt32.max >> UInt32(length)
      return .ipv4(IPv4Address(base.value & ~mask | UInt32(truncatingIfNeeded: hash) & mask))
    case .ipv6(let base): return .ipv6(IPv6Address(high: base.high, low: hash))
    }
  }
}
