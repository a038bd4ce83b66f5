// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTerminal
import MapViews
import StrictJSON
import Testing

/// A view whose rows are their own values.
private func table(
  _ schema: String, metadata: [Value.Field] = [], _ columns: [(String, ColumnType)], _ rows: [[Value]]
) -> View<[Value]> {
  View(
    schema: schema, metadata: metadata,
    columns: columns.enumerated().map { index, column in Column(column.0, column.1) { $0[index] } },
    rows: rows)
}

@Suite("Views as text")
struct ViewWriterTests {
  private let view = table(
    "egress6/sample/v1", metadata: [.init("catalog", .text("1.44.5"))],
    [("service", .text), ("count", .number), ("hosts", .record(members: [])), ("cname", .list)],
    [
      [
        .text("s3"), .integer(10),
        .record([.init("default", .text("s3.example")), .init("dualstack", .missing)]),
        .texts(["a.example", "b.example"]),
      ],
      [.text("ec2"), .integer(9), .record([.init("default", .text("ec2.example"))]), .list([])],
    ])

  private func text(_ layout: ViewLayout) throws -> String {
    var bytes: [UInt8] = []
    try view.sheet.write(layout) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("writes each format from the same fields")
  func formats() throws {
    #expect(
      try text(ViewLayout(format: .jsonl)) == """
        {"service":"s3","count":10,"hosts":{"default":"s3.example","dualstack":null},"cname":["a.example","b.example"]}
        {"service":"ec2","count":9,"hosts":{"default":"ec2.example"},"cname":[]}

        """)
    #expect(
      try text(ViewLayout(format: .table)) == """
        service  count  hosts.default  hosts.dualstack  cname
        s3          10  s3.example     -                a.example b.example
        ec2          9  ec2.example    -                -

        """)
    #expect(
      try text(ViewLayout(format: .csv))
        == "service,count,hosts.default,hosts.dualstack,cname\r\ns3,10,s3.example,,a.example b.example\r\nec2,9,ec2.example,,\r\n"
    )
    #expect(
      try text(ViewLayout(format: .md, fields: ["service", "count"])) == """
        | service | count |
        | --- | --- |
        | s3 | 10 |
        | ec2 | 9 |

        """)
    let document = try JSON(parsing: Array(text(ViewLayout(format: .json)).utf8))
    #expect(document["schema"] == "egress6/sample/v1")
    #expect(document["catalog"] == "1.44.5")
    #expect(document["rows"]?.array?.count == 2)
  }

  @Test("orders by number or text, either way, and keeps ties as they came")
  func order() throws {
    #expect(
      try text(ViewLayout(format: .jsonl, fields: ["count"], sort: nil))
        == "{\"count\":10}\n{\"count\":9}\n")
    #expect(throws: UnknownColumnError.self) { try text(ViewLayout(format: .jsonl, sort: "size")) }
    #expect(try text(ViewLayout(format: .jsonl, sort: "count")).hasPrefix("{\"service\":\"ec2\""))
    #expect(try text(ViewLayout(format: .jsonl, sort: "-service")).hasPrefix("{\"service\":\"s3\""))
  }

  @Test("names the fields that exist when one does not")
  func unknownField() {
    #expect(throws: UnknownColumnError(name: "nope", columns: ["service", "count", "hosts", "cname"])) {
      try text(ViewLayout(format: .json, fields: ["service", "nope"]))
    }
    #expect(
      throws: UnknownColumnError(
        name: "hosts", columns: ["service", "count", "hosts.default", "hosts.dualstack", "cname"])
    ) {
      try text(ViewLayout(format: .csv, fields: ["hosts"]))
    }
  }

  @Test("writes an empty result as an empty list")
  func empty() throws {
    let none = table("egress6/sample/v1", [("a", .text)], [])
    var output = ""
    for format in OutputFormat.allCases {
      try none.sheet.write(ViewLayout(format: format)) { output += String(decoding: $0, as: UTF8.self) }
    }
    #expect(output == "a\n{\"schema\":\"egress6/sample/v1\",\"rows\":[]}\na\r\n| a |\n| --- |\n")
  }

  @Test("quotes CSV by RFC 4180 and escapes the bar in Markdown")
  func quoting() throws {
    let set = table("s", [("x,y", .text)], [[.text("a \"b\"\nc|d")]])
    var csv = ""
    try set.sheet.write(ViewLayout(format: .csv)) { csv += String(decoding: $0, as: UTF8.self) }
    #expect(csv == "\"x,y\"\r\n\"a \"\"b\"\"\nc|d\"\r\n")
    var markdown = ""
    try set.sheet.write(ViewLayout(format: .md)) { markdown += String(decoding: $0, as: UTF8.self) }
    #expect(markdown.hasSuffix("| a \"b\"\\u{a}c\\|d |\n"))
  }

  @Test("draws a grid's cells with marks for people and with words for programs")
  func marks() throws {
    let set = table(
      "s", [("service", .text), ("r1", .supportMark)],
      [[.text("a"), .support(.optIn)], [.text("b"), .missing], [.text("c"), .support(.none)]])
    func text(_ format: OutputFormat, hasUnicode: Bool = true) throws -> String {
      var output = ""
      let style = Style(hasColor: false, hasUnicode: hasUnicode)
      try set.sheet.write(ViewLayout(format: format, hasHeadings: false, style: style)) {
        output += String(decoding: $0, as: UTF8.self)
      }
      return output
    }
    #expect(try text(.table) == "a  opt-in ◐\nb  ·\nc  –\n")
    #expect(try text(.table, hasUnicode: false) == "a  opt-in ~\nb  .\nc  -\n")
    #expect(try text(.csv) == "a,opt-in\r\nb,\r\nc,none\r\n")
    #expect(try text(.jsonl).contains(#"{"service":"b","r1":null}"#))
  }

  @Test("takes colors from the columns, not from the printed words")
  func emphasis() throws {
    let named = Column<String>("a", .text, value: { .text($0) }, emphasis: { $0 == "ipv4" ? .bad : nil })
    let plain = Column<String>("b", .text) { .text($0) }
    let set = View(schema: "s", columns: [named, plain], rows: ["ipv4"])
    var output = ""
    let style = Style(hasColor: true, hasUnicode: true)
    try set.sheet.write(ViewLayout(format: .table, hasHeadings: false, style: style)) {
      output += String(decoding: $0, as: UTF8.self)
    }
    #expect(output == "\u{1B}[31mipv4\u{1B}[0m  ipv4\n")
  }
}
