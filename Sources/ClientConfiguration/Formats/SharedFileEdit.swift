// SPDX-License-Identifier: Apache-2.0

package import ClientModel

/// A plan as an edit of the user's shared configuration file.
package enum SharedFileEdit {
  /// Makes the edit.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - profile: The profile.
  ///   - file: The file as it is.
  ///   - notes: Lines of the comment.
  /// - Returns: The edit.
  package static func edit(
    _ plan: ConfigurationPlan, profile: String, of file: ConfigurationFile, notes: [String]
  ) -> ConfigurationEdit {
    if plan.usesDualStackSwitch {
      return ConfigurationEdit(
        profile: profile, settings: [.init(switchName, "true")], notes: notes)
    }
    let services = plan.endpoints.map { service, url in
      ConfigurationEdit.Service(service.identifier.lowercased(), [.init("endpoint_url", url)])
    }.sorted { $0.key < $1.key }
    // The switch beside endpoints stops some clients: one that is on is turned off.
    return ConfigurationEdit(
      profile: profile, settings: hasSwitch(file, profile) ? [.init(switchName, "false")] : [],
      services: services, notes: notes)
  }

  /// The name of the switch.
  static let switchName = "use_dualstack_endpoint"

  /// Whether the profile has the switch by a line of the user's.
  private static func hasSwitch(_ file: ConfigurationFile, _ profile: String) -> Bool {
    let original = (try? ConfigurationFileEditor(file).removing(profile: profile)) ?? file.bytes
    let sections = try? ConfigurationFile(original, path: file.path, kind: .config).sections(
      as: .specification)
    return sections?.profiles[profile]?[switchName] != nil
  }
}
