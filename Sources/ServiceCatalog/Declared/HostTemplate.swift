// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// A host name with placeholders for the service, the region and the partition's suffixes, so that a few templates
/// describe the names of all services in all regions.
struct HostTemplate {
  /// What the placeholders mean in a partition.
  struct Values {
    /// The service's folder.
    let service: String
    /// The suffix of IPv4 names; empty where the partition is not known.
    let suffix: String
    /// The suffix of dual-stack names; empty where the partition is not known.
    let dualStackSuffix: String
  }

  /// The template.
  let text: String

  /// Reads a template from an image.
  init(text: String) { self.text = text }

  /// Makes the template of a name.
  ///
  /// - Parameters:
  ///   - host: The name.
  ///   - region: The region or pseudo region.
  ///   - values: What the placeholders mean.
  init(_ host: String, region: String, _ values: Values) {
    var rest = host
    var end = ""
    let suffixes = [(values.dualStackSuffix, "{dualStackDnsSuffix}"), (values.suffix, "{dnsSuffix}")]
    for (suffix, mark) in suffixes where end.isEmpty && !suffix.isEmpty && rest.hasSuffix("." + suffix) {
      rest.removeLast(suffix.count)
      end = mark
    }
    let labels = rest.replacingAll(region, with: "{region}")
    let shared = HostTemplate(text: labels.replacingAll(values.service, with: "{service}") + end)
    // The service's name may occur inside a placeholder: then its own name is part of the template.
    let isExact = shared.pieces(values).joined(separator: region) == host
    text = isExact ? shared.text : labels + end
  }

  /// The name around its regions: the pieces that are joined by the region.
  func pieces(_ values: Values) -> [String] {
    var pieces: [[UInt8]] = [[]]
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
        switch String(decoding: rest[rest.startIndex...end], as: UTF8.self) {
        case "{region}": pieces.append([])
        case "{service}": pieces[pieces.count - 1] += Array(values.service.utf8)
        case "{dnsSuffix}": pieces[pieces.count - 1] += Array(values.suffix.utf8)
        case "{dualStackDnsSuffix}": pieces[pieces.count - 1] += Array(values.dualStackSuffix.utf8)
        default: pieces[pieces.count - 1] += rest[rest.startIndex...end]
        }
        rest = rest[(end + 1)...]
      } else {
        pieces[pieces.count - 1].append(byte)
        rest.removeFirst()
      }
    }
    return pieces.map { String(decoding: $0, as: UTF8.self) }
  }
}
