// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// The message codec; the faults of RFC 9267 are the checklist.
@Suite struct MessageTests {
  /// A malformed message: the counts of its header, and the rest.
  struct Malformed: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var counts: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0]
    var body: [UInt8]
    var error: MessageError
  }

  static let question: [UInt8] = [1, 0x61, 0, 0, 1, 0, 1]
  static let oneAnswer: [UInt8] = [0, 1, 0, 1, 0, 0, 0, 0]
  static let opt: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]

  static func record(_ type: UInt8, _ data: [UInt8], length: Int? = nil) -> [UInt8] {
    let length = length ?? data.count
    return question + [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, UInt8(length >> 8), UInt8(length & 0xFF)] + data
  }

  @Test(
    "rejects malformed messages",
    arguments: [
      Malformed(testDescription: "no question", body: [], error: .truncated(12)),
      Malformed(testDescription: "label past the end", body: [5, 0x61], error: .truncated(14)),
      Malformed(testDescription: "name without end", body: [1, 0x61], error: .truncated(14)),
      Malformed(testDescription: "no type", body: [1, 0x61, 0, 0], error: .truncated(15)),
      Malformed(testDescription: "label type 01", body: [0x41, 0, 0, 1, 0, 1], error: .badLabel(12)),
      Malformed(testDescription: "label type 10", body: [0x80, 0, 0, 1, 0, 1], error: .badLabel(12)),
      Malformed(testDescription: "pointer to itself", body: [0xC0, 12, 0, 1, 0, 1], error: .badPointer(12)),
      Malformed(
        testDescription: "pointer forwards", body: [0xC0, 14, 0, 0, 1, 0, 1], error: .badPointer(12)),
      Malformed(
        testDescription: "pointer into the own name", body: [1, 0x61, 0xC0, 12, 0, 1, 0, 1],
        error: .badPointer(14)),
      Malformed(
        testDescription: "pointer past the end", body: [0xFF, 0xFF, 0, 1, 0, 1], error: .badPointer(12)),
      Malformed(testDescription: "half a pointer", body: [0xC0], error: .truncated(13)),
      Malformed(
        testDescription: "64 labels of 4 octets",
        body: (0..<64).flatMap { _ in [3, 0x61, 0x61, 0x61] as [UInt8] } + [0, 0, 1, 0, 1],
        error: .nameTooLong(12)),
      Malformed(testDescription: "bytes behind", body: question + [0], error: .trailingBytes(19)),
      Malformed(
        testDescription: "more answers than data", counts: [0, 1, 255, 255, 0, 0, 0, 0], body: question,
        error: .truncated(19)),
      Malformed(
        testDescription: "A of 3 octets", counts: oneAnswer, body: record(1, [1, 2, 3]),
        error: .badRecordLength(31)),
      Malformed(
        testDescription: "A of 5 octets", counts: oneAnswer, body: record(1, [1, 2, 3, 4, 5]),
        error: .badRecordLength(31)),
      Malformed(
        testDescription: "AAAA of 4 octets", counts: oneAnswer, body: record(28, [1, 2, 3, 4]),
        error: .badRecordLength(31)),
      Malformed(
        testDescription: "data past the end", counts: oneAnswer, body: record(1, [1, 2], length: 4),
        error: .truncated(31)),
      Malformed(
        testDescription: "CNAME with more data", counts: oneAnswer, body: record(5, [0xC0, 12, 0]),
        error: .badRecordLength(31)),
      Malformed(
        testDescription: "CNAME longer than its data", counts: oneAnswer,
        body: record(5, [1, 0x61, 0], length: 2), error: .badRecordLength(31)),
      Malformed(
        testDescription: "short SOA", counts: oneAnswer, body: record(6, [0, 0, 1, 2, 3, 4]),
        error: .truncated(37)),
      Malformed(
        testDescription: "empty TXT", counts: oneAnswer, body: record(16, []), error: .badRecordLength(31)),
      Malformed(
        testDescription: "TXT string past its data", counts: oneAnswer, body: record(16, [9, 1]),
        error: .badRecordLength(31)),
      Malformed(
        testDescription: "OPT among answers", counts: oneAnswer, body: question + opt,
        error: .misplacedOPT(19)),
      Malformed(
        testDescription: "OPT twice", counts: [0, 1, 0, 0, 0, 0, 0, 2], body: question + opt + opt,
        error: .misplacedOPT(30)),
      Malformed(
        testDescription: "OPT below the root", counts: [0, 1, 0, 0, 0, 0, 0, 1],
        body: question + [0xC0, 12] + opt.dropFirst(), error: .misplacedOPT(19)),
      Malformed(
        testDescription: "option past its record", counts: [0, 1, 0, 0, 0, 0, 0, 1],
        body: question + opt.dropLast() + [5, 0, 10, 0, 8, 1], error: .badRecordLength(34)),
      Malformed(
        testDescription: "half an option", counts: [0, 1, 0, 0, 0, 0, 0, 1],
        body: question + opt.dropLast() + [2, 0, 10], error: .badRecordLength(30)),
    ])
  func malformed(_ c: Malformed) {
    #expect(throws: c.error) { try Message(decoding: [0, 1, 0x80, 0] + c.counts + c.body) }
  }

  @Test("rejects names that use too many pointers")
  func pointerChain() {
    var bytes: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0, 2, 0, 0, 0, 0]
    let data =
      [0]
      + (0..<400).flatMap { index -> [UInt8] in
        let target = index == 0 ? 23 : 24 + (index - 1) * 2
        return [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
      }
    bytes += [0, 0, 99, 0, 1, 0, 0, 0, 0, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
    let last = bytes.count - 2
    bytes += [0xC0 | UInt8(last >> 8), UInt8(last & 0xFF), 0, 99, 0, 1, 0, 0, 0, 0, 0, 0]
    #expect(throws: MessageError.self) { try Message(decoding: bytes) }
  }

  @Test("rejects every prefix of a message")
  func prefixes() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<50 {
      let bytes = try RandomMessage.make(using: &random).encoded()
      for count in 0..<bytes.count {
        #expect(throws: MessageError.self) { try Message(decoding: Array(bytes.prefix(count))) }
      }
    }
  }

  @Test("decodes what it encoded, and encodes it to the same octets again")
  func roundTrip() throws {
    let seed = TestSeed.named("EGRESS6_MESSAGE_SEED")
    var random = SplitMix64(seed: seed)
    for _ in 0..<3000 {
      let message = RandomMessage.make(using: &random)
      let bytes = try message.encoded()
      let read = try Message(decoding: bytes)
      #expect(read == message, "seed \(seed)")
      #expect(try read.encoded() == bytes, "seed \(seed)")
    }
  }

  @Test(
    "parsing a response agrees with decoding the message", arguments: [RecordType.a, .aaaa, .ns])
  func reading(type: RecordType) throws {
    let seed = TestSeed.named("EGRESS6_MESSAGE_SEED")
    var random = SplitMix64(seed: seed)
    var read = 0
    for _ in 0..<6000 {
      var message = RandomMessage.make(using: &random)
      guard let name = message.questions.first?.name, message.questions.count == 1 else { continue }
      message.questions[0].type = type
      var bytes = try message.encoded()
      if Bool.random(using: &random) {
        let place = Int.random(in: 2..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      guard let whole = try? Message(decoding: bytes) else {
        var end = 12
        if let header = try? Header(reading: bytes.span, at: &end),
          Query(name.lowercased, type, id: 0, caseBits: 0).match(bytes.span, header, end: &end) != .none
        {
          #expect(throws: MessageError.self, "seed \(seed)") {
            try ParsedResponse(bytes.span, header, end: end, name: name, type: type)
          }
        }
        continue
      }
      var end = 0
      let header = try Header(reading: bytes.span, at: &end)
      guard whole.questions == [Question(name, type)],
        Query(name.lowercased, type, id: 0, caseBits: 0).match(bytes.span, header, end: &end) != .none
      else { continue }
      let response = try ParsedResponse(bytes.span, header, end: end, name: name, type: type)
      #expect(response.responseCode == whole.responseCode, "seed \(seed)")
      let chain = CNAMEChain.follow(name, type: type, in: whole.answers)
      if case .success(let chain) = chain, response.kind == .addresses, type != .ns {
        #expect(
          Set(response.addresses) == Set(chain.addresses) && response.chain == chain.targets, "seed \(seed)")
      }
      read += 1
    }
    #expect(read > 500)
  }

  @Test("splits a stream into messages, wherever it is cut")
  func framing() {
    let messages: [[UInt8]] = [[], [1], [2, 3], Array(repeating: 7, count: 300)]
    let stream = messages.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    for split in 0...stream.count {
      var framing = StreamFraming()
      let read = framing.append(Array(stream[..<split]).span) + framing.append(Array(stream[split...]).span)
      #expect(read == messages && framing.isBetweenMessages)
    }
    var framing = StreamFraming()
    #expect(framing.append([0xFF, 0xFF, 1].span) == [] && !framing.isBetweenMessages)
    #expect(framing.append([UInt8](repeating: 1, count: 65_534).span).map(\.count) == [65_535])
  }

  @Test("compares names without case, and flips their case by bits")
  func names() throws {
    let name = try #require(DomainName("S3.Example.COM."))
    #expect(
      name == DomainName("s3.example.com") && name.description == "s3.example.com" && name.labelCount == 3)
    #expect(name.hashValue == DomainName("s3.EXAMPLE.com")?.hashValue)
    #expect(name.lowercased.mixed(by: .max).wire == DomainName("S3.EXAMPLE.COM")?.wire)
    #expect(name.parent == DomainName("example.com") && name.suffix(labels: 1) == DomainName("com"))
    #expect(DomainName("a.b.c").map { $0.isBeneathOrEqual(DomainName.root) } == true)
    #expect(
      DomainName("xb.c").flatMap { long in DomainName("b.c").map { long.isBeneathOrEqual($0) } } == false)
    for bad in [
      "", "..", "a..b", ".a", String(repeating: "a", count: 64), String(repeating: "a.", count: 128), "\\",
      "\\9", "\\999",
    ] {
      #expect(DomainName(bad) == nil, "\(bad)")
    }
    #expect(DomainName(String(repeating: "a.", count: 127))?.wire.count == 255)
    #expect(DomainName("a\\.b\\000.c")?.description == "a\\.b\\000.c")
  }
}

