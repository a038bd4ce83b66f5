// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog
import StrictJSON

/// Reads a `service-2.json`, skipping what endpoints do not need: documentation and most shapes.
struct ModelReader {
  private var model = ServiceModel()
  private var inputs: [String: String] = [:]

  /// What an input shape says about endpoints.
  private struct Shape {
    var members: [String] = []
    var parameters: [Operation.InputParameter] = []
    var labels: [String] = []
  }

  /// Reads a model.
  ///
  /// - Parameter bytes: the JSON text.
  /// - Returns: the model, its operations sorted, and the name of each operation's input shape.
  /// - Throws: the first fault of the text, with its place.
  static func read(
    _ bytes: [UInt8]
  ) throws(JSONError) -> (model: ServiceModel, inputs: [String: String]) {
    var reader = ModelReader()
    return (try reader.run(bytes), reader.inputs)
  }

  /// Lays the `merge` member of a `service-2.sdk-extras.json` over a model: metadata, and members of input shapes.
  ///
  /// - Parameters:
  ///   - bytes: the JSON text.
  ///   - model: the model.
  ///   - inputs: the name of each operation's input shape.
  /// - Throws: the first fault of the text, with its place.
  static func merge(
    extras bytes: [UInt8], into model: inout ServiceModel, inputs: [String: String]
  ) throws(JSONError) {
    var reader = ModelReader()
    reader.model = model
    reader.inputs = inputs
    var scanner = try JSONScanner(bytes)
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      guard name == "merge" else {
        try scanner.skipValue()
        continue
      }
      try scanner.beginObject()
      while let part = try scanner.nextMember() {
        switch part {
        case "metadata": try reader.readMetadata(&scanner)
        case "shapes": reader.add(try reader.readShapes(&scanner))
        default: try scanner.skipValue()
        }
      }
    }
    try scanner.finish()
    model = reader.model
  }

  private mutating func run(_ bytes: [UInt8]) throws(JSONError) -> ServiceModel {
    var scanner = try JSONScanner(bytes)
    var shapes: JSONScanner?
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      switch name {
      case "metadata": try readMetadata(&scanner)
      case "operations": try readOperations(&scanner)
      case "clientContextParams": try readClientParameters(&scanner)
      case "shapes":
        // Which shapes matter is known once the operations are read; they may follow.
        shapes = scanner
        try scanner.skipValue()
      default: try scanner.skipValue()
      }
    }
    try scanner.finish()
    if var shapes { try attachShapes(&shapes) }
    model.operations.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return model
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws(JSONError) {
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      switch name {
      case "serviceId": model.serviceID = try scanner.readString()
      case "serviceFullName": model.fullName = try scanner.readString()
      case "endpointPrefix": model.endpointPrefix = try scanner.readString()
      case "signingName": model.signingName = try scanner.readString()
      case "signatureVersion": model.signatureVersion = try scanner.readString()
      case "auth": model.authSchemes = try scanner.readStrings()
      case "protocol": model.protocolName = try scanner.readString()
      case "protocols": model.protocols = try scanner.readStrings()
      case "globalEndpoint": model.globalEndpoint = try scanner.readString()
      default: try scanner.skipValue()
      }
    }
  }

  private mutating func readClientParameters(_ scanner: inout JSONScanner) throws(JSONError) {
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      var kind: RuleSet.Parameter.Kind?
      try scanner.beginObject()
      while let member = try scanner.nextMember() {
        if member == "type" {
          kind = RuleSet.Parameter.Kind(rawValue: try scanner.readString())
        } else {
          try scanner.skipValue()
        }
      }
      guard let kind else {
        throw scanner.error(.expected("a parameter type: string, boolean or stringArray"))
      }
      model.clientParameters.append(.init(name: name, kind: kind))
    }
    model.clientParameters.sort { $0.name < $1.name }
  }

  private mutating func readOperations(_ scanner: inout JSONScanner) throws(JSONError) {
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      var operation = Operation(name: name)
      try readOperation(&scanner, &operation)
      model.operations.append(operation)
    }
  }

  private mutating func readOperation(_ scanner: inout JSONScanner, _ operation: inout Operation)
    throws(JSONError)
  {
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      switch name {
      case "input": inputs[operation.name] = try scanner.readMember("shape")
      case "endpoint": operation.hostPrefix = try scanner.readMember("hostPrefix")
      case "staticContextParams":
        operation.staticParameters = try scanner.readStaticParameters()
      case "operationContextParams":
        operation.pathParameters = try scanner.readPathParameters()
      case "endpointdiscovery":
        operation.discovery = try scanner.readRequired() ? .required : .optional
      case "endpointoperation": operation.discoversEndpoints = try scanner.readBool()
      case "authtype":
        switch try scanner.readString() {
        case "none": operation.signing = .none
        case "v4-unsigned-body": operation.signing = .unsignedPayload
        default: break
        }
      default: try scanner.skipValue()
      }
    }
  }

  /// Gives each operation the members of its input shape that are not known yet.
  private mutating func add(_ shapes: [String: Shape]) {
    for (operation, input) in inputs {
      guard let members = shapes[input]?.members, !members.isEmpty else { continue }
      let all = Set(model.inputMembers[operation] ?? []).union(members)
      model.inputMembers[operation] = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  /// Reads the input shapes and gives each operation what its input says.
  private mutating func attachShapes(_ scanner: inout JSONScanner) throws(JSONError) {
    let shapes = try readShapes(&scanner)
    add(shapes)
    for index in model.operations.indices {
      guard let input = inputs[model.operations[index].name], let shape = shapes[input] else { continue }
      model.operations[index].memberParameters = shape.parameters.sorted { $0.name < $1.name }
      // A label matters only where a prefix may hold it.
      if model.operations[index].hostPrefix != nil {
        model.operations[index].hostLabels = shape.labels.sorted()
      }
    }
  }

  /// Reads the shapes that are inputs of operations.
  private func readShapes(_ scanner: inout JSONScanner) throws(JSONError) -> [String: Shape] {
    let wanted = Set(inputs.values)
    var shapes: [String: Shape] = [:]
    try scanner.beginObject()
    while let name = try scanner.nextMember() {
      guard wanted.contains(name) else {
        try scanner.skipValue()
        continue
      }
      try scanner.beginObject()
      while let member = try scanner.nextMember() {
        if member == "members" { shapes[name] = try readMembers(&scanner) } else { try scanner.skipValue() }
      }
    }
    return shapes
  }

  private func readMembers(_ scanner: inout JSONScanner) throws(JSONError) -> Shape {
    var shape = Shape()
    try scanner.beginObject()
    while let member = try scanner.nextMember() {
      shape.members.append(member)
      try scanner.beginObject()
      while let trait = try scanner.nextMember() {
        switch trait {
        case "contextParam":
          if let name = try scanner.readMember("name") {
            shape.parameters.append(.init(name: name, source: member))
          }
        case "hostLabel": if try scanner.readBool() { shape.labels.append(member) }
        default: try scanner.skipValue()
        }
      }
    }
    return shape
  }
}
