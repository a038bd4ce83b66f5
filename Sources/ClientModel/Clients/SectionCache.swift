// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The files that an emulator read last, so that a question about each of many services reads them once.
final class SectionCache: Sendable {
  private struct Entry {
    var file: ConfigurationFile
    var dialect: FileDialect
    var sections: Result<ConfigurationSections, ConfigurationFileError>
  }

  /// A configuration file and a credentials file, each in two dialects.
  private static let capacity = 4

  private let entries = Mutex<[Entry]>([])

  /// What a file holds as a dialect reads it.
  func sections(of file: ConfigurationFile, as dialect: FileDialect) throws(ConfigurationFileError)
    -> ConfigurationSections
  {
    let known = entries.withLock { entries in
      entries.first { $0.dialect == dialect && $0.file == file }?.sections
    }
    if let known { return try known.get() }
    let sections = Result { () throws(ConfigurationFileError) in try file.sections(as: dialect) }
    entries.withLock { entries in
      entries.append(Entry(file: file, dialect: dialect, sections: sections))
      if entries.count > Self.capacity { entries.removeFirst() }
    }
    return try sections.get()
  }
}
