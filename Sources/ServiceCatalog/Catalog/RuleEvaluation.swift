// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
@_spi(Performance) package import EndpointRulesCompiled

/// Runs the rules of API versions: their programs, and the interpreter where a program only says that it cannot go on.
package struct RuleEvaluation: Sendable {
  private let catalog: Catalog
  private let partitions: Partitions
  /// The programs with other partitions than the catalog's.
  private let replaced: CompiledRules?

  /// Takes the catalog, and partitions in place of its own.
  package init(_ catalog: Catalog, partitions: Partitions? = nil) throws(RuleCompilerError) {
    self.catalog = catalog
    self.partitions = partitions ?? catalog.rulePartitions
    if let partitions {
      replaced = try catalog.compiled.replacing(partitions: partitions)
    } else {
      replaced = nil
    }
  }

  /// Takes the catalog with its own partitions.
  package init(_ catalog: Catalog) {
    self.catalog = catalog
    partitions = catalog.rulePartitions
    replaced = nil
  }

  /// Takes the catalog with the partitions of an older release.
  package init(_ catalog: Catalog, older: OlderRelease) throws(RuleCompilerError) {
    self.catalog = catalog
    partitions = older.rulePartitions
    replaced = try older.programs(of: catalog)
  }

  /// The program of a version; `nil` when it has no rules.
  package func program(of version: CatalogVersion) -> EndpointProgram? {
    version.rules.map { (replaced ?? catalog.compiled).program(at: $0.program) }
  }

  /// What the rules of a version say.
  ///
  /// - Throws: ``QueryError/rules(_:)`` with the interpreter's text, which says more than a program can.
  package func resolve(_ parameters: Parameters, of version: CatalogVersion) throws(QueryError) -> Resolution
  {
    guard let program = program(of: version) else {
      throw .noRules(service: version.model?.serviceID ?? "", version: version.apiVersion)
    }
    if let resolution = try? program.resolve(parameters) { return resolution }
    let rules: RuleSet?
    do throws(ImageError) {
      rules = try catalog.rules(of: version)
    } catch {
      throw .image(error)
    }
    guard let rules else { throw .image(.damaged("a version has no rule tree")) }
    do throws(ResolveError) {
      return try rules.resolve(parameters, partitions: partitions)
    } catch {
      throw .rules(error)
    }
  }
}
