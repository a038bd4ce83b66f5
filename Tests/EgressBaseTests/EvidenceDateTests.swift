// SPDX-License-Identifier: Apache-2.0

import EgressBase
import Testing

@Suite("Dates of evidence")
struct EvidenceDateTests {
  @Test(
    "a date stays what its source says, and knows the days that it can mean",
    arguments: [
      ("2025-11-12", "2025-11", "2025-11-12", "2025-11-12"),
      ("2024-02", "2024-02", "2024-02-01", "2024-02-29"),
      ("2021-12", "2021-12", "2021-12-01", "2021-12-31"), ("2026-H1", "2026-H1", "2026-01-01", "2026-06-30"),
      ("2026-H2", "2026-H2", "2026-07-01", "2026-12-31"), ("0000-01", "0000-01", "0000-01-01", "0000-01-31"),
    ])
  func dates(_ text: String, _ month: String, _ first: String, _ last: String) throws {
    let date = try #require(EvidenceDate(text))
    #expect(date.description == text)
    #expect(date.monthText == month)
    #expect(date.first.description == first)
    #expect(date.last.description == last)
  }

  @Test(
    "what is no date is refused",
    arguments: [
      "", "2025", "2025-13", "2025-00", "2026-H3", "2026-H0", "2026-h2", "2025-02-30", "2025-11-1", "x025-11",
    ])
  func refused(_ text: String) { #expect(EvidenceDate(text) == nil) }
}
