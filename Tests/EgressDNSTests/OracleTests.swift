// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// The codec against dnspython, an independent implementation of the same RFCs.
@Suite struct OracleTests {
  /// Reads messages in hexadecimal, one per line, and prints what dnspython decodes.
  ///
  /// Types and options that the codec keeps as octets are kept as octets here too. `skip` marks messages that dnspython
  /// decodes by other rules: updates (opcode 5) and signatures (TSIG).
  private static let program = """
    import sys, dns.message, dns.rdata, dns.rdatatype, dns.rdataclass, dns.edns, dns.exception, dns.flags
    known = {1, 2, 5, 6, 16, 28}
    original = dns.rdata.get_rdata_class
    def pick(rdclass, rdtype, *rest, **named):
        if rdtype == 41: return original(rdclass, rdtype, *rest, **named)
        if rdclass == 1 and rdtype in known: return original(rdclass, rdtype, *rest, **named)
        return dns.rdata.GenericRdata
    dns.rdata.get_rdata_class = pick
    dns.edns._type_to_class.clear()
    def section(rrsets):
        out = []
        for rrset in rrsets:
            for rd in rrset:
                out.append((rrset.name.to_wire().lower().hex(), int(rrset.rdtype), int(rrset.rdclass), rrset.ttl,
                    rd.to_digestable().hex()))
        return ",".join("%s/%d/%d/%d/%s" % r for r in out)
    for line in sys.stdin:
        wire = bytes.fromhex(line.strip())
        if len(wire) > 2 and (wire[2] >> 3) & 15 == 5: print("skip"); continue
        try:
            m = dns.message.from_wire(wire, one_rr_per_rrset=True)
            if m.had_tsig: print("skip"); continue
            q = ",".join("%s/%d/%d" % (r.name.to_wire().lower().hex(), r.rdtype, r.rdclass) for r in m.question)
            edns = "%d/%d" % (m.payload, len(m.options)) if m.edns >= 0 else "-"
            print("|".join([str(m.id), q, section(m.answer), section(m.authority), section(m.additional), edns, str(int(m.rcode()))]))
        except dns.message.UnknownTSIGKey: print("skip")
        except Exception as e: print("error")
    """

  @Test("accepts and rejects the same messages as dnspython")
  func differential() async throws {
    let count = TestDepth.repetitions("EGRESS6_ORACLE_CASES", quick: 5_000, full: 20_000)
    let seed = TestSeed.named("EGRESS6_ORACLE_SEED")
    var random = SplitMix64(seed: seed)
    let corpus = try corpus()
    #expect(corpus.count >= 40)
    var messages: [[UInt8]] = corpus
    while messages.count < count {
      var bytes =
        Int.random(in: 0..<3, using: &random) == 0
        ? corpus.randomElement(using: &random) ?? [] : try RandomMessage.make(using: &random).encoded()
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes[place] = [0, 1, 0xC0, 12, 63, 64, 255].randomElement(using: &random) ?? 0
        case 2: bytes.remove(at: place)
        default: bytes.insert(.random(in: 0...255, using: &random), at: place)
        }
      }
      messages.append(bytes)
    }
    let input = messages.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
    let result = try await Command.run(
      TestEnvironment.python, ["-c", Self.program], input: Array((input.joined(separator: "\n") + "\n").utf8))
    try #require(result.status == 0, "\(result.errorText.prefix(2000))")
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    try #require(lines.count == messages.count)
    var (same, skipped, refused) = (0, 0, 0)
    for (index, line) in lines.enumerated() {
      if line == "skip" {
        skipped += 1
        continue
      }
      let ours = describe(messages[index])
      // dnspython continues after the furthest octet that it read, which differs from RFC 1035 when names overlap.
      if overlaps(messages[index]) {
        skipped += 1
        continue
      }
      // dnspython rejects a TSIG record (250) that is not the last; the codec keeps its octets.
      if line == "error", ours.contains("/250/") {
        skipped += 1
        continue
      }
      if line == "error" { refused += 1 }
      #expect(ours == line, "seed \(seed), message \(input[index])")
      same += 1
    }
    #expect(same >= count * 8 / 10)
    #expect(refused > count / 20 && refused < count)
    print("dnspython: \(same) messages alike, \(refused) of them refused, \(skipped) left out, seed \(seed)")
  }

  private func corpus() throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus/MessageFuzz")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
  }

  private func overlaps(_ bytes: [UInt8]) -> Bool {
    do throws(MessageError) {
      _ = try Message(decoding: bytes)
    } catch {
      if case .overlappingName = error { return true }
    }
    return false
  }

  /// The message in the format of the program above.
  private func describe(_ bytes: [UInt8]) -> String {
    guard let message = try? Message(decoding: bytes) else { return "error" }
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    func hex(_ name: DomainName) -> String { hex(name.lowercased.wire) }
    func data(_ content: ResourceRecord.Content) -> String {
      func number(_ value: UInt32) -> String {
        hex([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
      }
      return switch content {
      case .a(let address): hex(address.octets)
      case .aaaa(let address): hex(address.octets)
      case .cname(let name), .ns(let name): hex(name)
      case .soa(let soa):
        hex(soa.primary) + hex(soa.mailbox) + number(soa.serial) + number(soa.refresh) + number(soa.retry)
          + number(soa.expire) + number(soa.minimum)
      case .txt(let strings): strings.map { hex([UInt8($0.count)] + $0) }.joined()
      case .other(let data): hex(data)
      }
    }
    func section(_ records: [ResourceRecord]) -> String {
      records.map {
        "\(hex($0.name))/\($0.type.rawValue)/\($0.recordClass)/\($0.timeToLive)/\(data($0.content))"
      }
      .joined(separator: ",")
    }
    let questions = message.questions.map { "\(hex($0.name))/\($0.type.rawValue)/\($0.recordClass)" }
    let edns = message.edns.map { "\($0.payloadSize)/\($0.options.count)" } ?? "-"
    return [
      "\(message.header.id)", questions.joined(separator: ","), section(message.answers),
      section(message.authorities),
      section(message.additionals), edns, "\(message.responseCode.rawValue)",
    ].joined(separator: "|")
  }
}
