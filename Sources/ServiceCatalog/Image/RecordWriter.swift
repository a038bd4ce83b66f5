// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Writes the records of an image, except rule trees.
struct RecordWriter {
  /// The ranks of the texts.
  let texts: TextRanks

  /// The record of where the content came from; the only one that holds its texts itself, so that the other sections
  /// do not depend on it.
  static func origin(_ origin: ReleaseOrigin, contentHash: [UInt8]) -> [UInt8] {
    var record = ImageBytes()
    for text in [origin.release, origin.date ?? "", origin.sourceHash] {
      record.number(text.utf8.count)
      record.append(text.utf8)
    }
    record.byte(origin.form.rawValue)
    record.append(contentHash)
    return record.bytes
  }

  /// A partition.
  func partition(_ partition: PartitionModel) -> [UInt8] {
    var record = ImageBytes()
    let outputs = partition.outputs
    for text in [
      partition.id, partition.regionPattern, outputs.name, outputs.dnsSuffix, outputs.dualStackDNSSuffix,
      outputs.implicitGlobalRegion,
    ] {
      record.number(texts.rank(text))
    }
    record.flag(outputs.supportsFIPS)
    record.flag(outputs.supportsDualStack)
    record.number(partition.regions.count)
    for region in partition.regions {
      record.number(texts.rank(region.name))
      record.number(texts.rank(region.description))
    }
    return record.bytes
  }

  /// A partition of `endpoints.json`, without its services.
  func endpointsFilePartition(_ partition: EndpointsFilePartition) -> [UInt8] {
    var record = ImageBytes()
    for text in [partition.id, partition.dnsSuffix, partition.regionPattern] {
      record.number(texts.rank(text))
    }
    record.numbers(partition.regions.map { texts.rank($0) })
    write(partition.defaults, &record)
    return record.bytes
  }

  /// A service of `endpoints.json`.
  func endpointsFileService(_ service: EndpointsFileService, partition: Int) -> [UInt8] {
    var record = ImageBytes()
    record.number(partition)
    record.number(texts.rank(service.key))
    record.optional(service.partitionEndpoint, texts)
    record.flag(service.isRegionalized)
    write(service.defaults, &record)
    record.number(service.endpoints.count)
    for line in service.endpoints {
      record.number(texts.rank(line.region))
      write(line.endpoint, &record)
    }
    return record.bytes
  }

  private func write(_ endpoint: EndpointsFileEntry, _ record: inout ImageBytes) {
    let fields = [
      endpoint.hostname, endpoint.dnsSuffix, endpoint.certificateName, endpoint.signingRegion,
      endpoint.signingName,
    ]
    // One byte tells which fields follow: most lines say nothing.
    var mask: UInt8 = endpoint.isDeprecated ? 32 : 0
    for (bit, field) in fields.enumerated() where field != nil { mask |= 1 << bit }
    if !endpoint.alternatives.isEmpty { mask |= 64 }
    record.byte(mask)
    for field in fields.compactMap(\.self) { record.number(texts.rank(field)) }
    guard !endpoint.alternatives.isEmpty else { return }
    record.number(endpoint.alternatives.count)
    for alternative in endpoint.alternatives {
      record.byte(UInt8(alternative.variant.code))
      record.optional(alternative.hostname, texts)
      record.optional(alternative.dnsSuffix, texts)
    }
  }

  /// A service: its folder and the position of its versions.
  func service(_ service: ReleaseService, firstVersion: Int) -> [UInt8] {
    var record = ImageBytes()
    record.number(texts.rank(service.folder))
    record.number(firstVersion)
    record.number(service.versions.count)
    return record.bytes
  }

  /// An API version.
  func version(_ version: ReleaseServiceVersion, rules: CatalogVersion.Rules?) -> [UInt8] {
    var record = ImageBytes()
    record.number(texts.rank(version.apiVersion))
    record.number(rules.map { $0.program + 1 } ?? 0)
    if let rules {
      record.number(rules.tree)
      record.integer(Int64(bitPattern: rules.reads))
    }
    record.flag(version.model != nil)
    guard let model = version.model else { return record.bytes }
    for text in [
      model.serviceID, model.fullName, model.endpointPrefix, model.signatureVersion, model.protocolName,
    ] {
      record.number(texts.rank(text))
    }
    record.optional(model.signingName, texts)
    record.optional(model.globalEndpoint, texts)
    record.numbers(model.authSchemes.map { texts.rank($0) })
    record.numbers(model.protocols.map { texts.rank($0) })
    record.number(model.clientParameters.count)
    for parameter in model.clientParameters {
      record.number(texts.rank(parameter.name))
      record.byte(RuleNodeWriter.code(parameter.kind))
    }
    return record.bytes
  }

  /// The operations of an API version.
  ///
  /// Names are sorted, so each is stored as the distance of its rank from the one before, doubled; the low bit says
  /// whether anything else is stored.
  func operations(_ operations: [Operation]) -> [UInt8] {
    var record = ImageBytes()
    record.number(operations.count)
    var previous = 0
    for operation in operations {
      let rank = texts.rank(operation.name)
      let isPlain = operation == Operation(name: operation.name)
      record.number(max(0, rank - previous) << 1 | (isPlain ? 0 : 1))
      previous = rank
      guard !isPlain else { continue }
      record.optional(operation.hostPrefix, texts)
      record.numbers(operation.hostLabels.map { texts.rank($0) })
      record.number(operation.staticParameters.count)
      for parameter in operation.staticParameters {
        record.number(texts.rank(parameter.name))
        record.value(parameter.value, texts)
      }
      for list in [operation.memberParameters, operation.pathParameters] {
        record.number(list.count)
        for parameter in list {
          record.number(texts.rank(parameter.name))
          record.number(texts.rank(parameter.source))
        }
      }
      record.byte(operation.discovery.rawValue)
      record.flag(operation.discoversEndpoints)
      record.byte(operation.signing.rawValue)
    }
    return record.bytes
  }
}