/// Generates messages of all kinds.
enum RandomMessage {
  static func make(using random: inout some RandomNumberGenerator) -> Message {
    func name() -> DomainName {
      let labels = ["a", "bB", "api", "aws", "eu-west-1", "amazonaws", "com", "*", "_x"]
      let count = Int.random(in: 0...5, using: &random)
      let text = (0..<count).map { _ in labels.randomElement(using: &random) ?? "a" }.joined(separator: ".")
      return DomainName(text) ?? .root
    }
    func bytes(_ most: Int) -> [UInt8] {
      (0..<Int.random(in: 0...most, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    }
    let question = Question(name(), [.a, .aaaa, .ns].randomElement(using: &random) ?? .a)
    func record() -> ResourceRecord {
      let owner = Bool.random(using: &random) ? question.name : name()
      let ttl = UInt32.random(in: 0...100_000, using: &random)
      switch Int.random(in: 0...7, using: &random) {
      case 0, 1:
        return ResourceRecord(
          owner, .a, timeToLive: ttl, .a(IPv4Address(.random(in: 0 ... .max, using: &random))))
      case 2:
        let address = IPv6Address(
          high: .random(in: 0 ... .max, using: &random), low: .random(in: 0 ... .max, using: &random))
        return ResourceRecord(owner, .aaaa, timeToLive: ttl, .aaaa(address))
      case 3: return ResourceRecord(owner, .cname, timeToLive: ttl, .cname(name()))
      case 4: return ResourceRecord(owner, .ns, timeToLive: ttl, .ns(name()))
      case 5:
        let soa = StartOfAuthority(
          primary: name(), mailbox: name(), serial: .random(in: 0 ... .max, using: &random))
        return ResourceRecord(owner, .soa, timeToLive: ttl, .soa(soa))
      case 6: return ResourceRecord(owner, .txt, timeToLive: ttl, .txt([bytes(255), bytes(3)]))
      default: return ResourceRecord(owner, RecordType(rawValue: 65_280), timeToLive: ttl, .other(bytes(20)))
      }
    }
    func records(_ most: Int) -> [ResourceRecord] {
      (0..<Int.random(in: 0...most, using: &random)).map { _ in record() }
    }
    var message = Message(
      questions: [question], answers: records(4), authorities: records(2), additionals: records(2))
    if Bool.random(using: &random) {
      let options = [
        EDNS.Option(code: 10, data: bytes(40)), EDNS.Option(code: 15, data: [0, 22] + bytes(9)),
      ]
      message.edns = EDNS(
        codeBits: UInt8.random(in: 0...1, using: &random), options: Bool.random(using: &random) ? options : []
      )
    }
    message.header.id = .random(in: 0 ... .max, using: &random)
    message.header.isResponse = true
    message.header.isAuthoritative = .random(using: &random)
    message.header.recursionDesired = .random(using: &random)
    message.header.codeBits = [0, 0, 2, 3].randomElement(using: &random) ?? 0
    message.header.counts = (
      1, UInt16(message.answers.count), UInt16(message.authorities.count),
      UInt16(message.additionals.count + (message.edns == nil ? 0 : 1))
    )
    return message
  }
}
