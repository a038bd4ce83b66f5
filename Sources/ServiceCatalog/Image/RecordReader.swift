// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Reads the records that ``RecordWriter`` wrote.
struct RecordReader {
  /// The texts of the image.
  let strings: StringTable

  /// Reads the record of where the content came from.
  static func origin(_ record: inout ImageCursor) -> (origin: ReleaseOrigin, contentHash: String)? {
    var texts: [String] = []
    for _ in 0..<3 {
      guard let text = String(validating: record.take(record.number()), as: UTF8.self) else { return nil }
      texts.append(text)
    }
    guard let form = ReleaseOrigin.Form(rawValue: record.byte()) else { return nil }
    let hash = SHA256.hex(Array(record.take(32)))
    guard record.isValid, record.isAtEnd else { return nil }
    let origin = ReleaseOrigin(
      release: texts[0], form: form, date: texts[1].isEmpty ? nil : texts[1], sourceHash: texts[2])
    return (origin, hash)
  }

  /// Reads a partition.
  func partition(_ record: inout ImageCursor) -> PartitionModel {
    let (id, pattern) = (text(&record), text(&record))
    let (name, suffix, dualStack, region) = (text(&record), text(&record), text(&record), text(&record))
    let (fips, hasDualStack) = (record.flag(), record.flag())
    var regions: [PartitionModel.Region] = []
    for _ in 0..<record.count() {
      let name = text(&record)
      regions.append(.init(name: name, description: text(&record)))
    }
    return PartitionModel(
      id: id, regionPattern: pattern,
      outputs: .init(
        name: name, dnsSuffix: suffix, dualStackDNSSuffix: dualStack, implicitGlobalRegion: region,
        supportsFIPS: fips, supportsDualStack: hasDualStack),
      regions: regions)
  }

  /// Reads a partition of `endpoints.json`, without its services.
  func endpointsFilePartition(_ record: inout ImageCursor) -> EndpointsFilePartition {
    let (id, suffix, pattern) = (text(&record), text(&record), text(&record))
    let regions = list(&record)
    return EndpointsFilePartition(
      id: id, dnsSuffix: suffix, regionPattern: pattern, regions: regions, defaults: endpoint(&record),
      services: [])
  }

  /// Reads a service of `endpoints.json`, and the index of its partition.
  func endpointsFileService(_ record: inout ImageCursor) -> (partition: Int, service: EndpointsFileService) {
    let partition = record.number()
    let (key, region) = (text(&record), optional(&record))
    let isRegionalized = record.flag()
    let defaults = endpoint(&record)
    var lines: [EndpointsFileRegion] = []
    for _ in 0..<record.count() {
      let region = text(&record)
      lines.append(EndpointsFileRegion(region: region, endpoint: endpoint(&record)))
    }
    return (
      partition,
      EndpointsFileService(
        key: key, partitionEndpoint: region, isRegionalized: isRegionalized, defaults: defaults,
        endpoints: lines)
    )
  }

  private func endpoint(_ record: inout ImageCursor) -> EndpointsFileEntry {
    var endpoint = EndpointsFileEntry()
    let mask = record.byte()
    if mask & 0x80 != 0 { record.fail() }
    if mask & 1 != 0 { endpoint.hostname = text(&record) }
    if mask & 2 != 0 { endpoint.dnsSuffix = text(&record) }
    if mask & 4 != 0 { endpoint.certificateName = text(&record) }
    if mask & 8 != 0 { endpoint.signingRegion = text(&record) }
    if mask & 16 != 0 { endpoint.signingName = text(&record) }
    endpoint.isDeprecated = mask & 32 != 0
    guard mask & 64 != 0 else { return endpoint }
    for _ in 0..<record.count() {
      guard let variant = Self.variant(record.byte()) else {
        record.fail()
        break
      }
      let host = optional(&record)
      endpoint.alternatives.append(.init(variant: variant, hostname: host, dnsSuffix: optional(&record)))
    }
    return endpoint
  }

  /// The variant of a stored code.
  static func variant(_ code: UInt8) -> Variant? { Variant.allCases.first { $0.code == code } }

  /// Reads a service.
  func service(_ record: inout ImageCursor) -> (folder: String, versions: Range<Int>) {
    let folder = text(&record)
    let first = record.number()
    return (folder, first..<first + record.number())
  }

