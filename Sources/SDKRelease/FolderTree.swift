// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// An unpacked release in a folder; symbolic links inside it are refused, so nothing outside is read.
struct FolderTree: ReleaseSource {
  private let path: String
  private let limits: ArchiveLimits
  /// The names of all files below the folder, sorted by their bytes.
  let names: [String]

  /// Lists a folder.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - limits: the limits of the folder.
  /// - Throws: ``ImportError`` for a folder that cannot be read or passes a limit.
  init(path: String, limits: ArchiveLimits) throws(ImportError) {
    self.path = path
    self.limits = limits
    var files: [String] = []
    var pending = [(name: "", depth: 0)]
    var seen = 0
    while let folder = pending.popLast() {
      guard folder.depth <= limits.depth else {
        throw .limit(archive: path, entry: folder.name, limit: "\(limits.depth) folders inside each other")
      }
      for name in try ReleaseFiles.names(in: path + "/" + folder.name, limit: limits.entries) {
        seen += 1
        guard seen <= limits.entries else {
          throw .limit(archive: path, entry: nil, limit: "\(limits.entries) entries")
        }
        let full = folder.name.isEmpty ? name : folder.name + "/" + name
        switch try ReleaseFiles.kind(of: path + "/" + full, followingLink: false) {
        case .file: files.append(full)
        case .folder: pending.append((full, folder.depth + 1))
        case .link: throw .unsafeName(archive: path, entry: full, reason: "it is a symbolic link")
        case .other: throw .unsafeName(archive: path, entry: full, reason: "it is a device, socket or pipe")
        }
      }
    }
    names = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func forEach(
    wanted: (String) -> String?, visit: (ReleaseEntry) throws(ImportError) -> Void
  ) throws(ImportError) {
    var budget = UnpackBudget(archive: path, limits: limits)
    for file in names {
      guard let name = wanted(file) else { continue }
      let contents = try ReleaseFiles.read(path + "/" + file, limit: limits.fileBytes)
      try budget.spend(contents.count, entry: file)
      let plain = try budget.ungzip(contents, entry: file)
      try visit(ReleaseEntry(name: name, shownName: file, bytes: plain, date: nil))
    }
  }
}
