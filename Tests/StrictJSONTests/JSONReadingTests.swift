// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

/// The strict reader (RFC 8259).
@Suite struct JSONReadingTests {
  struct Valid: Sendable {
    var text: String
    var value: JSON

    init(_ text: String, _ value: JSON) {
      self.text = text
      self.value = value
    }
  }

  @Test(
    "valid texts",
    arguments: [
      Valid("null", .null), Valid(" \t\r\n true ", true), Valid("false", false), Valid("0", 0),
      Valid("-0", 0),
      Valid("-12", -12), Valid("9223372036854775807", .integer(.max)),
      Valid("-9223372036854775808", .integer(.min)),
      Valid("9223372036854775808", .number(9223372036854775808)), Valid("1.5", .number(1.5)),
      Valid("1e2", .number(100)),
      Valid("1E+2", .number(100)), Valid("5e-324", .number(.leastNonzeroMagnitude)),
      Valid("-0.0", .number(-0.0)),
      Valid(#""""#, ""), Valid(#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
      Valid(#""\u00e9\u20AC""#, "é€"),
      Valid(#""\ud83d\ude00""#, "\u{1F600}"), Valid(#""\u0000""#, "\0"),
      Valid("\"é€\u{1F600}\u{10FFFF}\u{7F}\"", "é€\u{1F600}\u{10FFFF}\u{7F}"),
      Valid("[]", []), Valid("[ ]", []), Valid("[1, [2], {}]", [1, [2], [:]]), Valid("{}", [:]),
      Valid(#"{"b": 1, "a": {"": null}}"#, ["b": 1, "a": ["": .null]]), Valid("\u{FEFF}1", 1),
    ])
  func valid(_ test: Valid) throws {
    #expect(try JSON(parsing: Array(test.text.utf8)) == test.value)
    var scanner = try JSONScanner(Array(test.text.utf8))
    try scanner.skipValue()
    try scanner.finish()
  }

  struct Invalid: Sendable {
    var bytes: [UInt8]
    var error: String

    init(_ text: String, _ error: String) {
      bytes = Array(text.utf8)
      self.error = error
    }

    init(bytes: [UInt8], _ error: String) {
      self.bytes = bytes
      self.error = error
    }
  }

  @Test(
    "invalid texts are refused with line, column and what was expected, read or skipped",
    arguments: [
      Invalid("", "line 1, column 1: the text ends where a value was expected"),
      Invalid(" \n ", "line 2, column 2: the text ends where a value was expected"),
      Invalid("tru", "line 1, column 1: expected true"), Invalid("nul", "line 1, column 1: expected null"),
      Invalid("falsy", "line 1, column 1: expected false"),
      Invalid("True", "line 1, column 1: expected a value"),
      Invalid("1 2", "line 1, column 3: the text goes on after the end of the value"),
      Invalid("01", "line 1, column 2: expected no digit after a leading zero"),
      Invalid("+1", "line 1, column 1: expected a value"),
      Invalid("-", "line 1, column 2: the text ends where a digit was expected"),
      Invalid("1.", "line 1, column 3: the text ends where a digit was expected"),
      Invalid("1.x", "line 1, column 3: expected a digit"),
      Invalid("1e", "line 1, column 3: the text ends where a digit was expected"),
      Invalid(".5", "line 1, column 1: expected a value"),
      Invalid("NaN", "line 1, column 1: expected a value"),
      Invalid("[1,]", "line 1, column 4: expected a value"),
      Invalid("[1 2]", "line 1, column 4: expected \",\" or \"]\""),
      Invalid("[,1]", "line 1, column 2: expected a value"),
      Invalid("[", "line 1, column 2: the text ends where \",\" or \"]\" was expected"),
      Invalid("[1", "line 1, column 3: the text ends where \",\" or \"]\" was expected"),
      Invalid("{\"a\":1,}", "line 1, column 8: expected a name in quotes"),
      Invalid("{a:1}", "line 1, column 2: expected a name in quotes"),
      Invalid("{\"a\" 1}", "line 1, column 6: expected \":\""),
      Invalid("{\"a\":}", "line 1, column 6: expected a value"),
      Invalid("{\"a\":1 \"b\":2}", "line 1, column 8: expected \",\" or \"}\""),
      Invalid("{,}", "line 1, column 2: expected a name in quotes"),
      Invalid("]", "line 1, column 1: expected a value"),
      Invalid("[1}", "line 1, column 3: expected \",\" or \"]\""),
      Invalid("\"é", "line 1, column 3: the text ends where a closing quote was expected"),
      Invalid("\"a\nb\"", "line 1, column 3: a control character stands in a string; write it as \\u00XX"),
      Invalid(
        #""\x""#, "line 1, column 2: expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"),
      Invalid(#""\"#, "line 1, column 3: the text ends where an escape was expected"),
      Invalid(#""\u12g4""#, "line 1, column 4: expected four hexadecimal digits"),
      Invalid(#""\u12"#, "line 1, column 4: expected four hexadecimal digits"),
      Invalid(
        #""\ud800""#, "line 1, column 2: the \\u escape is half of a surrogate pair; write both halves"),
      Invalid(
        #""\udc00\ud800""#, "line 1, column 2: the \\u escape is half of a surrogate pair; write both halves"),
      Invalid(
        #""\ud800\u0041""#, "line 1, column 2: the \\u escape is half of a surrogate pair; write both halves"),
      Invalid("// c\n1", "line 1, column 1: expected a value"),
      Invalid("'a'", "line 1, column 1: expected a value"),
      Invalid(bytes: [0x22, 0xFF, 0x22], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(bytes: [0x22, 0xC0, 0x80, 0x22], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(
        bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(bytes: [0x22, 0xE2, 0x82, 0x22], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(bytes: [0x22, 0xC3], "line 1, column 2: the string is not valid UTF-8"),
      Invalid(bytes: [0x22, 0x80, 0x22], "line 1, column 2: the string is not valid UTF-8"),
    ])
  func invalid(_ test: Invalid) {
    let error = #expect(throws: JSONError.self) { try JSON(parsing: test.bytes) }
    #expect(error?.description == test.error)
    let skipped = #expect(throws: JSONError.self) {
      var scanner = try JSONScanner(test.bytes)
      try scanner.skipValue()
      try scanner.finish()
    }
    #expect(skipped == error)
  }

  @Test("numbers beyond the range, duplicate names, depth and size have their own errors")
  func limits() throws {
    #expect(throws: JSONError(.numberOutOfRange, at: 1, in: Array("[1e999]".utf8))) { try parse("[1e999]") }
    let twice = "{\"a\": 1, \"b\": 2,\n\"a\": 3}"
    let error = #expect(throws: JSONError.self) { try parse(twice) }
    #expect(error?.problem == .duplicateName("a"))
    #expect(error?.line == 2 && error?.column == 1)
    #expect(try parse(#"{"\u0061": 1, "K": 2, "\u212a": 3}"#).object?.count == 3)

    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try parse(deep).array?.count == 1)
    let tooDeep = #expect(throws: JSONError.self) { try parse("[" + deep + "]") }
    #expect(tooDeep?.problem == .tooDeep(limit: 128))
    let bottomless = #expect(throws: JSONError.self) {
      try parse(String(repeating: "{\"a\":", count: 1_000_000))
    }
    #expect(bottomless?.problem == .tooDeep(limit: 128))
    let large = #expect(throws: JSONError.self) { try parse("1234", .init(maximumSize: 3)) }
    #expect(large?.problem == .tooLarge(limit: 3))
  }

  @Test("a name among many is found as fast as among few")
  func manyNames() throws {
    let members = (0..<5000).map { "\"n\($0)\": \($0)" }
    #expect(try parse("{\(members.joined(separator: ","))}").object?.count == 5000)
    let error = #expect(throws: JSONError.self) {
      try parse("{\((members + ["\"n7\": 0"]).joined(separator: ","))}")
    }
    #expect(error?.problem == .duplicateName("n7"))
  }

  @Test("accessors")
  func accessors() throws {
    let value = try parse(#"{"s": "a", "b": true, "i": 7, "d": 1.5, "l": [1], "o": {"x": null}}"#)
    #expect(value["s"]?.string == "a" && value["b"]?.bool == true && value["i"]?.integer == 7)
    #expect(value["i"]?.number == 7 && value["d"]?.number == 1.5 && value["d"]?.integer == nil)
    #expect(value["l"]?[0] == 1 && value["l"]?[1] == nil && value["l"]?[-1] == nil && value["l"]?["x"] == nil)
    #expect(value["o"]?["x"] == .null && value["nothing"] == nil && value["s"]?.array == nil)
  }

  private func parse(_ text: String, _ options: JSON.ReadingOptions = .init()) throws(JSONError) -> JSON {
    try JSON(parsing: Array(text.utf8), options: options)
  }
}
