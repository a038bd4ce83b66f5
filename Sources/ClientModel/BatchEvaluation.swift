// SPDX-License-Identifier: Apache-2.0

package import EndpointRules
package import EndpointRulesCompiled
package import ServiceCatalog
import StrictJSON

/// Runs rule sets on lines of JSON, each line by itself.
///
/// A line is a row of ``RecordedRuns`` when it names a client, and gets the answer of that client. Any other line gives the
/// rules' own parameters: no client behavior applies.
///
/// Such a line is `{"id", "service", "apiVersion"?, "params": {…}}`; its answer is `{"id", "url", "properties", "headers"}` or
/// `{"id", "error", "kind"}`. The kinds are `rule` (the rules gave the error), `noMatch` (no rule matched),
/// `missingParam` (a required parameter has no value) and `engine` (anything else: a value of the wrong type, a line
/// that is not such an object, a service or version that the catalog does not have).
package struct BatchEvaluation: Sendable {
  /// The most bytes of a line.
  package static let maximumLine = 4 << 20

  private let catalog: Catalog
  private let evaluation: RuleEvaluation
  private let recordedRuns: RecordedRuns

  /// Makes an evaluation.
  ///
  /// - Parameters:
  ///   - catalog: the catalog.
  ///   - partitions: partitions in place of the catalog's own.
  /// - Throws: ``RuleCompilerError`` for more partitions than programs can look regions up in.
  package init(_ catalog: Catalog, partitions: Partitions? = nil) throws(RuleCompilerError) {
    self.catalog = catalog
    evaluation = try RuleEvaluation(catalog, partitions: partitions)
    recordedRuns = RecordedRuns(catalog)
  }

  /// The answer to a line; a bad line gives an answer of kind `engine`.
  ///
  /// - Parameters:
  ///   - line: the bytes of the line without its end.
  ///   - number: the line's number, from 1, for errors in lines without an id.
  /// - Returns: a line of JSON without its end.
  package func answer(_ line: [UInt8], number: Int = 1) -> String {
    let document: JSON
    do throws(JSONError) {
      document = try JSON(parsing: line, options: .init(maximumSize: Self.maximumLine))
    } catch {
      return Self.failure(
        .null, "line \(number), column \(error.column): not JSON: \(error.problem)", "engine")
    }
    guard document.object != nil else {
      return Self.failure(.null, "line \(number): \(document.kindText), not an object", "engine")
    }
    if RecordedRuns.isRow(document) { return recordedRuns.answer(document).text() }
    let id = document["id"] ?? .null
    do throws(Failure) {
      return try answer(document, id)
    } catch {
      return Self.failure(id, error.text, error.kind)
    }
  }

  private struct Failure: Error {
    var text: String
    var kind: String
  }

  private func answer(_ document: JSON, _ id: JSON) throws(Failure) -> String {
    guard let name = document["service"]?.string else {
      throw Failure(text: "\"service\" is missing or not a string", kind: "engine")
    }
    let wanted = document["apiVersion"] ?? .null
    guard wanted == .null || wanted.string != nil else {
      throw Failure(text: "\"apiVersion\" is not a string", kind: "engine")
    }
    let version = try version(name, wanted.string)
    let resolution: Resolution
    do throws(ResolveError) {
      var parameters = try Parameters(document: document["params"] ?? .object([]))
      parameters.undeclared = .ignored
      resolution = try resolve(parameters, version)
    } catch {
      let isMissing = if case .missingParameter = error { true } else { false }
      throw Failure(text: "\(error)", kind: isMissing ? "missingParam" : "engine")
    }
    switch resolution {
    case .ruleError(let text): throw Failure(text: text, kind: "rule")
    case .noMatch: throw Failure(text: "no rule matched", kind: "noMatch")
    case .endpoint(let endpoint):
      return JSON.object([
        .init("id", id), .init("url", .string(endpoint.url)),
        .init("properties", .object(endpoint.properties.map { .init($0.name, $0.value.json) })),
        .init(
          "headers", .object(endpoint.headers.map { .init($0.name, .array($0.values.map { .string($0) })) })),
      ]).text()
    }
  }

  private func resolve(
    _ parameters: Parameters, _ version: CatalogVersion
  ) throws(ResolveError) -> Resolution {
    do throws(QueryError) {
      return try evaluation.resolve(parameters, of: version)
    } catch {
      if case .rules(let error) = error { throw error }
      throw .engine("\(error)")
    }
  }

  private func version(_ name: String, _ apiVersion: String?) throws(Failure) -> CatalogVersion {
    do throws(QueryError) {
      let service = try catalog.lookup(service: name)
      guard let version = service.version(apiVersion) else {
        throw .unknownVersion(
          apiVersion ?? "", service: service.folder, versions: service.versions.map(\.apiVersion))
      }
      guard version.hasRules else {
        throw .noRules(service: service.folder, version: version.apiVersion)
      }
      return version
    } catch {
      throw Failure(text: "\(error)", kind: "engine")
    }
  }

  private static func failure(_ id: JSON, _ text: String, _ kind: String) -> String {
    JSON.object([.init("id", id), .init("error", .string(text)), .init("kind", .string(kind))]).text()
  }
}
