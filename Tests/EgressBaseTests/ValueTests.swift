// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTestKit
import Foundation
import Testing

@Suite("Moments and patterns")
struct ValueTests {
  struct Moment: Sendable {
    var text: String
    var seconds: Int64?
    init(_ text: String, _ seconds: Int64?) { (self.text, self.seconds) = (text, seconds) }
  }

  @Test(
    "reads moments",
    arguments: [
      Moment("1970-01-01", 0), Moment("1970-01-01T00:00:01Z", 1), Moment("2026-11-23", 1_795_392_000),
      Moment("2026-11-23 19:11:48Z", 1_795_461_108), Moment("2024-02-29", 1_709_164_800),
      Moment("0000-01-01", Timestamp.range.lowerBound),
      Moment("9999-12-31T23:59:59Z", Timestamp.range.upperBound), Moment("2023-02-29", nil),
      Moment("1900-02-29", nil), Moment("2026-13-01", nil), Moment("2026-00-10", nil),
      Moment("2026-11-31", nil), Moment("2026-11-23T24:00:00Z", nil), Moment("2026-11-23T19:11:48", nil),
      Moment("2026-11-23T19:11:48+01:00", nil), Moment("", nil), Moment("today", nil),
      Moment("２０２６-1-1", nil), Moment("2026/11/23", nil), Moment("+026-11-23", nil),
    ])
  func readsMoments(_ c: Moment) { #expect(Timestamp(c.text)?.seconds == c.seconds) }

  @Test("ends a day at its last second")
  func endOfDay() {
    #expect(Timestamp("2026-11-23", endOfDay: true)?.description == "2026-11-23T23:59:59Z")
    #expect(Timestamp("2026-11-23T01:00:00Z", endOfDay: true)?.description == "2026-11-23T01:00:00Z")
  }

  @Test("writes what Foundation writes, and reads it back")
  func agreesWithFoundation() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let seconds = Int64.random(in: Timestamp.range, using: &random)
      let moment = Timestamp(seconds: seconds)
      #expect(Timestamp(moment.description) == moment)
      // Foundation's calendar changes to the Julian one before 1582.
      guard seconds > -12_000_000_000 else { continue }
      let date = Date(timeIntervalSince1970: TimeInterval(seconds))
      #expect(moment.description == date.ISO8601Format())
    }
  }

  @Test("keeps moments within four-digit years", arguments: [Int64.min, .max])
  func clamps(_ seconds: Int64) { #expect(Timestamp(seconds: seconds).description.utf8.count == 20) }

  struct Match: Sendable {
    var pattern: String
    var name: String
    var fits: Bool
    init(_ pattern: String, _ name: String, _ fits: Bool) {
      (self.pattern, self.name, self.fits) = (pattern, name, fits)
    }
  }

  @Test(
    "matches names",
    arguments: [
      Match("eu-*", "eu-west-1", true), Match("eu-*", "ap-eu-1", false), Match("*", "", true),
      Match("", "", true), Match("", "a", false), Match("*-1", "eu-west-1", true),
      Match("EU-West-?", "eu-west-1", true), Match("eu-west-?", "eu-west-10", false),
      Match("*west*", "eu-west-1", true), Match("a*b*c", "aXbYbZc", true), Match("a*b*c", "aXbYbZ", false),
      Match("logs", "LOGS", true), Match("**", "x", true), Match("?", "", false),
    ])
  func matches(_ c: Match) { #expect(NamePattern(c.pattern).matches(c.name) == c.fits) }

  @Test("reads lists")
  func lists() {
    #expect(NamePattern.list("aws, aws-cn,").map(\.description) == ["aws", "aws-cn"])
    #expect(NamePattern.list("all").isEmpty)
    #expect(NamePattern.list("").isEmpty)
  }

  @Test("matches a hostile pattern in little work")
  func hostilePattern() {
    let pattern = NamePattern(String(repeating: "*a", count: 500) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 2000)))
  }

  @Test("shows durations as a clock does")
  func clock() {
    #expect(Duration.seconds(59).clock == "0:59")
    #expect(Duration.seconds(3725).clock == "1:02:05")
    #expect(Duration.milliseconds(59_500).clock == "1:00")
  }
}
