// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What `endpoints.json` says about a service in a region.
package struct EndpointsFileAnswer: Sendable, Hashable {
  /// The partition.
  package var partition: String
  /// The region or pseudo region whose entry was used.
  package var region: String
  /// The host.
  package var host: String?
  /// Another name of the server's certificate.
  package var certificateName: String?
  /// The region to sign for.
  package var signingRegion: String
  /// The name to sign with; `nil` where the file does not say.
  package var signingName: String?
}

extension EndpointsFilePartition {
  /// The names of an entry before anything is filled in.
  struct Templates: Hashable {
    /// The host.
    var host: String?
    /// Another name of the server's certificate.
    var certificateName: String?
    /// The DNS suffix.
    var dnsSuffix: String
    /// Whether the entry itself spells the host out; the image writes the entry's own region in it as a variable.
    var isSpeltOut: Bool

    /// A template with its variables filled in.
    func filled(_ template: String, prefix: String, region: String) -> String {
      template.replacingAll("{service}", with: prefix).replacingAll("{region}", with: region)
        .replacingAll("{dnsSuffix}", with: dnsSuffix)
    }
  }

  /// The names of an entry: what the entry leaves open comes from the service's defaults, then from the partition's.
  func templates(_ service: EndpointsFileService?, region: String, variant: Variant) -> Templates {
    let own = service?.endpoint(region)
    let levels = [own, service?.defaults, defaults].compactMap(\.self)
    let certificateName = levels.lazy.compactMap(\.certificateName).first
    guard variant != .default else {
      return Templates(
        host: levels.lazy.compactMap(\.hostname).first, certificateName: certificateName,
        dnsSuffix: levels.lazy.compactMap(\.dnsSuffix).first ?? dnsSuffix, isSpeltOut: own?.hostname != nil)
    }
    func alternative(_ entry: EndpointsFileEntry) -> EndpointsFileEntry.Alternative? {
      entry.alternatives.first { $0.variant == variant }
    }
    let alternatives = levels.compactMap(alternative)
    return Templates(
      host: alternatives.lazy.compactMap(\.hostname).first, certificateName: certificateName,
      dnsSuffix: alternatives.lazy.compactMap(\.dnsSuffix).first ?? dnsSuffix,
      isSpeltOut: own.flatMap(alternative)?.hostname != nil)
  }

  /// Fills in the names of an entry: what the entry leaves open comes from the service's defaults, then from the
  /// partition's.
  ///
  /// - Parameters:
  ///   - service: The service; `nil` where the partition does not have it.
  ///   - prefix: The service's endpoint prefix.
  ///   - region: The region or pseudo region.
  ///   - variant: Which names are wanted.
  /// - Returns: The names, and what to sign for.
  package func answer(
    _ service: EndpointsFileService?, prefix: String, region: String, variant: Variant
  ) -> EndpointsFileAnswer {
    let levels = [service?.endpoint(region), service?.defaults, defaults].compactMap(\.self)
    let templates = templates(service, region: region, variant: variant)
    func filled(_ template: String) -> String { templates.filled(template, prefix: prefix, region: region) }
    return EndpointsFileAnswer(
      partition: id, region: region, host: templates.host.map(filled),
      certificateName: templates.certificateName.map(filled),
      signingRegion: levels.lazy.compactMap(\.signingRegion).first ?? region,
      signingName: levels.lazy.compactMap(\.signingName).first)
  }
}
