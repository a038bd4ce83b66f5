// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EndpointRules

/// Why a query cannot be answered.
package enum QueryError: Error, Sendable, Hashable {
  /// No service has the name.
  case unknownService(String, nearest: [String])
  /// Several services have the name as their endpoint prefix.
  case ambiguousService(String, folders: [String])
  /// The service has no such API version.
  case unknownVersion(String, service: String, versions: [String])
  /// The service has no such operation.
  case unknownOperation(String, service: String, nearest: [String])
  /// No partition knows the region.
  case unknownRegion(String, nearest: [String])
  /// The service needs a region.
  case missingRegion(service: String)
  /// The API version has no endpoint rules.
  case noRules(service: String, version: String)
  /// The operation's input does not fit.
  case invalidInput(String)
  /// The rules could not be run with these parameters.
  case rules(ResolveError)
  /// The catalog image is damaged.
  case image(ImageError)
}

extension QueryError: CustomStringConvertible {
  /// What is wrong and what to do.
  package var description: String {
    switch self {
    case .unknownService(let name, let nearest):
      "no service \"\(name)\"" + Self.hint(nearest)
    case .ambiguousService(let name, let folders):
      "\"\(name)\" is the endpoint prefix of several services; name one of: \(folders.joined(separator: ", "))"
    case .unknownVersion(let version, let service, let versions):
      "\(service) has no API version \(version); it has: \(versions.joined(separator: ", "))"
    case .unknownOperation(let name, let service, let nearest):
      "\(service) has no operation \"\(name)\"" + Self.hint(nearest)
    case .unknownRegion(let name, let nearest):
      "no partition has a region \"\(name)\"" + Self.hint(nearest)
    case .missingRegion(let service):
      "\(service) needs a region; name one with --region"
    case .noRules(let service, let version):
      "\(service) \(version) has no endpoint rules; ask for another version"
    case .invalidInput(let reason): reason
    case .rules(let error): "\(error)"
    case .image(let error): "\(error)"
    }
  }

  private static func hint(_ nearest: [String]) -> String {
    nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: ", "))?"
  }
}
