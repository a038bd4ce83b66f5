// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules
package import ServiceCatalog
import StrictJSON

/// Reads a botocore release: a wheel, a source archive or a folder.
///
/// ```swift
/// let release = try ReleaseImporter.read("botocore-1.44.5-py3-none-any.whl")
/// let image = ImageWriter.write(release)
/// ```
package enum ReleaseImporter {
  /// Reads a release.
  ///
  /// - Parameters:
  ///   - path: a `.whl` or `.zip` file, a `.tar.gz` or `.tgz` file, or a folder that holds `botocore/data`, `data`, or
  ///     is such a `data` folder; archives are recognised by their content, not by their name.
  ///   - limits: the limits of archives.
  /// - Returns: the release.
  /// - Throws: the first fault, with its archive and entry.
  package static func read(
    _ path: String, limits: ArchiveLimits = .standard
  ) throws(ImportError) -> ReleaseModel {
    switch try ReleaseFiles.kind(of: path, followingLink: true) {
    case .file(let bytes):
      guard bytes <= limits.archiveBytes else {
        throw .limit(archive: path, entry: nil, limit: "\(limits.archiveBytes) bytes for an archive")
      }
      return try read(ReleaseFiles.read(path, limit: limits.archiveBytes), path: path, limits: limits)
    case .folder:
      return try readFolder(path, limits: limits)
    case .link, .other:
      throw .notARelease(path: path, reason: "it is neither a file nor a folder")
    }
  }

  /// Reads a release from an archive in memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole archive.
  ///   - path: the name for errors.
  ///   - limits: the limits of archives.
  /// - Returns: the release.
  /// - Throws: the first fault, with its archive and entry.
  package static func read(
    _ bytes: [UInt8], path: String, limits: ArchiveLimits = .standard
  ) throws(ImportError) -> ReleaseModel {
    var hash = SHA256()
    hash.update(bytes[...])
    let sum = SHA256.hex(hash.finish())
    if bytes.starts(with: [0x50, 0x4B]) {
      let archive = try ZipArchive(path: path, bytes: bytes, limits: limits)
      var collector = ReleaseCollector(path: path)
      try archive.forEach(wanted: ReleaseLayout.archiveName) { entry throws(ImportError) in
        try collector.take(entry)
      }
      return try collector.finish(form: .wheel, hash: sum)
    }
    guard bytes.starts(with: [0x1F, 0x8B]) else {
      throw .notARelease(path: path, reason: "it is neither a zip file nor a gzip file")
    }
    let archive = TarArchive(path: path, bytes: bytes, limits: limits)
    var collector = ReleaseCollector(path: path)
    try archive.forEach(wanted: ReleaseLayout.archiveName) { entry throws(ImportError) in
      try collector.take(entry)
    }
    return try collector.finish(form: .sourceArchive, hash: sum)
  }

  /// Reads a folder.
  ///
  /// Its hash is SHA-256 over all files that are read, sorted by their names as in the release
  /// (`__init__.py`, `data/…`): for each the name, a zero byte, the length in eight bytes with the lowest first, and
  /// the content with any gzip wrapping undone.
  private static func readFolder(_ path: String, limits: ArchiveLimits) throws(ImportError) -> ReleaseModel {
    let root = try ReleaseLayout.packageFolder(in: path)
    var collector = ReleaseCollector(path: path)
    var hash = SHA256()
    let data = try FolderTree(path: root.data, limits: limits)
    func take(_ entry: ReleaseEntry) throws(ImportError) {
      var head = Array(entry.name.utf8) + [0]
      for shift in stride(from: 0, through: 56, by: 8) {
        head.append(UInt8(truncatingIfNeeded: entry.bytes.count >> shift))
      }
      hash.update(head[...])
      hash.update(entry.bytes[...])
      try collector.take(entry)
    }
    if let version = root.version {
      let bytes = try ReleaseFiles.read(version, limit: limits.fileBytes)
      try take(ReleaseEntry(name: "__init__.py", shownName: version, bytes: bytes, date: nil))
    }
    try data.forEach(wanted: { ReleaseLayout.isWanted("data/" + $0) ? "data/" + $0 : nil }, visit: take)
    return try collector.finish(form: .folder, hash: SHA256.hex(hash.finish()))
  }
}

/// Where a botocore release keeps what the importer reads.
enum ReleaseLayout {
  /// The name inside the package, from `data/` or `__init__.py` on, of an archive's entry; `nil` if it is not wanted.
  ///
  /// A wheel has `botocore/…`, a source archive `botocore-1.44.5/botocore/…`, the AWS CLI `awscli/botocore/…`.
  static func archiveName(_ entry: String) -> String? {
    let parts = entry.split(separator: "/", maxSplits: 2)
    let inside: Substring
    switch parts.first {
    case "botocore": inside = entry.dropFirst("botocore/".count)
    default:
      guard parts.count == 3, parts[1] == "botocore" else { return nil }
      inside = parts[2]
    }
    return isWanted(String(inside)) ? String(inside) : nil
  }

  /// Whether a file of the package is read.
  static func isWanted(_ name: String) -> Bool {
    switch name {
    case "__init__.py", "data/partitions.json", "data/endpoints.json": return true
    default:
      let parts = name.split(separator: "/")
      return parts.count == 4 && parts[0] == "data" && ServiceFile(fileName: parts[3]) != nil
    }
  }

  /// The `data` folder below, or equal to, a folder, and the file with the version.
  static func packageFolder(in path: String) throws(ImportError) -> (data: String, version: String?) {
    for package in ["/botocore", "/awscli/botocore", ""] {
      let data = path + package + "/data"
      guard isFile(data + "/partitions.json") else { continue }
      let version = path + package + "/__init__.py"
      return (data, isFile(version) ? version : nil)
    }
    guard isFile(path + "/partitions.json") else {
      throw .notARelease(path: path, reason: "no botocore/data/partitions.json below it")
    }
    let version = path + "/../__init__.py"
    return (path, isFile(version) ? version : nil)
  }

  private static func isFile(_ path: String) -> Bool {
    guard let kind = try? ReleaseFiles.kind(of: path, followingLink: true), case .file = kind else {
      return false
    }
    return true
  }
}

/// The files of an API version of a service that the importer reads.
enum ServiceFile: Hashable {
  case model(isPlain: Bool)
  case extras
  case rules(isPlain: Bool)

  init?(fileName: Substring) {
    switch fileName {
    case "service-2.json": self = .model(isPlain: true)
    case "service-2.json.gz": self = .model(isPlain: false)
    case "service-2.sdk-extras.json": self = .extras
    case "endpoint-rule-set-1.json": self = .rules(isPlain: true)
    case "endpoint-rule-set-1.json.gz": self = .rules(isPlain: false)
    default: return nil
    }
  }
}
