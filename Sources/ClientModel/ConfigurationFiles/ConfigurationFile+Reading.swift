// SPDX-License-Identifier: Apache-2.0

package import EgressBase

extension ConfigurationFile {
  /// The most bytes of a file that is read.
  package static let sizeLimit = 16 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: Its path; symbolic links are followed.
  ///   - kind: What it is to clients.
  /// - Returns: The file; `nil` when there is none, as clients see it: also for a link to nothing and for `/dev/null`.
  /// - Throws: ``FileError`` for a file that cannot be read or has more bytes than ``sizeLimit``, a folder, or a pipe.
  package static func read(_ path: String, kind: Kind) throws(FileError) -> ConfigurationFile? {
    switch try FileAccess.target(of: path) {
    case .missing, .danglingLink: return nil
    case .device where FileAccess.realPath(path) == "/dev/null": return nil
    case .file(let bytes) where bytes > sizeLimit: throw tooLarge(path)
    default: break
    }
    do {
      return ConfigurationFile(try FileAccess.read(path, limit: sizeLimit), path: path, kind: kind)
    } catch {
      if case .tooLarge = error.problem { throw tooLarge(path) }
      throw error
    }
  }

  private static func tooLarge(_ path: String) -> FileError {
    FileError(.tooLarge(limit: "\(sizeLimit >> 20) MiB for a configuration file"), path: path)
  }
}
