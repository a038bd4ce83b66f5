// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import ServiceCatalog
import StrictJSON

/// Puts a release together from its files, which may come in any order.
struct ReleaseCollector {
  /// An API version, some of whose files may not have been read yet.
  private struct Part {
    var model: ServiceModel?
    /// The input shape of each operation of the model.
    var inputs: [String: String] = [:]
    var modelIsPlain = false
    var rules: RuleSet?
    var rulesArePlain = false
    var extras: ReleaseEntry?
  }

  private let path: String
  private var partitions: [PartitionModel]?
  private var endpointsFile: [EndpointsFilePartition] = []
  private var release = "unknown"
  private var date: String?
  private var services: [String: [String: Part]] = [:]

  /// Begins a release.
  init(path: String) { self.path = path }

  /// Takes a file; its bytes are read at once and not kept.
  mutating func take(_ entry: ReleaseEntry) throws(ImportError) {
    do throws(FormError) {
      switch entry.name {
      case "__init__.py":
        release = Self.version(in: entry.bytes) ?? release
        date = entry.date
      case "data/partitions.json": partitions = try PartitionsReader.read(entry.bytes)
      case "data/endpoints.json": endpointsFile = try EndpointsFileReader.read(entry.bytes)
      default: try takeServiceFile(entry)
      }
    } catch {
      throw .malformed(archive: path, entry: entry.shownName, reason: error.description)
    }
  }

  private mutating func takeServiceFile(_ entry: ReleaseEntry) throws(FormError) {
    let parts = entry.name.split(separator: "/")
    guard parts.count == 4, let file = ServiceFile(fileName: parts[3]) else { return }
    let (folder, apiVersion) = (String(parts[1]), String(parts[2]))
    var part = services[folder, default: [:]][apiVersion] ?? Part()
    // Where a file is there twice, plain and compressed, the SDK reads the plain one.
    switch file {
    case .model(let isPlain) where isPlain || !part.modelIsPlain:
      part.modelIsPlain = isPlain
      let read = try Self.translate { () throws(JSONError) in try ModelReader.read(entry.bytes) }
      (part.model, part.inputs) = (read.model, read.inputs)
    case .rules(let isPlain) where isPlain || !part.rulesArePlain:
      part.rulesArePlain = isPlain
      part.rules = try RuleSetReader.read(entry.bytes)
    case .extras: part.extras = entry
    default: break
    }
    services[folder, default: [:]][apiVersion] = part
  }

  /// Ends the release.
  ///
  /// - Parameters:
  ///   - form: what was read.
  ///   - hash: its SHA-256.
  /// - Returns: the release.
  /// - Throws: ``ImportError`` when partitions or services are missing, or an addition does not fit its model.
  mutating func finish(form: ReleaseOrigin.Form, hash: String) throws(ImportError) -> ReleaseModel {
    guard let partitions else {
      throw .notARelease(path: path, reason: "botocore/data/partitions.json is missing")
    }
    var list: [ReleaseService] = []
    for (folder, versions) in services {
      var kept: [ReleaseServiceVersion] = []
      for (apiVersion, part) in versions {
        var model = part.model
        if let extras = part.extras, var merged = model {
          do throws(FormError) {
            try Self.translate { () throws(JSONError) in
              try ModelReader.merge(extras: extras.bytes, into: &merged, inputs: part.inputs)
            }
          } catch {
            throw .malformed(archive: path, entry: extras.shownName, reason: error.description)
          }
          model = merged
        }
        guard model != nil || part.rules != nil else { continue }
        kept.append(ReleaseServiceVersion(apiVersion: apiVersion, model: model, rules: part.rules))
      }
      guard !kept.isEmpty else { continue }
      kept.sort { $0.apiVersion.utf8.lexicographicallyPrecedes($1.apiVersion.utf8) }
      list.append(ReleaseService(folder: folder, versions: kept))
    }
    guard !list.isEmpty else { throw .notARelease(path: path, reason: "it holds no service") }
    list.sort { $0.folder.utf8.lexicographicallyPrecedes($1.folder.utf8) }
    let origin = ReleaseOrigin(release: release, form: form, date: date, sourceHash: hash)
    return ReleaseModel(origin: origin, partitions: partitions, endpointsFile: endpointsFile, services: list)
  }

  private static func translate<T>(_ body: () throws(JSONError) -> T) throws(FormError) -> T {
    do throws(JSONError) {
      return try body()
    } catch {
      throw FormError(error.description)
    }
  }

  /// The version in a line like `__version__ = '1.44.5'`.
  private static func version(in bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("__version__") {
      let parts = line.split(omittingEmptySubsequences: false) { $0 == "'" || $0 == "\"" }
      guard parts.count >= 3, parts[1].utf8.count <= 64 else { return nil }
      return String(parts[1])
    }
    return nil
  }
}
