// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Terminal
import Testing

@Suite("Records")
struct RecordSetTests {
  private let records = RecordSet(
    schema: "egress6/sample/v1", metadata: [.init("catalog", "1.44.5")],
    fields: ["service", "count", "hosts", "cname"],
    rows: [
      ["s3", 10, ["default": "s3.example", "dualstack": .null], ["a.example", "b.example"]],
      ["ec2", 9, ["default": "ec2.example"], []],
    ])

  private func text(_ layout: RecordLayout) throws -> String {
    var bytes: [UInt8] = []
    try records.write(layout) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("writes each format from the same fields")
  func formats() throws {
    #expect(
      try text(RecordLayout(format: .jsonl)) == """
        {"service":"s3","count":10,"hosts":{"default":"s3.example","dualstack":null},"cname":["a.example","b.example"]}
        {"service":"ec2","count":9,"hosts":{"default":"ec2.example"},"cname":[]}

        """)
    #expect(
      try text(RecordLayout(format: .table)) == """
        service  count  hosts.default  hosts.dualstack  cname
        s3          10  s3.example     -                a.example b.example
        ec2          9  ec2.example    -                -

        """)
    #expect(
      try text(RecordLayout(format: .csv))
        == "service,count,hosts.default,hosts.dualstack,cname\r\ns3,10,s3.example,,a.example b.example\r\nec2,9,ec2.example,,\r\n"
    )
    #expect(
      try text(RecordLayout(format: .md, fields: ["service", "count"])) == """
        | service | count |
        | --- | --- |
        | s3 | 10 |
        | ec2 | 9 |

        """)
    let document = try JSON(parsing: Array(text(RecordLayout(format: .json)).utf8))
    #expect(document["schema"] == "egress6/sample/v1")
    #expect(document["catalog"] == "1.44.5")
    #expect(document["rows"]?.array?.count == 2)
  }

  @Test("orders by number or text, either way, and keeps ties as they came")
  func order() throws {
    #expect(
      try text(RecordLayout(format: .jsonl, fields: ["count"], sort: nil))
        == "{\"count\":10}\n{\"count\":9}\n")
    #expect(throws: UnknownFieldError.self) { try text(RecordLayout(format: .jsonl, sort: "size")) }
    #expect(try text(RecordLayout(format: .jsonl, sort: "count")).hasPrefix("{\"service\":\"ec2\""))
    #expect(try text(RecordLayout(format: .jsonl, sort: "-service")).hasPrefix("{\"service\":\"s3\""))
  }

  @Test("names the fields that exist when one does not")
  func unknownField() {
    #expect(throws: UnknownFieldError(field: "nope", fields: ["service", "count", "hosts", "cname"])) {
      try text(RecordLayout(format: .json, fields: ["service", "nope"]))
    }
    #expect(
      throws: UnknownFieldError(
        field: "hosts", fields: ["service", "count", "hosts.default", "hosts.dualstack", "cname"])
    ) {
      try text(RecordLayout(format: .csv, fields: ["hosts"]))
    }
  }

  @Test("writes an empty result as an empty list")
  func empty() throws {
    let none = RecordSet(schema: "egress6/sample/v1", fields: ["a"], rows: [])
    var output = ""
    for format in OutputFormat.allCases {
      try none.write(RecordLayout(format: format)) { output += String(decoding: $0, as: UTF8.self) }
    }
    #expect(output == "a\n{\"schema\":\"egress6/sample/v1\",\"rows\":[]}\na\r\n| a |\n| --- |\n")
  }

  @Test("quotes CSV by RFC 4180 and escapes the bar in Markdown")
  func quoting() throws {
    let set = RecordSet(schema: "s", fields: ["x,y"], rows: [["a \"b\"\nc|d"]])
    var csv = ""
    try set.write(RecordLayout(format: .csv)) { csv += String(decoding: $0, as: UTF8.self) }
    #expect(csv == "\"x,y\"\r\n\"a \"\"b\"\"\nc|d\"\r\n")
    var markdown = ""
    try set.write(RecordLayout(format: .md)) { markdown += String(decoding: $0, as: UTF8.self) }
    #expect(markdown.hasSuffix("| a \"b\"\\u{a}c\\|d |\n"))
  }
}
