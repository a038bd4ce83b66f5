// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension RecordSet {
  /// How many bytes are gathered before they are handed on.
  private static let pieceSize = 1 << 18

  private func writePieces(to write: ([UInt8]) throws -> Void, _ body: (Int, inout [UInt8]) -> Void) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.pieceSize + 4096)
    for row in rows.indices {
      body(row, &bytes)
      if bytes.count >= Self.pieceSize {
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    if !bytes.isEmpty { try write(bytes) }
  }

  private func quotedNames() -> [[UInt8]] {
    fields.map { name in
      var bytes: [UInt8] = []
      JSON.writeQuoted(name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      return bytes
    }
  }

  private func writeObject(_ row: Int, names: [[UInt8]], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (column, value) in rows[row].enumerated() {
      if column > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += names[column]
      value.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  func writeLines(to write: ([UInt8]) throws -> Void) throws {
    let names = quotedNames()
    try writePieces(to: write) { row, bytes in
      writeObject(row, names: names, to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  func writeDocument(to write: ([UInt8]) throws -> Void) throws {
    var head: [UInt8] = Array("{\"schema\":".utf8)
    JSON.writeQuoted(schema, to: &head)
    for member in metadata {
      head.append(UInt8(ascii: ","))
      JSON.writeQuoted(member.name, to: &head)
      head.append(UInt8(ascii: ":"))
      member.value.write(to: &head)
    }
    try write(head + Array(",\"rows\":[".utf8))
    let names = quotedNames()
    try writePieces(to: write) { row, bytes in
      bytes += Array(row == 0 ? "\n".utf8 : ",\n".utf8)
      writeObject(row, names: names, to: &bytes)
    }
    try write(Array((rows.isEmpty ? "]}\n" : "\n]}\n").utf8))
  }

  /// Writes RFC 4180 text; lines end with CR LF.
  func writeCSV(hasHeadings: Bool, to write: ([UInt8]) throws -> Void) throws {
    let line = { (cells: [String]) in cells.map(Self.quotedForCSV).joined(separator: ",") + "\r\n" }
    if hasHeadings { try write(Array(line(fields).utf8)) }
    try writePieces(to: write) { row, bytes in
      bytes += Array(line(rows[row].map(Self.text(of:))).utf8)
    }
  }

  private static func quotedForCSV(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  func writeMarkdown(to write: ([UInt8]) throws -> Void) throws {
    let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |\n" }
    try write(Array((line(fields) + line(fields.map { _ in "---" })).utf8))
    try writePieces(to: write) { row, bytes in
      let cells = rows[row].map { value in
        String(Self.cell(value).withoutControls.flatMap { $0 == "|" ? ["\\", "|"] : [$0] })
      }
      bytes += Array(line(cells).utf8)
    }
  }
}
