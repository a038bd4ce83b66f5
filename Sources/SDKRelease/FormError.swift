// SPDX-License-Identifier: Apache-2.0

import EgressBase
import StrictJSON

/// What is wrong with a file of a release, and where in the file.
struct FormError: DomainError, Hashable {
  /// The place of the fault (RFC 6901); `nil` where the problem says it.
  let place: String?
  /// What is wrong.
  let problem: String

  /// Describes a fault.
  init(_ problem: String, at place: String? = nil) {
    self.problem = problem
    self.place = place
  }

  /// The kind of failure.
  var code: ErrorCode { ErrorCode("import.form", .input) }
  /// The place.
  var facts: [ErrorFact: String] { place.map { [.entry: $0] } ?? [:] }
  /// The place and the fault.
  var description: String { place.map { "\($0): \(problem)" } ?? problem }

  /// Reads a JSON text; its fault becomes the error.
  static func parse(_ bytes: [UInt8]) throws(FormError) -> JSON {
    do throws(JSONError) {
      return try JSON(parsing: bytes)
    } catch {
      throw FormError(error.description)
    }
  }
}

extension JSON {
  /// A member that must be there.
  func member(_ name: String, at place: String) throws(FormError) -> JSON {
    guard let value = self[name] else { throw FormError("is missing", at: "\(place)/\(name)") }
    return value
  }

  /// A string that must be there.
  func text(_ name: String, at place: String) throws(FormError) -> String {
    guard let value = try member(name, at: place).string else {
      throw FormError("is not a string", at: "\(place)/\(name)")
    }
    return value
  }

  /// A boolean that must be there.
  func flag(_ name: String, at place: String) throws(FormError) -> Bool {
    guard let value = try member(name, at: place).bool else {
      throw FormError("is not a boolean", at: "\(place)/\(name)")
    }
    return value
  }

  /// An array that must be there.
  func list(_ name: String, at place: String) throws(FormError) -> [JSON] {
    guard let value = try member(name, at: place).array else {
      throw FormError("is not an array", at: "\(place)/\(name)")
    }
    return value
  }

  /// An object that must be there, as its members.
  func members(_ name: String, at place: String) throws(FormError) -> [Member] {
    guard let value = try member(name, at: place).object else {
      throw FormError("is not an object", at: "\(place)/\(name)")
    }
    return value
  }
}
