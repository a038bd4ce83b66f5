// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointRules

/// Why a query cannot be answered.
package enum QueryError: DomainError, Hashable {
  /// No service has the name.
  case unknownService(String, nearest: [String])
  /// Several services have the name as their endpoint prefix.
  case ambiguousService(String, folders: [String])
  /// The service has no such API version.
  case unknownVersion(String, service: String, versions: [String])
  /// The service has no such operation.
  case unknownOperation(String, service: String, nearest: [String])
  /// The region cannot be part of a host name.
  case invalidRegion(String, nearest: [String])
  /// The service needs a region.
  case missingRegion(service: String)
  /// The API version has no endpoint rules.
  case noRules(service: String, version: String)
  /// The operation's host name needs a member that the input does not have.
  case missingHostLabel(String, operation: String)
  /// Neither the operation's input nor the client's settings have a member of the name.
  case unknownMember(String, operation: String, nearest: [String])
  /// The client has no setting of the name.
  case unknownClientParameter(String, service: String, nearest: [String])
  /// The operation's input does not fit.
  case invalidInput(String)
  /// The rules could not be run with these parameters.
  case rules(ResolveError)
  /// The catalog image is damaged.
  case image(ImageError)

  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .unknownService: ErrorCode("query.unknown-service", .request)
    case .ambiguousService: ErrorCode("query.ambiguous-service", .request)
    case .unknownVersion: ErrorCode("query.unknown-version", .request)
    case .unknownOperation: ErrorCode("query.unknown-operation", .request)
    case .invalidRegion: ErrorCode("query.invalid-region", .request)
    case .missingRegion: ErrorCode("query.missing-region", .request)
    case .noRules: ErrorCode("query.no-rules", .request)
    case .missingHostLabel: ErrorCode("query.missing-host-label", .request)
    case .unknownMember: ErrorCode("query.unknown-member", .request)
    case .unknownClientParameter: ErrorCode("query.unknown-client-parameter", .request)
    case .invalidInput: ErrorCode("query.invalid-input", .request)
    case .rules: ErrorCode("query.rules", .request)
    case .image(let error): error.code
    }
  }

  /// What was asked, and what could be asked instead.
  package var facts: [ErrorFact: String] {
    switch self {
    case .unknownService(let name, let nearest), .invalidRegion(let name, let nearest),
      .unknownMember(let name, _, let nearest):
      [.given: name, .nearest: nearest.joined(separator: ",")]
    case .ambiguousService(let name, let folders):
      [.given: name, .allowed: folders.joined(separator: ",")]
    case .unknownVersion(let version, let service, let versions):
      [.given: version, .service: service, .allowed: versions.joined(separator: ",")]
    case .unknownOperation(let name, let service, let nearest):
      [.given: name, .service: service, .nearest: nearest.joined(separator: ",")]
    case .unknownClientParameter(let name, let service, let nearest):
      [.given: name, .service: service, .nearest: nearest.joined(separator: ",")]
    case .missingRegion(let service): [.service: service]
    case .noRules(let service, let version): [.given: version, .service: service]
    case .missingHostLabel(let label, _): [.given: label]
    case .invalidInput, .rules: [:]
    case .image(let error): error.facts
    }
  }

  /// What is wrong.
  package var description: String {
    switch self {
    case .unknownService(let name, let nearest):
      "no service \"\(name)\"" + Self.hint(nearest)
    case .ambiguousService(let name, let folders):
      "\"\(name)\" is the endpoint prefix of several services; name one of: \(folders.joined(separator: ", "))"
    case .unknownVersion(let version, let service, let versions):
      versions.isEmpty
        ? "\(service) has no API versions"
        : "\(service) has no API version \(version); it has: "
          + versions.joined(separator: ", ")
    case .unknownOperation(let name, let service, let nearest):
      "\(service) has no operation \"\(name)\"" + Self.hint(nearest)
    case .invalidRegion(let name, let nearest):
      "the region \"\(name)\" cannot be part of a host name: it takes 1 to 63 letters, digits and inner hyphens, not "
        + "digits alone" + Self.hint(nearest)
    case .unknownMember(let name, let operation, let nearest):
      "the input of \(operation) has no member \"\(name)\"" + Self.hint(nearest)
    case .unknownClientParameter(let name, let service, let nearest):
      "the client of \(service) has no parameter \"\(name)\"" + Self.hint(nearest)
    case .missingRegion(let service):
      "\(service) needs a region"
    case .noRules(let service, let version):
      "\(service) \(version) has no endpoint rules; ask for another version"
    case .missingHostLabel(let label, let operation): "\(operation) needs \(label) for its host name"
    case .invalidInput(let reason): reason
    case .rules(let error): "\(error)"
    case .image(let error): "\(error)"
    }
  }

  private static func hint(_ nearest: [String]) -> String {
    nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: ", "))?"
  }
}
