// SPDX-License-Identifier: Apache-2.0

import EgressTerminal
import MapViews
import Testing

struct WidthCase: Sendable, CustomTestStringConvertible {
  var text: String
  var width: Int
  var testDescription: String { text }
  init(_ text: String, _ width: Int) { (self.text, self.width) = (text, width) }
}

@Suite("Tables")
struct TableTests {
  private let plain = Style(hasColor: false, hasUnicode: true)

  @Test(
    "counts terminal columns",
    arguments: [
      WidthCase("", 0), WidthCase("abc", 3), WidthCase("é", 1), WidthCase("e\u{301}", 1), WidthCase("日本", 4),
      WidthCase("✓", 1), WidthCase("🦆", 2),
    ])
  func width(_ sample: WidthCase) {
    #expect(sample.text.terminalWidth == sample.width)
  }

  @Test("makes control characters visible, so that no answer steers the terminal")
  func controls() {
    #expect("a\u{1B}[31mb\u{7}".withoutControls == "a\\u{1b}[31mb\\u{7}")
    #expect("\u{202E}abc".withoutControls == "\\u{202e}abc")
    #expect("plain".withoutControls == "plain")
    #expect(Table.Cell("x\ny").text == "x\\u{a}y")
  }

  @Test("aligns words left, numbers right, and never cuts")
  func alignment() {
    let table = Table(
      headings: ["name", "count"], alignments: [.leading, .trailing],
      rows: [["日本", "7"], ["a-very-long-name.example", "1234567"]])
    #expect(
      table.text(style: plain) == """
        name                        count
        日本                            7
        a-very-long-name.example  1234567

        """)
  }

  @Test("leaves out headings, fills short rows, ends no line with a space")
  func shortRows() {
    let table = Table(headings: ["a", "bb"], rows: [["1"], ["2", "3"]])
    #expect(table.text(style: plain, hasHeadings: false) == "1\n2  3\n")
  }

  @Test("colors within the padding and only where color is allowed")
  func emphasis() {
    let table = Table(headings: ["a"], rows: [[Table.Cell("x", .good)]])
    #expect(table.text(style: Style(hasColor: true, hasUnicode: true)).contains("\u{1B}[32mx\u{1B}[0m"))
    #expect(!table.text(style: plain).contains("\u{1B}"))
  }
}

struct StyleCase: Sendable {
  var choice: Style.Choice
  var isTerminal: Bool
  var environment: [String: String]
  var hasColor: Bool
}

@Suite("Style")
struct StyleTests {
  @Test(
    "judges flag, NO_COLOR, CLICOLOR_FORCE and terminal, in this order",
    arguments: [
      StyleCase(choice: .auto, isTerminal: true, environment: [:], hasColor: true),
      StyleCase(choice: .auto, isTerminal: false, environment: [:], hasColor: false),
      StyleCase(choice: .auto, isTerminal: true, environment: ["NO_COLOR": "1"], hasColor: false),
      StyleCase(choice: .auto, isTerminal: true, environment: ["NO_COLOR": ""], hasColor: true),
      StyleCase(choice: .auto, isTerminal: false, environment: ["CLICOLOR_FORCE": "1"], hasColor: true),
      StyleCase(choice: .auto, isTerminal: false, environment: ["CLICOLOR_FORCE": "0"], hasColor: false),
      StyleCase(
        choice: .auto, isTerminal: true, environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"],
        hasColor: false),
      StyleCase(choice: .always, isTerminal: false, environment: ["NO_COLOR": "1"], hasColor: true),
      StyleCase(choice: .never, isTerminal: true, environment: ["CLICOLOR_FORCE": "1"], hasColor: false),
      StyleCase(choice: .auto, isTerminal: true, environment: ["TERM": "dumb"], hasColor: false),
    ])
  func color(_ sample: StyleCase) {
    let style = Style(choice: sample.choice, isTerminal: sample.isTerminal, environment: sample.environment)
    #expect(style.hasColor == sample.hasColor)
  }

  @Test("takes LC_ALL before LC_CTYPE before LANG for the character set")
  func unicode() {
    func hasUnicode(_ environment: [String: String]) -> Bool {
      Style(choice: .auto, isTerminal: true, environment: environment).hasUnicode
    }
    #expect(hasUnicode(["LANG": "de_DE.UTF-8"]))
    #expect(!hasUnicode(["LANG": "de_DE.UTF-8", "LC_ALL": "C"]))
    #expect(hasUnicode(["LANG": "C", "LC_CTYPE": "en_US.utf8"]))
    #expect(!hasUnicode([:]))
    #expect(!hasUnicode(["LANG": "C.UTF-8", "TERM": "dumb"]))
  }
}

@Suite("Progress")
struct ProgressTests {
  @Test("shows a bar, counts, rate and the time that is left, within the width")
  func line() {
    let line = ProgressLine(unit: "hosts", total: 1000)
    let style = Style(hasColor: false, hasUnicode: false)
    let text = line.text(done: 250, elapsed: .seconds(10), width: 80, style: style)
    #expect(text == "##########.............................. 250/1000 hosts  25/s  0:30 left")
    for width in [10, 20, 40, 80, 200] {
      let text = line.text(done: 999, elapsed: .seconds(3), width: width, style: style)
      #expect(text.terminalWidth < max(width, 40))
    }
  }

  @Test("says no rate before it knows one, and survives nothing to do")
  func edges() {
    let style = Style(hasColor: false, hasUnicode: true)
    #expect(
      !ProgressLine(unit: "hosts", total: 9).text(done: 0, elapsed: .zero, width: 80, style: style).contains(
        "/s"))
    #expect(
      ProgressLine(unit: "hosts", total: 0).text(done: 0, elapsed: .seconds(1), width: 80, style: style)
        .contains("0/0"))
  }
}
