// SPDX-License-Identifier: Apache-2.0

package import ClientModel

/// The clients that are known, and what each can be told.
package enum ClientsView {
  /// A row for each client.
  ///
  /// - Parameter list: The clients.
  /// - Returns: The view.
  package static func view(_ list: ClientList) -> View<Client> {
    func since(_ setting: ClientSetting) -> @Sendable (Client) -> Value {
      { .text(words($0.settings[setting])) }
    }
    return View(
      schema: "egress6/clients/v1", metadata: [.init("as_of", .text(list.date))],
      columns: [
        Column("client", .text) { .text($0.id) },
        Column("name", .text) { .text($0.name) },
        Column("kind", .text) { .text($0.kind.rawValue) },
        Column("settings_of", .text) { .text($0.family) },
        Column("dual_stack", .text, value: since(.dualStack)),
        Column("fips", .text, value: since(.fips)),
        Column("endpoint", .text, value: since(.endpointURL)),
        Column("service_endpoint", .text, value: since(.serviceEndpointURL)),
        Column("ignore", .text, value: since(.ignoreConfiguredEndpointURLs)),
        Column("conflict", .text) { .text(conflict($0.traits.dualStackWithEndpoint)) },
        Column("own_form", .text) { .text($0.ownForm) },
        Column("status", .text) { .text($0.status) },
        Column("sources", .list) { client in
          .texts(sources(of: client))
        },
      ],
      tableColumns: [
        "client", "dual_stack", "endpoint", "service_endpoint", "ignore", "conflict", "sources",
      ],
      rows: list.clients)
  }

  /// How a setting is supported, in words.
  static func words(_ support: SettingSupport?) -> String {
    guard let support else { return "unknown" }
    switch (support.variable, support.file) {
    case (true?, true?): return support.since ?? "yes"
    case (false?, false?): return "no"
    case (nil, nil): return "unknown"
    case (true?, let file): return "variable" + (file == nil ? ", file unknown" : " only") + suffix(support)
    case (let variable, true?):
      return "file" + (variable == nil ? ", variable unknown" : " only") + suffix(support)
    case (let variable, _): return variable == nil ? "variable unknown" : "file unknown"
    }
  }

  private static func suffix(_ support: SettingSupport) -> String { support.since.map { ", \($0)" } ?? "" }

  /// What an endpoint URL and the dual-stack switch do together, in words.
  static func conflict(_ rule: ClientTraits.ConflictRule?) -> String {
    switch rule {
    case .endpoint: "endpoint wins"
    case .rules: "error"
    case nil: "unknown"
    }
  }

  /// The sources of an entry and of its settings.
  static func sources(of client: Client) -> [String] {
    var result = client.sources
    for setting in ClientSetting.allCases {
      for source in client.settings[setting]?.sources ?? [] where !result.contains(source) {
        result.append(source)
      }
    }
    return result
  }
}
