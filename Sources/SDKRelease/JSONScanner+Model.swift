// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog
import StrictJSON

extension JSONScanner {
  /// Reads an array of strings.
  mutating func readStrings() throws(JSONError) -> [String] {
    var strings: [String] = []
    try beginArray()
    while try nextElement() { strings.append(try readString()) }
    return strings
  }

  /// Reads one string member of an object and skips the others.
  mutating func readMember(_ wanted: String) throws(JSONError) -> String? {
    var result: String?
    try beginObject()
    while let name = try nextMember() {
      if name == wanted { result = try readString() } else { try skipValue() }
    }
    return result
  }

  /// Reads an `endpointdiscovery` trait: whether it is required.
  mutating func readRequired() throws(JSONError) -> Bool {
    var isRequired = false
    try beginObject()
    while let name = try nextMember() {
      if name == "required" { isRequired = try readBool() } else { try skipValue() }
    }
    return isRequired
  }

  /// Reads a `staticContextParams` trait, sorted by name.
  mutating func readStaticParameters() throws(JSONError) -> [Operation.StaticParameter] {
    var parameters: [Operation.StaticParameter] = []
    try beginObject()
    while let name = try nextMember() {
      try beginObject()
      while let member = try nextMember() {
        guard member == "value" else {
          try skipValue()
          continue
        }
        switch try peek() {
        case .bool: parameters.append(.init(name: name, value: .boolean(try readBool())))
        case .string: parameters.append(.init(name: name, value: .string(try readString())))
        case .array: parameters.append(.init(name: name, value: .stringArray(try readStrings())))
        default: throw error(.expected("a string, a boolean or an array of strings"))
        }
      }
    }
    return parameters.sorted { $0.name < $1.name }
  }

  /// Reads an `operationContextParams` trait, sorted by name.
  mutating func readPathParameters() throws(JSONError) -> [Operation.InputParameter] {
    var parameters: [Operation.InputParameter] = []
    try beginObject()
    while let name = try nextMember() {
      if let path = try readMember("path") { parameters.append(.init(name: name, source: path)) }
    }
    return parameters.sorted { $0.name < $1.name }
  }
}
