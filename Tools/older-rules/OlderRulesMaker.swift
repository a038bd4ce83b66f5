// SPDX-License-Identifier: Apache-2.0

import EgressBase
import SDKRelease
import ServiceCatalog

/// Writes what older SDK releases say otherwise than the newest.
///
/// `older-rules CATALOG NEWEST OLDER… --to FILE`; `scripts/build-catalog` runs it.
@main
struct OlderRulesMaker {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 5, arguments[arguments.count - 2] == "--to" else {
      print("usage: older-rules CATALOG NEWEST OLDER... --to FILE")
      throw ExitFailure()
    }
    let target = arguments.removeLast()
    arguments.removeLast()
    let catalog = try Catalog(image: FileAccess.read(arguments.removeFirst(), limit: 32 << 20))
    let newest = try ReleaseImporter.read(arguments.removeFirst())
    guard catalog.origin.sourceHash == newest.origin.sourceHash else {
      print("the catalog was not made from that release")
      throw ExitFailure()
    }
    var comparison = OlderRulesComparison(with: newest)
    var model = OlderRulesModel(base: catalog.contentHash, releases: [])
    for path in arguments {
      let older = try ReleaseImporter.read(path)
      let before = comparison.equivalent
      guard let release = comparison.difference(of: older) else { throw ExitFailure() }
      model.releases.append(release)
      let rules = release.versions.filter { $0.rules != nil }.map(\.folder)
      let models = release.versions.filter { $0.rules == nil }.map(\.folder)
      print(
        "\(release.origin.release) (\(release.origin.date ?? "")): \(rules.count) rule sets, \(models.count) models alone, "
          + "\(release.listedServices.count) entries of endpoints.json, \(release.missingServices.count) services missing; "
          + "\(comparison.equivalent - before) rule sets with the same answers")
      print("  rules: \(rules.joined(separator: " "))")
      print("  models: \(models.joined(separator: " "))")
      print("  listed: \(release.listedServices.map(\.key).joined(separator: " "))")
    }
    let bytes = OlderRulesWriter.write(model)
    _ = try OlderRules(bytes: bytes)
    try AtomicFile.write(target) { try $0(bytes) }
    print("wrote \(target): \(bytes.count) bytes")
  }
}

/// The tool's failure, after it has said why.
struct ExitFailure: Error {}
