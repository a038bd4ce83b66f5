// SPDX-License-Identifier: Apache-2.0

/// What a path leads to, symbolic links followed.
package enum FileTarget: Sendable, Hashable {
  /// Nothing has this name yet.
  case missing
  /// A regular file, with its size in bytes.
  case file(bytes: Int)
  /// A folder, or a name that ends with a slash and so can only be one.
  case folder
  /// A named pipe.
  case pipe
  /// A socket.
  case socket
  /// A device.
  case device
  /// A symbolic link to a name that does not exist.
  case danglingLink
  /// Symbolic links that lead to each other.
  case linkLoop

  /// What it is, as the end of a sentence that begins with "it is".
  package var words: String {
    switch self {
    case .missing: "not there"
    case .file: "a regular file"
    case .folder: "a folder"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .device: "a device"
    case .danglingLink: "a symbolic link to a file that does not exist"
    case .linkLoop: "a symbolic link that leads back to itself"
    }
  }
}
