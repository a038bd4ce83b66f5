// SPDX-License-Identifier: Apache-2.0

/// Where the store is.
package enum StoreLocation {
  /// The path of the store.
  ///
  /// An explicit path first; then `EGRESS6_STORE`; then `egress6/map.sqlite` in the platform's data folder:
  /// `XDG_DATA_HOME`, else `~/.local/share` (XDG Base Directory Specification); on macOS
  /// `~/Library/Application Support`.
  ///
  /// - Parameters:
  ///   - option: The path that the user named.
  ///   - environment: The process's environment.
  /// - Returns: The path.
  /// - Throws: `StoreError` when no data folder is known.
  package static func path(option: String?, environment: [String: String]) throws(StoreError) -> String {
    if let option, !option.isEmpty { return option }
    if let variable = environment["EGRESS6_STORE"], !variable.isEmpty { return variable }
    let file = "/egress6/map.sqlite"
    // The specification says to ignore relative paths.
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + file }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw .noDataFolder
    }
    #if os(macOS)
      return home + "/Library/Application Support" + file
    #else
      return home + "/.local/share" + file
    #endif
  }
}
