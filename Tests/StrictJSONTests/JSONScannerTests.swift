// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

/// The cursor that reads some values and skips others.
@Suite struct JSONScannerTests {
  private struct Model: Equatable {
    var version = ""
    var names: [String] = []
    var count: JSON = .null
    var isOld = false
  }

  @Test("reads what is asked for and skips the rest")
  func pull() throws {
    let text = #"""
      {"documentation": "a {\"b\": [1]} \u00e9", "version": "2.0", "shapes": {"A": {"x": [1, {}]}, "B": null},
       "count": -3, "isOld": true, "nothing": null, "tail": [[], [[]], {}]}
      """#
    var model = Model()
    var scanner = try JSONScanner(Array(text.utf8))
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      switch name {
      case "version": model.version = try scanner.readString()
      case "count": model.count = try scanner.readNumber()
      case "isOld": model.isOld = try scanner.readBool()
      case "nothing": try scanner.readNull()
      case "shapes":
        try scanner.beginObject()
        while let shape = try scanner.nextMember() {
          model.names.append(shape)
          try scanner.skipValue()
        }
      case "tail":
        var count = 0
        try scanner.beginArray()
        while try scanner.nextElement() {
          count += 1
          _ = try scanner.readValue()
        }
        #expect(count == 3)
        #expect(scanner.depth == 1)
      default: try scanner.skipValue()
      }
    }
    try scanner.finish()
    #expect(scanner.depth == 0)
    #expect(model == Model(version: "2.0", names: ["A", "B"], count: -3, isOld: true))
  }

  @Test("a value of another kind is an error that names the kind asked for")
  func wrongKind() throws {
    func error(_ read: (inout JSONScanner) throws(JSONError) -> Void) -> JSONError.Problem? {
      let error = #expect(throws: JSONError.self) {
        var scanner = try JSONScanner(Array(" [1]".utf8))
        try read(&scanner)
      }
      return error?.problem
    }
    #expect(error { scanner throws(JSONError) in _ = try scanner.readString() } == .expected("a string"))
    #expect(error { scanner throws(JSONError) in _ = try scanner.readNumber() } == .expected("a number"))
    #expect(error { scanner throws(JSONError) in _ = try scanner.readBool() } == .expected("true or false"))
    #expect(error { scanner throws(JSONError) in try scanner.readNull() } == .expected("null"))
    #expect(error { scanner throws(JSONError) in try scanner.beginObject() } == .expected("an object"))
    #expect(error { scanner throws(JSONError) in try scanner.finish() } == .trailingData)
    var scanner = try JSONScanner(Array("{}".utf8))
    #expect(try scanner.peek() == .object)
    #expect(scanner.error(.expected("a version")).offset == 0)
  }
}
