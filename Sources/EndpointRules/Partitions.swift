// SPDX-License-Identifier: Apache-2.0

/// The partitions of AWS and their regions (`partitions.json` of the SDKs).
public struct Partitions: Sendable, Hashable {
  /// A separate part of AWS with its own regions, names and accounts.
  public struct Partition: Sendable, Hashable {
    /// The partition's name, such as `aws-cn`.
    public var id: String
    /// What region names look like that the list does not have yet.
    public var regionPattern: RegionPattern
    /// The known regions, including pseudo regions such as `aws-global`.
    public var regions: [Region]
    /// The suffix of IPv4 names, such as `amazonaws.com`.
    public var dnsSuffix: String
    /// The suffix of dual-stack names, such as `api.aws`.
    public var dualStackDnsSuffix: String
    /// Whether FIPS endpoints exist.
    public var supportsFIPS: Bool
    /// Whether dual-stack endpoints exist.
    public var supportsDualStack: Bool
    /// The region that signs for services without regions.
    public var implicitGlobalRegion: String?

    /// Makes a partition.
    public init(
      id: String, regionPattern: RegionPattern, regions: [Region], dnsSuffix: String,
      dualStackDnsSuffix: String,
      supportsFIPS: Bool, supportsDualStack: Bool, implicitGlobalRegion: String?
    ) {
      self.id = id
      self.regionPattern = regionPattern
      self.regions = regions
      self.dnsSuffix = dnsSuffix
      self.dualStackDnsSuffix = dualStackDnsSuffix
      self.supportsFIPS = supportsFIPS
      self.supportsDualStack = supportsDualStack
      self.implicitGlobalRegion = implicitGlobalRegion
    }

    /// Whether a region is listed or looks like this partition's regions.
    public func matches(region: String) -> Bool {
      regions.contains { sameBytes($0.name, region) } || regionPattern.matches(region)
    }
  }

  /// A region.
  public struct Region: Sendable, Hashable {
    /// The region's name, such as `eu-central-1`.
    public var name: String
    /// What AWS calls it, such as `Europe (Frankfurt)`.
    public var description: String?

    /// Makes a region.
    public init(name: String, description: String? = nil) {
      self.name = name
      self.description = description
    }
  }

  /// The partitions in the order of the file; the first one is the default.
  public let all: [Partition]

  /// Makes a list of partitions; `nil` when it is empty.
  public init?(_ all: [Partition]) {
    guard !all.isEmpty else { return nil }
    self.all = all
  }

  /// The partition that a region belongs to, as the function `aws.partition` of the rules language finds it.
  ///
  /// - Parameter region: A region's name.
  /// - Returns: The first partition in the order of the file that lists the region or has its pattern; the first of
  ///   all for `nil` and for a name that none matches.
  public func partition(forRegion region: String?) -> Partition {
    guard let region else { return all[0] }
    return all.first { $0.matches(region: region) } ?? all[0]
  }

  /// The partition of that name.
  public subscript(id id: String) -> Partition? { all.first { $0.id == id } }
}