  /// Reads an API version; its operations are stored elsewhere.
  func version(_ record: inout ImageCursor, index: Int) -> CatalogVersion {
    let apiVersion = text(&record)
    let program = record.number()
    var version = CatalogVersion(apiVersion: apiVersion, index: index)
    if program > 0 {
      let tree = record.number()
      version.rules = .init(program: program - 1, tree: tree, reads: UInt64(bitPattern: record.integer()))
    }
    guard record.flag() else { return version }
    var model = ServiceModel()
    model.serviceID = text(&record)
    model.fullName = text(&record)
    model.endpointPrefix = text(&record)
    model.signatureVersion = text(&record)
    model.protocolName = text(&record)
    model.signingName = optional(&record)
    model.globalEndpoint = optional(&record)
    model.authSchemes = list(&record)
    model.protocols = list(&record)
    for _ in 0..<record.count() {
      let name = text(&record)
      guard let kind = RuleNodeReader.kind(record.byte()) else {
        record.fail()
        break
      }
      model.clientParameters.append(.init(name: name, kind: kind))
    }
    version.model = model
    return version
  }

  /// Reads the operations of an API version.
  ///
  /// - Parameters:
  ///   - record: the record.
  ///   - wanted: the only operation to build; `nil` for all operations.
  /// - Returns: the operations, sorted by name.
  func operations(_ record: inout ImageCursor, wanted: String? = nil) -> [Operation] {
    var operations: [Operation] = []
    let wantedRank = wanted.map { strings.rank(of: $0) ?? -1 }
    var rank = 0
    for _ in 0..<record.count() {
      let head = record.number()
      rank += head >> 1
      let isWanted = wantedRank == nil || wantedRank == rank
      var operation = Operation(name: isWanted ? text(rank, &record) : "")
      if head & 1 == 1 { readDetails(&record, &operation) }
      if isWanted { operations.append(operation) }
    }
    return operations
  }

  private func readDetails(_ record: inout ImageCursor, _ operation: inout Operation) {
    operation.hostPrefix = optional(&record)
    operation.hostLabels = list(&record)
    for _ in 0..<record.count() {
      let name = text(&record)
      guard let value = value(&record) else {
        record.fail()
        break
      }
      operation.staticParameters.append(.init(name: name, value: value))
    }
    operation.memberParameters = inputs(&record)
    operation.pathParameters = inputs(&record)
    if let discovery = Operation.Discovery(rawValue: record.byte()) {
      operation.discovery = discovery
    } else {
      record.fail()
    }
    operation.discoversEndpoints = record.flag()
    if let signing = Operation.Signing(rawValue: record.byte()) {
      operation.signing = signing
    } else {
      record.fail()
    }
  }

  private func inputs(_ record: inout ImageCursor) -> [Operation.InputParameter] {
    var inputs: [Operation.InputParameter] = []
    for _ in 0..<record.count() {
      let name = text(&record)
      inputs.append(.init(name: name, source: text(&record)))
    }
    return inputs
  }

  private func value(_ record: inout ImageCursor) -> RuleSet.Value? {
    switch record.byte() {
    case 1: .boolean(false)
    case 2: .boolean(true)
    case 3: .string(text(&record))
    case 4: .stringArray(list(&record))
    default: nil
    }
  }

  /// Reads one of the other names of services.
  func name(_ record: inout ImageCursor) -> ServiceName? {
    let key = text(&record)
    let kind = ServiceName.Kind(rawValue: record.byte())
    let service = record.number()
    return kind.map { ServiceName(key: key, kind: $0, service: service) }
  }

  /// Reads a list of texts.
  func list(_ record: inout ImageCursor) -> [String] {
    var list: [String] = []
    for _ in 0..<record.count() { list.append(text(&record)) }
    return list
  }

  /// Reads a text.
  func text(_ record: inout ImageCursor) -> String { text(record.number(), &record) }

  private func text(_ rank: Int, _ record: inout ImageCursor) -> String {
    guard let text = strings[rank] else {
      record.fail()
      return ""
    }
    return text
  }

  /// Reads a text that may be missing.
  func optional(_ record: inout ImageCursor) -> String? {
    let stored = record.number()
    return stored == 0 ? nil : text(stored - 1, &record)
  }
}
