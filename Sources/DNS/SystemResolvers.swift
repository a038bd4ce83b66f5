// SPDX-License-Identifier: Apache-2.0

/// The resolvers that a system's own configuration names.
package enum SystemResolvers {
  /// Where Linux and macOS keep the configuration, in the format of resolv.conf(5).
  package static let path = "/etc/resolv.conf"
  /// The longest configuration that is read, in bytes: far more than any real one.
  package static let longestText = 65_536

  /// Reads the `nameserver` lines of a resolv.conf(5); lines that name no address are passed over, as libc does.
  ///
  /// - Parameter text: The file's content.
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
