// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import EndpointRulesCompiled

/// The rule trees of a release as they are written into an image, each distinct one once.
struct RuleTreeTables {
  /// The table of texts and the table of nodes, to be packed.
  let packed: [UInt8]
  /// The node of the rules of each API version, in the order of all versions.
  private(set) var roots: [Int?] = []
  /// The name of the program of each tree: the folder for the newest version, the folder and the version for older ones.
  private(set) var names: [Int: String] = [:]
  /// Which of their parameters the rules of a tree read, a bit each.
  private(set) var reads: [Int: UInt64] = [:]
  private var rules: [Int: RuleSet] = [:]

  /// Writes the trees of a release.
  init(_ release: ReleaseModel) {
    let collection = TextRanks.Collection()
    var first = RuleNodeWriter(texts: TextRanks(collecting: collection))
    let sets = release.services.flatMap(\.versions).map(\.rules)
    for set in sets.compactMap(\.self) { _ = first.write(set) }
    let texts = TextRanks(collection)
    var nodes = RuleNodeWriter(texts: texts)
    for set in sets { roots.append(set.map { nodes.write($0) }) }
    packed = PackedTables.joined([StringTable.packed(texts.sorted), RecordTable.packed(nodes.records)])
    var place = 0
    for service in release.services {
      for (index, version) in service.versions.enumerated().reversed() {
        guard let root = roots[place + index], let set = version.rules, rules[root] == nil else { continue }
        let isNewest = index == service.versions.count - 1
        names[root] = isNewest ? service.folder : service.folder + "/" + version.apiVersion
        rules[root] = set
        reads[root] = RuleReferences.slots(of: set)
      }
      place += service.versions.count
    }
  }

  /// The programs of all trees.
  func compiled(_ release: ReleaseModel) throws(RuleCompilerError) -> CompiledRules {
    guard let partitions = Partitions(models: release.partitions) else {
      throw RuleCompilerError(.tooLarge, "the release has no partition, or one whose region pattern is wrong")
    }
    let sets = rules.keys.sorted().compactMap { root in
      names[root].flatMap { name in rules[root].map { (name: name, rules: $0) } }
    }
    return try CompiledRules(compiling: sets, partitions: partitions)
  }
}

extension RuleReferences {
  /// Which of its parameters a rule set reads, a bit each.
  static func slots(of rules: RuleSet) -> UInt64 {
    let names = names(in: rules)
    return rules.parameters.prefix(64).enumerated().reduce(0) { mask, parameter in
      names.contains(parameter.element.name) ? mask | 1 << UInt64(parameter.offset) : mask
    }
  }
}

extension Partitions {
  /// Partitions as endpoint rules read them; `nil` for an empty list or a wrong region pattern.
  init?(models: [PartitionModel]) {
    var partitions: [Partition] = []
    for model in models {
      guard let pattern = RegionPattern(model.regionPattern) else { return nil }
      partitions.append(
        Partition(
          id: model.id, regionPattern: pattern,
          regions: model.regions.map { .init(name: $0.name, description: $0.description) },
          dnsSuffix: model.outputs.dnsSuffix, dualStackDnsSuffix: model.outputs.dualStackDNSSuffix,
          supportsFIPS: model.outputs.supportsFIPS, supportsDualStack: model.outputs.supportsDualStack,
          implicitGlobalRegion: model.outputs.implicitGlobalRegion))
    }
    self.init(partitions)
  }
}
