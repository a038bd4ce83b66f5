// SPDX-License-Identifier: Apache-2.0

/// The resolvers of the system's configuration.
package enum SystemResolvers {
  /// The most bytes of a configuration that are read; real ones are far shorter.
  package static let longestText = 65_536

  /// Reads the `nameserver` lines of a resolv.conf(5) file.
  ///
  /// Like libc, it skips lines without an address.
  ///
  /// - Parameter text: The content of the file.
  /// - Returns: The resolvers in order, each once, at most `ScanConfiguration.mostResolvers`.
  package static func fromResolvConf(_ text: String) -> [ResolverAddress] {
    var found: [ResolverAddress] = []
    for line in text.utf8.prefix(longestText).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
      guard words.count >= 2, words[0].elementsEqual("nameserver".utf8), let word = String(words[1]) else {
        continue
      }
      guard let resolver = try? ResolverAddress(word.contains(":") ? "[\(word)]" : word) else { continue }
      if !found.contains(resolver) { found.append(resolver) }
      if found.count == ScanConfiguration.mostResolvers { break }
    }
    return found
  }
}
