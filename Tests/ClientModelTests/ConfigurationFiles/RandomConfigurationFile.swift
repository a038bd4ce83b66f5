// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressTestKit

/// Files made of the pieces on which parsers differ.
struct RandomConfigurationFile {
  var generator: SplitMix64

  private static let headers = [
    "[default]", "[profile a]", "[profile b]", "[profile \"a b\"]", "[profile a b]", "[profile default]",
    "[profile 'q']", "[profile q\\ r]", "[profile \"]", "[profile é]", "[profile\ta]", "[profile  a ]",
    "[ profile a]",
    "[profilea b]", "[services s]", "[services \"t\"]", "[servicesx y]", "[sso-session o]", "[sso-session]",
    "[DEFAULT]", "[a]", "[a]b", "[]", "[]]", "[a", "[a]]", "[a] # note", "[a]=b", "[profile \"\"]",
    "[profile a\\]",
    "[profile \u{A0}a]", "[profile \"x\\\"y\\z\"]", "[profile x'y'\"z\"]", "[preview]", "[Default]",
  ]
  private static let properties = [
    "region = us-east-1", "Region=eu-west-1", "services = s", "endpoint_url: http://x:1", "a:b=c", "a=b:c",
    ": x",
    "= x", "x =", "x=", "x :", "s3 =", "ec2 =", "S3=", "k%y = %(x)s %", "q = \"v\"", "v = a # note",
    "v = a;note",
    "İ = 1", "ΑΣ = 2", "ας = 3", "é = ü", "bare", "y =\u{A0}z\u{2003}", "n\u{A0}m = 1", "p = \u{0}",
    "\u{0} = 1",
    "long = ", "use_dualstack_endpoint = TRUE", "endpoint_url = https://a.example/", "t\t=\tu", "[x = y",
    "e] = f",
  ]
  private static let nested = [
    "endpoint_url = http://y", "addressing_style=path", "Mixed = Case", "nothing", "= v", "k =", "a = b = c",
    "# comment", "; comment", "x\u{B}y = z", "a = 1\u{85}b = 2", "a = 1\u{2028}c", "k = v\u{1C}w = x",
    "[profile z]",
    "k: v", "a=b # c", "\u{FEFF}k = v", "p = 1\u{C}", "\u{A0}k = v",
  ]
  private static let indents = [
    " ", "  ", "\t", "    ", "\u{A0}", "\u{3000}", "\u{B}", "\u{C}", "\u{85}", "\u{1C}", " \t ",
  ]
  private static let comments = ["# a", "; b", "#", " # c", "\t; d", "##=#"]
  private static let blanks = ["", "", " ", "\t", "\u{A0}", "\u{B}", "\u{2028}"]
  private static let odd: [[UInt8]] = [
    [0xFF], [0xEF, 0xBB, 0xBF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80],
    [0xE2, 0x80],
    Array("\u{10FFFF}".utf8), [0], Array("\u{2028}".utf8), Array("\r".utf8), Array("\u{85}".utf8),
  ]

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// The next file.
  mutating func next() -> (kind: ConfigurationFile.Kind, bytes: [UInt8]) {
    let kind: ConfigurationFile.Kind = chance(5) ? .credentials : .config
    if chance(4) { return (kind, soup()) }
    let ending = pick(["\n", "\n", "\r\n", "\r"])
    var bytes: [UInt8] = chance(60) ? [0xEF, 0xBB, 0xBF] : []
    // Most files begin as they should, or nothing behind the first line would be seen.
    if !chance(15) { bytes += Array((pick(Self.headers.prefix(15)) + ending).utf8) }
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      bytes += Array(line().utf8)
      if chance(150) { bytes += pick(Self.odd) }
      bytes += Array((chance(20) ? pick(["\n", "\r\n", "\r", "\n\n"]) : ending).utf8)
    }
    if chance(4) { bytes = bytes.dropLast(ending.utf8.count) }
    return (kind, bytes)
  }

  /// A file as a person writes it, which most clients can read.
  mutating func nextPlain() -> [UInt8] {
    let ending = pick(["\n", "\n", "\r\n", "\r"])
    var lines = chance(3) ? [pick(Self.comments.prefix(3))] : []
    var headers = [
      "[default]", "[profile a]", "[profile b]", "[services s]", "[services egress6-a]", "[sso-session o]",
    ]
    headers += ["[profile default]", "[preview]", "[profile a b]"]
    headers.shuffle(using: &generator)
    for header in headers.prefix(Int.random(in: 0...5, using: &generator)) {
      lines.append(header + (chance(6) ? " # note" : ""))
      var names = [
        "region", "ignore_configured_endpoint_urls", "services", "s3", "ec2", "cloudwatch_logs", "Output",
      ]
      names.shuffle(using: &generator)
      for name in names.prefix(Int.random(in: 0...4, using: &generator)) {
        switch name {
        case "services": lines.append("services = " + pick(["s", "egress6-a", "missing"]))
        case "s3", "ec2", "cloudwatch_logs":
          lines.append(name + pick([" =", "=", " = "]))
          for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let key = "k\(Int.random(in: 0..<99, using: &generator))"
            lines.append(pick(Self.indents.prefix(4)) + pick(["endpoint_url", key]) + " = http://x")
            if chance(8) { lines.append(pick(["", "# between", "  "])) }
          }
        default: lines.append(name + pick([" = ", "="]) + pick(["false", "x", "é", "v # note", "a=b"]))
        }
        if chance(6) { lines.append(pick(["", "# c", ";d", " ", "  continued"])) }
      }
      if chance(2) { lines.append("") }
    }
    let text = lines.joined(separator: ending)
    return Array((chance(4) || lines.isEmpty ? text : text + ending).utf8)
  }

  /// Pieces in any order, without a thought for lines.
  private mutating func soup() -> [UInt8] {
    let pieces = [
      "[", "]", "=", ":", "\n", "\n", "\r", "\r\n", " ", "\t", "a", "B", "#", ";", "\"", "\\", "'", "\u{85}",
      "\u{A0}",
      "\u{2028}", "\u{B}", "\u{1C}", "\u{0}", "profile ", "default", "services ", "\n[default]\n", "\n  ",
      "\n[a]\n",
      "é", "%", "x = y\n",
    ]
    let start = chance(3) ? "" : "[default]\n"
    return Array(start.utf8)
      + (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ in Array(pick(pieces).utf8) }
  }

  private mutating func line() -> String {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0..<4: return (chance(12) ? pick(Self.indents) : "") + pick(Self.headers)
    case 4..<10:
      // A name of its own avoids that nearly all files end as duplicates.
      let own = "o\(Int.random(in: 0..<1000, using: &generator)) =" + (chance(2) ? "" : " value")
      let text = chance(3) ? own : pick(Self.properties)
      return (chance(12) ? pick(Self.indents) : "") + text
        + (chance(40) ? String(repeating: "x", count: 20_000) : "")
    case 10..<16: return pick(Self.indents) + pick(chance(2) ? Self.nested.prefix(3) : Self.nested[...])
    case 16..<18: return pick(Self.comments)
    default: return pick(Self.blanks)
    }
  }

  private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

  mutating func pick<Element>(_ elements: some RandomAccessCollection<Element>) -> Element {
    let offset = Int.random(in: 0..<elements.count, using: &generator)
    return elements[elements.index(elements.startIndex, offsetBy: offset)]
  }
}
