// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// Finds the files of a folder that may carry settings.
package enum LintWalk {
  /// The most files that one folder may lead to.
  package static let mostFiles = 100_000
  private static let mostLevels = 64
  private static let skipped: Set<String> = [
    ".git", ".build", ".terraform", "node_modules", ".venv", "__pycache__",
  ]
  private static let endings: Set<String> = [
    "json", "yaml", "yml", "tf", "sh", "bash", "conf", "env", "envrc", "dockerfile", "profile", "bashrc",
    "zshrc",
    "bash_profile", "config",
  ]

  /// The files below a folder, sorted; links to folders are followed once, hidden folders but `.aws` and `.github` are not.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The paths.
  /// - Throws: `FileError` for a folder that cannot be read, or has too many files.
  package static func files(in folder: String) throws(FileError) -> [String] {
    var files: [String] = []
    var seen: Set<String> = []
    try add(folder, 0, &files, &seen)
    return files
  }

  private static func add(
    _ folder: String, _ level: Int, _ files: inout [String], _ seen: inout Set<String>
  ) throws(FileError) {
    guard level < mostLevels, let real = FileAccess.realPath(folder), seen.insert(real).inserted else {
      return
    }
    for name in try FileAccess.names(in: folder, limit: mostFiles) {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      guard let target = try? FileAccess.target(of: path) else { continue }
      switch target {
      case .folder:
        let isHidden = name.hasPrefix(".") && ![".aws", ".github", ".docker"].contains(name)
        if !isHidden, !skipped.contains(name) { try add(path, level + 1, &files, &seen) }
      case .file(let size) where size <= SettingsDocument.largestFile && mayCarrySettings(name):
        files.append(path)
        guard files.count <= mostFiles else {
          throw FileError(.tooLarge(limit: "\(mostFiles) files"), path: folder)
        }
      default: break
      }
    }
  }

  private static func mayCarrySettings(_ name: String) -> Bool {
    let parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return true }
    return endings.contains(String(parts[parts.count - 1]))
      || ["dockerfile", "containerfile"].contains(parts[0])
      || parts[0].isEmpty && parts[1] == "env"
  }
}
