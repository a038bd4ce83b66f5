// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Finds the stems of host names: what is left of a name without region, suffix, variant and representative values.
///
/// `egress6-example.s3.dualstack.eu-west-1.amazonaws.com` and `s3-fips.us-gov-west-1.amazonaws.com` have the stem `s3`.
/// Names with one stem serve one purpose, so a stem names an endpoint group.
struct NameStems {
  /// The suffixes of each partition, longest first.
  private let suffixes: [String: [String]]

  /// Suffixes of names that are not under a partition's own.
  private static let otherSuffixes = ["amazonaws.com", "api.aws", "on.aws", "aws.com", "amazon.com", "aws"]
  /// Labels that say nothing of a name's purpose: regions, variants, and what names of a whole partition have in their place.
  private let marks: Set<String>

  /// Takes the partitions whose names are read.
  init(_ partitions: [PartitionModel]) {
    let regions = partitions.flatMap { partition in partition.regions.map(\.name) }
    let prefix = "aws-"
    let short = partitions.map(\.id).filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    marks = Set(regions + short + ["dualstack", "fips", "global"])
    suffixes = Dictionary(
      partitions.map { partition in
        let own = [partition.outputs.dnsSuffix, partition.outputs.dualStackDNSSuffix].filter { !$0.isEmpty }
        return (
          partition.id, Set(own + Self.otherSuffixes).sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        )
      }
    ) { first, _ in first }
  }

  /// The stem of a name.
  ///
  /// - Parameters:
  ///   - host: The name, in lower case.
  ///   - place: The service and region that the name belongs to.
  /// - Returns: The stem; the name itself when nothing of it would be left.
  func stem(of host: String, in place: ServiceRegion) -> String {
    var rest = host[...]
    for suffix in suffixes[place.partition.name] ?? Self.otherSuffixes where rest.hasSuffix("." + suffix) {
      rest.removeLast(suffix.count + 1)
      break
    }
    let labels = rest.split(separator: ".").compactMap { label in
      marks.contains(String(label)) ? nil : Self.purpose(of: String(label), region: place.region.name)
    }
    return labels.isEmpty ? host : labels.joined(separator: ".")
  }

  /// What is left of a label; `nil` when that is nothing.
  private static func purpose(of label: String, region: String) -> String? {
    guard label.utf8.contains(UInt8(ascii: "-")) || RepresentativeValues.stand(in: label) else {
      return label
    }
    if isOutpost(label.split(separator: "-")) { return nil }
    var label = label
    if RepresentativeValues.stand(in: label) {
      // What follows two hyphens qualifies a bucket: its zone, and that it is a directory bucket.
      if let end = label.utf8.firstRange(of: "--") { label = String(label[..<end.lowerBound]) }
      label = RepresentativeValues.removed(from: label)
    }
    var pieces = label.replacingAll(region, with: "").split(separator: "-").filter { $0 != "fips" }
    if isZone(pieces.last) {
      pieces.removeLast()
      while pieces.count > 1, pieces.last?.utf8.last.map(isDigit) == true { pieces.removeLast() }
    }
    return pieces.isEmpty ? nil : pieces.joined(separator: "-")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Whether a piece ends the id of an availability zone, such as `use1-az4` or `usw2-lax1-az1`.
  private static func isZone(_ piece: Substring?) -> Bool {
    guard let piece, piece.hasPrefix("az"), piece.utf8.count > 2 else { return false }
    return piece.utf8.dropFirst(2).allSatisfy(isDigit)
  }

  /// Whether a label is the id of an outpost, such as `op-01234567890123456`.
  private static func isOutpost(_ pieces: [Substring]) -> Bool {
    pieces.count == 2 && pieces[0] == "op" && pieces[1].utf8.count == 17 && pieces[1].utf8.allSatisfy(isDigit)
  }
}
