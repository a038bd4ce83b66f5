// SPDX-License-Identifier: Apache-2.0

package import ClientModel

/// Everything that is known of one client, with sources.
package struct ClientView: Sendable {
  /// A fact: what, and its value; sources are keys of the data file, or URLs.
  package struct Fact: Sendable, Hashable {
    /// What the fact is about.
    package var what: String
    /// What is known; `unknown` where nothing is established.
    package var value: String
    /// How it is known.
    package var evidence: String?
    /// Where it is from.
    package var sources: [String]
  }

  private let client: Client
  private let list: ClientList

  /// Makes the view of a client.
  ///
  /// - Parameters:
  ///   - client: The client.
  ///   - list: The list that it is from, which has the URLs of sources.
  package init(_ client: Client, in list: ClientList) {
    self.client = client
    self.list = list
  }

  /// A row for each fact.
  package var view: View<Fact> {
    View(
      schema: "egress6/client/v1",
      metadata: [.init("client", .text(client.id)), .init("as_of", .text(list.date))],
      columns: [
        Column("what", .text, value: { .text($0.what) }, emphasis: { _ in .faint }),
        Column("value", .text) { .text($0.value) },
        Column("evidence", .text) { .text($0.evidence) },
        Column("sources", .list) { .texts($0.sources) },
      ],
      rows: facts)
  }

  private var facts: [Fact] {
    func plain(_ what: String, _ value: String?, _ sources: [String] = []) -> Fact? {
      value.map { Fact(what: what, value: $0, evidence: nil, sources: sources) }
    }
    var facts = [
      plain("name", client.name, client.sources), plain("kind", client.kind.rawValue),
      plain("settings of", client.family), plain("status", client.status), plain("own form", client.ownForm),
    ].compactMap { $0 }
    for setting in ClientSetting.allCases {
      let support = client.settings[setting]
      facts.append(
        Fact(
          what: setting.rawValue, value: channels(support), evidence: support?.evidence,
          sources: support?.sources ?? []))
    }
    for option in client.options {
      let services = option.services.isEmpty ? "" : " of \(option.services.joined(separator: ", "))"
      let form = option.isHost ? ", a host name" : ""
      facts.append(
        Fact(
          what: "option \(option.name)", value: "sets \(option.sets.rawValue)\(services)\(form)",
          evidence: nil,
          sources: client.sources))
    }
    facts += traits.map { Fact(what: $0.0, value: $0.1 ?? "unknown", evidence: nil, sources: []) }
    facts += client.notes.map { Fact(what: "note", value: $0, evidence: nil, sources: client.sources) }
    let known = Set(facts.flatMap(\.sources))
    facts += list.sources.filter { known.contains($0.key) }.map { source in
      Fact(
        what: "source \(source.key)", value: source.url + (source.state.map { " (\($0))" } ?? ""),
        evidence: nil,
        sources: [])
    }
    return facts
  }

  private func channels(_ support: SettingSupport?) -> String {
    guard let support, support.variable != nil || support.file != nil else { return "unknown" }
    func word(_ flag: Bool?) -> String { flag.map { $0 ? "yes" : "no" } ?? "unknown" }
    let since = support.since.map { ", since \($0)" } ?? ""
    return "variable \(word(support.variable)), file \(word(support.file))\(since)"
  }

  private var traits: [(String, String?)] {
    let traits = client.traits
    func yes(_ flag: Bool?) -> String? { flag.map { $0 ? "yes" : "no" } }
    return [
      ("names come from", traits.engine?.rawValue),
      ("dialect of files", traits.dialect?.rawValue),
      ("settings in the credentials file", yes(traits.readsCredentialsSettings)),
      ("region variables", traits.regionVariables?.joined(separator: ", ")),
      ("region without a setting", traits.defaultRegion ?? "none"),
      ("profile variables", traits.profileVariables?.joined(separator: ", ")),
      ("missing profile", traits.missingProfile?.rawValue),
      ("missing services section", traits.missingServices?.rawValue),
      ("blank variable", traits.blankVariable?.rawValue),
      ("blank endpoint variable", (traits.blankEndpointVariable ?? traits.blankVariable)?.rawValue),
      ("true is written", traits.trueValues?.rawValue),
      ("other value of a variable", traits.otherInVariable?.rawValue),
      ("other value in a file", traits.otherInFile?.rawValue),
      ("URL without scheme", traits.urlWithoutScheme?.rawValue),
      ("dual-stack with endpoint", ClientsView.conflict(traits.dualStackWithEndpoint)),
      ("FIPS with endpoint", ClientsView.conflict(traits.fipsWithEndpoint)),
      (
        "STS without a setting",
        traits.engine == .botocore ? traits.stsDefault?.rawValue ?? "by version" : traits.stsDefault?.rawValue
      ),
      (
        "S3 in us-east-1 without a setting",
        traits.engine == .botocore ? (traits.s3Default ?? .legacy).rawValue : traits.s3Default?.rawValue
      ),
      ("settings below s3", yes(traits.readsS3Section)),
      ("signs for several regions", yes(traits.signsForSeveralRegions)),
      (
        "turned off",
        traits.turnedOff.isEmpty ? "nothing" : traits.turnedOff.map(\.rawValue).joined(separator: ", ")
      ),
      ("calls", traits.services.isEmpty ? "any service" : traits.services.joined(separator: ", ")),
    ]
  }
}
