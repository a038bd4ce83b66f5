// SPDX-License-Identifier: Apache-2.0

/// Writes a release as a catalog image; the same release always gives the same bytes.
package enum ImageWriter {
  /// Writes an image.
  ///
  /// - Parameter release: the content; its lists must be sorted as their documentation says.
  /// - Returns: the image, to be opened with ``Catalog/init(image:)``.
  package static func write(_ release: ReleaseModel) -> [UInt8] {
    let collection = TextRanks.Collection()
    _ = sections(release, TextRanks(collecting: collection))
    let texts = TextRanks(collection)
    var sections = sections(release, texts)
    sections.append((.strings, StringTable.packed(texts.sorted)))
    sections.sort { $0.0.rawValue < $1.0.rawValue }
    var hash = SHA256()
    for (tag, bytes) in sections {
      var head = ImageBytes()
      head.fixed(Int(tag.rawValue))
      head.fixed(bytes.count)
      hash.update(head.bytes[...])
      hash.update(bytes[...])
    }
    sections.insert((.origin, RecordWriter.origin(release.origin, contentHash: hash.finish())), at: 0)
    return assemble(sections)
  }

  private static func sections(_ release: ReleaseModel, _ texts: TextRanks) -> [(
    ImageLayout.Section, [UInt8]
  )] {
    let writer = RecordWriter(texts: texts)
    var nodes = RuleNodeWriter(texts: texts)
    var (services, versions, operations): ([[UInt8]], [[UInt8]], [[UInt8]]) = ([], [], [])
    var names: Set<ServiceName> = []
    for (index, service) in release.services.enumerated() {
      services.append(writer.service(service, firstVersion: versions.count))
      names.insert(ServiceName(key: ServiceName.key(service.folder), kind: .folder, service: index))
      for version in service.versions {
        let rules = version.rules.map { nodes.write($0) }
        versions.append(writer.version(version, rules: rules))
        operations.append(writer.operations(version.model?.operations ?? []))
        guard let model = version.model else { continue }
        names.insert(ServiceName(key: ServiceName.key(model.serviceID), kind: .serviceID, service: index))
        names.insert(
          ServiceName(key: ServiceName.key(model.endpointPrefix), kind: .endpointPrefix, service: index))
      }
    }
    var legacyServices: [[UInt8]] = []
    for (index, partition) in release.legacy.enumerated() {
      legacyServices += partition.services.map { writer.legacyService($0, partition: index) }
    }
    let nameRecords = names.sorted().map { name in
      var record = ImageBytes()
      record.number(texts.rank(name.key))
      record.byte(name.kind.rawValue)
      record.number(name.service)
      return record.bytes
    }
    return [
      (.partitions, RecordTable.packed(release.partitions.map { writer.partition($0) })),
      (.legacyPartitions, RecordTable.packed(release.legacy.map { writer.legacyPartition($0) })),
      (.legacyServices, RecordTable.packed(legacyServices)),
      (.nodes, RecordTable.packed(nodes.records)),
      (.services, RecordTable.packed(services)),
      (.versions, RecordTable.packed(versions)),
      (.operations, RecordTable.packed(operations)),
      (.names, RecordTable.packed(nameRecords)),
    ]
  }

  private static func assemble(_ sections: [(ImageLayout.Section, [UInt8])]) -> [UInt8] {
    var (table, body) = (ImageBytes(), ImageBytes())
    let start = (ImageLayout.headerBytes + 12 * sections.count + 7) & ~7
    table.fixed(sections.count)
    for (tag, bytes) in sections {
      table.fixed(Int(tag.rawValue))
      table.fixed(start + body.bytes.count)
      table.fixed(bytes.count)
      body.append(bytes)
      body.align()
    }
    while table.bytes.count < start - 20 { table.byte(0) }
    table.append(body.bytes)
    var image = ImageBytes()
    image.append(ImageLayout.magic)
    image.fixed(ImageLayout.formatVersion)
    image.fixed(20 + table.bytes.count)
    image.fixed(Int(crc32(table.bytes, in: 0..<table.bytes.count)))
    image.append(table.bytes)
    return image.bytes
  }
}

/// A name that leads to a service.
struct ServiceName: Hashable, Comparable {
  /// What sort of name it is, best first.
  enum Kind: UInt8 {
    case folder = 0
    case serviceID = 1
    case endpointPrefix = 2
  }

  /// The name in lower case, letters and digits only.
  var key: String
  var kind: Kind
  var service: Int

  /// A name as it is compared: lower case, letters and digits only, so `CloudWatch Logs` equals `cloudwatch-logs`.
  static func key(_ name: String) -> String {
    var key: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): key.append(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): key.append(byte)
      case 0x80...: key.append(byte)
      default: continue
      }
    }
    return String(decoding: key, as: UTF8.self)
  }

  static func < (left: ServiceName, right: ServiceName) -> Bool {
    if left.key != right.key { return left.key.utf8.lexicographicallyPrecedes(right.key.utf8) }
    return (left.kind.rawValue, left.service) < (right.kind.rawValue, right.service)
  }
}
