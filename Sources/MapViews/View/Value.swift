// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import StrictJSON

/// A value of a view, before anything is known of how it is drawn.
package enum Value: Sendable, Hashable {
  /// Nothing is known or nothing applies.
  case missing
  /// A name or a sentence.
  case text(String)
  /// A count.
  case integer(Int64)
  /// A measure.
  case number(Double)
  /// Yes or no.
  case boolean(Bool)
  /// A moment.
  case time(Timestamp)
  /// How a service is reached.
  case support(Support)
  /// How a service is reached at least.
  case supportAtLeast(Support)
  /// The same in a grid, with what a reader must know of the cell beside it.
  case cell(SupportCell)
  /// Several values.
  case list([Value])
  /// Named values.
  case record([Field])

  /// A named value.
  package struct Field: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The value.
    package var value: Value

    /// Makes a field.
    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A text, or `missing` for `nil`.
  package static func text(_ text: String?) -> Value { text.map { Value.text($0) } ?? .missing }

  /// A moment, or `missing` for `nil`.
  package static func time(_ time: Timestamp?) -> Value { time.map { Value.time($0) } ?? .missing }

  /// A count, or `missing` for `nil`.
  package static func integer(_ number: Int?) -> Value { number.map { .integer(Int64($0)) } ?? .missing }

  /// A support, or the least that it is.
  package static func support(_ support: Support, isAtLeast: Bool) -> Value {
    isAtLeast ? .supportAtLeast(support) : .support(support)
  }

  /// Several texts.
  package static func texts(_ texts: [String]) -> Value { .list(texts.map { .text($0) }) }

  /// The value of a JSON document.
  package init(_ json: JSON) {
    switch json {
    case .null: self = .missing
    case .bool(let flag): self = .boolean(flag)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number(number)
    case .string(let text): self = .text(text)
    case .array(let elements): self = .list(elements.map { Value($0) })
    case .object(let members): self = .record(members.map { Field($0.name, Value($0.value)) })
    }
  }

  /// The value of a member of a record; `missing` for other values and other names.
  package subscript(member name: String) -> Value {
    guard case .record(let fields) = self else { return .missing }
    return fields.first { $0.name == name }?.value ?? .missing
  }

  /// The value as JSON.
  package var json: JSON {
    switch self {
    case .missing: .null
    case .text(let text): .string(text)
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .boolean(let flag): .bool(flag)
    case .time(let time): .string(time.description)
    case .support(let support), .supportAtLeast(let support): .string(support.rawValue)
    case .cell(let cell): .string(cell.text)
    case .list(let values): .array(values.map(\.json))
    case .record(let fields): .object(fields.map { JSON.Member($0.name, $0.value.json) })
    }
  }

  /// The value as one line of plain text: empty for `missing`, a list joined with spaces.
  package var plainText: String {
    switch self {
    case .missing: ""
    case .text(let text): text
    case .integer(let number): number.description
    case .time(let time): time.description
    case .support(let support), .supportAtLeast(let support): support.rawValue
    case .cell(let cell): cell.text
    case .list(let values): values.map(\.plainText).joined(separator: " ")
    case .number, .boolean, .record: json.text()
    }
  }
}
