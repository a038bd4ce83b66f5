// SPDX-License-Identifier: Apache-2.0

import EgressBase
import MapViews
import StrictJSON

/// How many bytes are gathered before they are handed on.
private let pieceSize = 1 << 18

extension Sheet {
  private func writePieces(
    to write: ([UInt8]) throws -> Void, _ body: (Int, [Value], inout [UInt8]) -> Void
  ) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pieceSize + 4096)
    for row in 0..<count {
      body(row, values(row), &bytes)
      if bytes.count >= pieceSize {
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    if !bytes.isEmpty { try write(bytes) }
  }

  private func quotedNames() -> [[UInt8]] {
    columns.map { column in
      var bytes: [UInt8] = []
      JSON.writeQuoted(column.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      return bytes
    }
  }

  private func writeObject(_ values: [Value], names: [[UInt8]], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for index in values.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += names[index]
      values[index].writeJSON(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Writes JSON Lines.
  func writeLines(to write: ([UInt8]) throws -> Void) throws {
    let names = quotedNames()
    try writePieces(to: write) { _, values, bytes in
      writeObject(values, names: names, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// Writes one JSON document: schema, metadata, rows.
  func writeDocument(to write: ([UInt8]) throws -> Void) throws {
    var head: [UInt8] = Array("{\"schema\":".utf8)
    JSON.writeQuoted(schema, to: &head)
    for field in metadata {
      head.append(UInt8(ascii: ","))
      JSON.writeQuoted(field.name, to: &head)
      head.append(UInt8(ascii: ":"))
      field.value.writeJSON(to: &head)
    }
    try write(head + Array(",\"rows\":[".utf8))
    let names = quotedNames()
    try writePieces(to: write) { row, values, bytes in
      bytes += Array(row == 0 ? "\n".utf8 : ",\n".utf8)
      writeObject(values, names: names, to: &bytes)
    }
    try write(Array((count == 0 ? "]}\n" : "\n]}\n").utf8))
  }

  /// Writes RFC 4180 text; lines end with CR LF.
  func writeCSV(hasHeadings: Bool, to write: ([UInt8]) throws -> Void) throws {
    let line = { (cells: [String]) in cells.map(quotedForCSV).joined(separator: ",") + "\r\n" }
    if hasHeadings { try write(Array(line(columns.map(\.name)).utf8)) }
    try writePieces(to: write) { _, values, bytes in
      bytes += line(values.map(\.plainText)).utf8
    }
  }

  /// Writes a Markdown table.
  func writeMarkdown(_ style: Style, to write: ([UInt8]) throws -> Void) throws {
    let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |\n" }
    try write(Array((line(columns.map(\.name)) + line(columns.map { _ in "---" })).utf8))
    try writePieces(to: write) { _, values, bytes in
      let cells = zip(columns, values).map { column, value in
        let text = column.text(value, style).withoutControls
        return String(text.flatMap { $0 == "|" ? ["\\", "|"] : [$0] })
      }
      bytes += line(cells).utf8
    }
  }
}

private func quotedForCSV(_ text: String) -> String {
  guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
  return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}

extension Value {
  /// Appends the value as compact JSON.
  fileprivate func writeJSON(to bytes: inout [UInt8]) {
    switch self {
    case .text(let text): JSON.writeQuoted(text, to: &bytes)
    case .support(let support), .supportAtLeast(let support): JSON.writeQuoted(support.rawValue, to: &bytes)
    case .cell(let cell): JSON.writeQuoted(cell.text, to: &bytes)
    case .time(let time): JSON.writeQuoted(time.description, to: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.writeJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .record(let fields):
      bytes.append(UInt8(ascii: "{"))
      for (index, field) in fields.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSON.writeQuoted(field.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        field.value.writeJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .missing, .integer, .number, .boolean: json.write(to: &bytes)
    }
  }
}
