// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog
import StrictJSON

/// Reads `partitions.json` (version 1.1): partitions, their regions and what rules learn about them.
enum PartitionsReader {
  /// The region that global services sign for, in releases whose partitions do not say.
  ///
  /// botocore 1.29.0 and 1.31.0 do not have `implicitGlobalRegion`, and none of their rule sets reads it. 1.33.0, with the
  /// same partitions, has it with these values.
  private static let globalRegions = [
    "aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1", "aws-iso-b": "us-isob-east-1", "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
  ]

  /// Reads the file.
  ///
  /// - Throws: ``FormError`` for text that is not JSON, and for the first member that is missing or wrong.
  static func read(_ bytes: [UInt8]) throws(FormError) -> [PartitionModel] {
    let document = try FormError.parse(bytes)
    var partitions: [PartitionModel] = []
    for (index, partition) in try document.list("partitions", at: "").enumerated() {
      partitions.append(try read(partition, at: "/partitions/\(index)"))
    }
    guard !partitions.isEmpty else { throw FormError("is empty", at: "/partitions") }
    return partitions
  }

  private static func read(_ partition: JSON, at place: String) throws(FormError) -> PartitionModel {
    let id = try partition.text("id", at: place)
    let pattern = try partition.text("regionRegex", at: place)
    guard RegionPattern(pattern) != nil else {
      throw FormError("the pattern \(pattern) is not supported", at: "\(place)/regionRegex")
    }
    return PartitionModel(
      id: id, regionPattern: pattern,
      outputs: try outputs(of: partition.member("outputs", at: place), id: id, at: place + "/outputs"),
      regions: try regions(of: partition, at: place))
  }

  private static func outputs(
    of outputs: JSON, id: String, at place: String
  ) throws(FormError) -> PartitionModel.Outputs {
    let globalRegion: String
    if outputs["implicitGlobalRegion"] == nil, let known = globalRegions[id] {
      globalRegion = known
    } else {
      globalRegion = try outputs.text("implicitGlobalRegion", at: place)
    }
    return PartitionModel.Outputs(
      name: try outputs.text("name", at: place), dnsSuffix: try outputs.text("dnsSuffix", at: place),
      dualStackDNSSuffix: try outputs.text("dualStackDnsSuffix", at: place),
      implicitGlobalRegion: globalRegion, supportsFIPS: try outputs.flag("supportsFIPS", at: place),
      supportsDualStack: try outputs.flag("supportsDualStack", at: place))
  }

  private static func regions(of partition: JSON, at place: String) throws(FormError) -> [PartitionModel
    .Region]
  {
    var regions: [PartitionModel.Region] = []
    for region in try partition.members("regions", at: place) {
      guard region.value.object.map({ $0.allSatisfy { $0.name == "description" } }) == true else {
        throw FormError("holds more than a description", at: "\(place)/regions/\(region.name)")
      }
      regions.append(.init(name: region.name, description: region.value["description"]?.string ?? ""))
    }
    return regions.sorted { $0.name < $1.name }
  }
}
