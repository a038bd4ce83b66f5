// SPDX-License-Identifier: Apache-2.0

/// Where a client looks for its files: a function of variables and of nothing else.
package struct ConfigurationFileLocations: Sendable, Hashable {
  /// How an operating system writes paths and where it says what the home folder is.
  package enum Platform: Sendable, Hashable {
    /// Linux, macOS and their like.
    case unix
    /// Windows.
    case windows
  }

  /// The path of the config file; `nil` when the client reads none.
  package var config: String?
  /// The path of the credentials file; `nil` when the client reads none.
  package var credentials: String?

  /// Finds the files.
  ///
  /// By the specification the home folder is `HOME`, on Windows then `USERPROFILE` or `HOMEDRIVE` and `HOMEPATH`, and a
  /// blank variable counts as unset. botocore on Unix also replaces `$NAME` and `${NAME}`, takes a blank `HOME` as it is,
  /// and reads no file where the variable for its path is blank.
  ///
  /// - Parameters:
  ///   - environment: The variables.
  ///   - home: The home folder that the system knows, for the case that no variable names one.
  ///   - platform: The operating system.
  ///   - dialect: Whose rules are applied.
  package init(
    environment: [String: String], home: String?, platform: Platform = .unix, dialect: FileDialect
  ) {
    let search = Search(environment: environment, home: home, platform: platform)
    let find = { (variable: String, name: String) -> String? in
      switch dialect {
      case .specification: search.specified(variable, name: name)
      case .botocore: search.botocore(variable, name: name)
      }
    }
    config = find("AWS_CONFIG_FILE", "config")
    credentials = find("AWS_SHARED_CREDENTIALS_FILE", "credentials")
  }

  /// The file of a kind.
  package subscript(kind: ConfigurationFile.Kind) -> String? {
    switch kind {
    case .config: config
    case .credentials: credentials
    }
  }
}

/// The rules for one machine.
private struct Search {
  var environment: [String: String]
  var home: String?
  var platform: ConfigurationFileLocations.Platform

  private func variable(_ name: String) -> String? {
    environment[name].flatMap { value in value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? nil : value }
  }

  private var separator: String { platform == .windows ? "\\" : "/" }

  func specified(_ variable: String, name: String) -> String? {
    let folder = specifiedHome
    guard let path = self.variable(variable) else {
      return folder.map { [$0, ".aws", name].joined(separator: separator) }
    }
    guard path.hasPrefix("~"), let folder else { return path }
    let rest = path.dropFirst()
    return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix(separator) ? folder + rest : path
  }

  private var specifiedHome: String? {
    if let home = variable("HOME") { return home }
    if platform == .windows {
      if let profile = variable("USERPROFILE") { return profile }
      if let drive = variable("HOMEDRIVE"), let path = variable("HOMEPATH") { return drive + path }
    }
    return home
  }

  func botocore(_ variable: String, name: String) -> String? {
    let path = expandingUser(expandingVariables(environment[variable] ?? "~/.aws/\(name)"))
    return path.isEmpty ? nil : path
  }

  /// Python's `os.path.expandvars`.
  private func expandingVariables(_ path: String) -> String {
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), let (name, end) = variableName(bytes, after: index) else {
        result.append(bytes[index])
        index += 1
        continue
      }
      result += environment[name].map { Array($0.utf8) } ?? Array(bytes[index..<end])
      index = end
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The name after a dollar sign, and where it ends.
  private func variableName(_ bytes: [UInt8], after dollar: Int) -> (String, Int)? {
    let rest = bytes[(dollar + 1)...]
    if rest.first == UInt8(ascii: "{") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
      return (String(decoding: bytes[dollar + 2..<end], as: UTF8.self), end + 1)
    }
    let end =
      rest.firstIndex {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          false
        default: true
        }
      } ?? bytes.count
    return end > dollar + 1 ? (String(decoding: bytes[dollar + 1..<end], as: UTF8.self), end) : nil
  }

  /// Python's `os.path.expanduser`, without the home folders of other users.
  private func expandingUser(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), var folder = environment["HOME"] ?? home else { return path }
    while folder.hasSuffix("/") { folder.removeLast() }
    let result = folder + path.dropFirst()
    return result.isEmpty ? "/" : result
  }
}
