// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog
import StrictJSON

/// Reads `partitions.json` (version 1.1): partitions, their regions and what rules learn about them.
enum PartitionsReader {
  /// Reads the file.
  ///
  /// - Throws: a sentence that says what is missing, or where the text is no JSON.
  static func read(_ bytes: [UInt8]) throws(FormError) -> [PartitionModel] {
    let document = try FormError.parse(bytes)
    var partitions: [PartitionModel] = []
    for (index, partition) in try document.list("partitions", at: "").enumerated() {
      let place = "/partitions/\(index)"
      let outputs = try partition.member("outputs", at: place)
      var regions: [PartitionModel.Region] = []
      for region in try partition.members("regions", at: place) {
        let description = region.value["description"]?.string ?? ""
        guard region.value.object.map({ $0.allSatisfy { $0.name == "description" } }) == true else {
          throw FormError("\(place)/regions/\(region.name): holds more than a description")
        }
        regions.append(.init(name: region.name, description: description))
      }
      let pattern = try partition.text("regionRegex", at: place)
      guard RegionPattern(pattern) != nil else {
        throw FormError("\(place)/regionRegex: the pattern \(pattern) is not supported")
      }
      partitions.append(
        PartitionModel(
          id: try partition.text("id", at: place), regionPattern: pattern,
          outputs: .init(
            name: try outputs.text("name", at: place + "/outputs"),
            dnsSuffix: try outputs.text("dnsSuffix", at: place + "/outputs"),
            dualStackDNSSuffix: try outputs.text("dualStackDnsSuffix", at: place + "/outputs"),
            implicitGlobalRegion: try outputs.text("implicitGlobalRegion", at: place + "/outputs"),
            supportsFIPS: try outputs.flag("supportsFIPS", at: place + "/outputs"),
            supportsDualStack: try outputs.flag("supportsDualStack", at: place + "/outputs")),
          regions: regions.sorted { $0.name < $1.name }))
    }
    guard !partitions.isEmpty else { throw FormError("/partitions: is empty") }
    return partitions
  }
}

/// What is wrong with a file of the release, in words and with its place (RFC 6901).
struct FormError: Error, Hashable {
  /// The place and the fault.
  var reason: String

  init(_ reason: String) { self.reason = reason }

  /// Reads a JSON text, whose fault becomes the reason.
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
    guard let value = self[name] else { throw FormError("\(place)/\(name): is missing") }
    return value
  }

  /// A string that must be there.
  func text(_ name: String, at place: String) throws(FormError) -> String {
    guard let value = try member(name, at: place).string else {
      throw FormError("\(place)/\(name): is no string")
    }
    return value
  }

  /// A boolean that must be there.
  func flag(_ name: String, at place: String) throws(FormError) -> Bool {
    guard let value = try member(name, at: place).bool else {
      throw FormError("\(place)/\(name): is no boolean")
    }
    return value
  }

  /// An array that must be there.
  func list(_ name: String, at place: String) throws(FormError) -> [JSON] {
    guard let value = try member(name, at: place).array else {
      throw FormError("\(place)/\(name): is no array")
    }
    return value
  }

  /// An object that must be there, as its members.
  func members(_ name: String, at place: String) throws(FormError) -> [Member] {
    guard let value = try member(name, at: place).object else {
      throw FormError("\(place)/\(name): is no object")
    }
    return value
  }
}
