// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase IPAddressing EgressDNS:Sources/EgressDNS/Message

import EgressDNS
import IPAddressing

/// Feeds octets to the message codec: decoding, encoding, response parsing and stream framing.
///
/// A decoded message must survive encoding, and both parsers must agree on what is malformed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  var whole: Message?
  do throws(MessageError) {
    let message = try Message(decoding: bytes)
    whole = message
    if let written = try? message.encoded() {
      guard var again = try? Message(decoding: written) else { fatalError("what was written cannot be read") }
      again.header.counts = message.header.counts
      precondition(again == message, "what was written reads differently")
    }
  } catch {
    _ = error.description
  }
  parseResponse(bytes, whole)
  var framing = StreamFraming()
  let half = bytes.count / 2
  let pieces = framing.append(Array(bytes[..<half]).span) + framing.append(Array(bytes[half...]).span)
  var atOnce = StreamFraming()
  precondition(atOnce.append(bytes.span) == pieces, "a split stream gives other messages")
  return 0
}

private func parseResponse(_ bytes: [UInt8], _ whole: Message?) {
  var end = 0
  guard let header = try? Header(reading: bytes.span, at: &end), header.counts.questions == 1,
    let question = try? DomainName(reading: bytes.span, at: &end)
  else { return }
  for type in [RecordType.a, .aaaa, .ns] {
    let query = Query(question.lowercased, type, id: header.id, caseBits: 0)
    guard query.match(bytes.span, header, end: &end) != .none else { continue }
    let response = try? ParsedResponse(bytes.span, header, end: end, name: question, type: type)
    precondition((response == nil) == (whole == nil), "the parsers disagree on what is malformed")
    guard let response, let whole else { continue }
    precondition(response.responseCode == whole.responseCode)
    if response.kind == .addresses, type != .ns,
      case .success(let chain) = CNAMEChain.follow(question, type: type, in: whole.answers)
    {
      precondition(Set(response.addresses) == Set(chain.addresses), "the parsers disagree on addresses")
    }
  }
}
