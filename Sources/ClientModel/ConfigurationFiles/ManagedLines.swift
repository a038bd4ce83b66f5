// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The lines of a config file that this program wrote, and the user's lines that it put aside.
///
/// ```ini
/// [profile dev]
/// # >>> egress6: profile dev
/// # Moves the profile to IPv6. ...
/// use_dualstack_endpoint = true
/// # <<< egress6: profile dev
/// region = eu-central-1
/// # egress6: profile dev had: use_dualstack_endpoint = false
/// ```
/// All markers are comments of a whole line at the first column, which is a comment to every client, even among nested
/// settings. Removing them gives back the bytes of the original, also where its last line has no line ending: then the
/// end marker has none either.
struct ManagedLines {
  static func begin(_ profile: String) -> String { "# >>> egress6: profile \(profile)" }
  static func end(_ profile: String) -> String { "# <<< egress6: profile \(profile)" }
  static func putAside(_ profile: String) -> String { "# egress6: profile \(profile) had: " }

  private static let begin = Array("# >>> egress6: profile ".utf8)
  private static let end = Array("# <<< egress6: profile ".utf8)
  private static let putAside = Array("# egress6: profile ".utf8)
  private static let had = Array(" had: ".utf8)

  let file: ConfigurationFile
  let syntax: ConfigurationSyntax

  init(_ file: ConfigurationFile) {
    self.file = file
    syntax = ConfigurationSyntax(lines: file.bytes)
  }

  /// The profiles that have such lines, sorted.
  var profiles: [String] {
    let names = syntax.lines.compactMap { line in
      Self.name(in: syntax.bytes[line.content], after: Self.begin)
        ?? aside(syntax.bytes[line.content])?.profile
    }
    return Set(names).sorted()
  }

  /// What the lines of a profile say, without their line endings, in order.
  func contents(of profile: String) -> [ArraySlice<UInt8>] {
    var isOpen = false
    return syntax.lines.compactMap { line in
      let content = syntax.bytes[line.content]
      if Self.name(in: content, after: Self.begin) == profile { isOpen = true }
      let isOwn = isOpen || aside(content)?.profile == profile
      if Self.name(in: content, after: Self.end) == profile { isOpen = false }
      return isOwn ? content : nil
    }
  }

  /// The bytes without the lines of a profile, or of all.
  func removing(_ profile: String?) throws(ConfigurationEditError) -> [UInt8] {
    var result: [UInt8] = []
    var open: (name: String, line: Int)?
    var endedWithoutEnding = false
    for (number, line) in syntax.lines.enumerated() {
      let content = syntax.bytes[line.content]
      if let name = Self.name(in: content, after: Self.begin) {
        guard open == nil else { throw markers(number, "a block of managed lines begins within another") }
        open = (name, number)
      }
      let owner = open?.name
      if let name = Self.name(in: content, after: Self.end) {
        guard let opened = open, opened.name == name else {
          throw markers(number, "a block of managed lines ends that did not begin")
        }
        open = nil
        endedWithoutEnding = line.content.upperBound == line.end && (profile == nil || profile == name)
      }
      if let owner, profile == nil || profile == owner { continue }
      if owner == nil, let aside = aside(content), profile == nil || profile == aside.profile {
        result += aside.line
        result += syntax.bytes[line.content.upperBound..<line.end]
      } else {
        result += syntax.bytes[line.range]
      }
    }
    if let open { throw markers(open.line, "a block of managed lines has no end") }
    if endedWithoutEnding { removeLastEnding(&result) }
    return result
  }

  private func removeLastEnding(_ bytes: inout [UInt8]) {
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    } else if bytes.last == UInt8(ascii: "\r") {
      bytes.removeLast()
    }
  }

  /// The user's line in a line that was put aside, and for which profile.
  private func aside(_ content: ArraySlice<UInt8>) -> (profile: String, line: ArraySlice<UInt8>)? {
    guard content.starts(with: Self.putAside) else { return nil }
    let rest = content.dropFirst(Self.putAside.count)
    guard let space = rest.firstIndex(of: UInt8(ascii: " ")), rest[space...].starts(with: Self.had) else {
      return nil
    }
    return (String(decoding: rest[..<space], as: UTF8.self), rest[space...].dropFirst(Self.had.count))
  }

  private static func name(in content: ArraySlice<UInt8>, after marker: [UInt8]) -> String? {
    guard content.starts(with: marker) else { return nil }
    return String(decoding: content.dropFirst(marker.count), as: UTF8.self)
  }

  private func markers(_ line: Int, _ problem: String) -> ConfigurationEditError {
    ConfigurationEditError(.markers(TextPosition(line: line + 1, column: 1), problem), path: file.path)
  }
}
