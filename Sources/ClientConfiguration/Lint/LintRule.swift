// SPDX-License-Identifier: Apache-2.0

/// A rule of the linter.
///
/// Its id never changes; `docs/rules` has a page for each.
package enum LintRule: String, Sendable, Hashable, CaseIterable {
  // How a file is written.
  case unreadable = "E6001"
  case byteOrderMark = "E6002"
  case duplicate = "E6003"
  case blank = "E6004"
  case quoted = "E6005"
  case inlineComment = "E6006"
  // What a setting is called, and where it stands.
  case unknownService = "E6101"
  case misspelledName = "E6102"
  case notASetting = "E6103"
  case endpointOfNoService = "E6104"
  case missingServices = "E6105"
  case servicesInCredentials = "E6106"
  case settingInCredentials = "E6107"
  case noProfile = "E6108"
  // What a setting says.
  case boolean = "E6201"
  case unknownWord = "E6202"
  case notAURL = "E6203"
  case endpointPath = "E6204"
  case addressIPv4 = "E6205"
  // What settings do together.
  case switchWithEndpoint = "E6301"
  case otherRegion = "E6302"
  case otherPartition = "E6303"
  case signing = "E6304"
  case hidden = "E6305"
  case ignoredEndpoints = "E6306"
  case regionNotRead = "E6307"
  case notReadByClient = "E6308"
  case queueEndpoint = "E6309"
  case clientStops = "E6310"
  case generalEndpoint = "E6311"
  // What the map knows of a name.
  case absentName = "E6401"
  case nameWithoutIPv6 = "E6402"
  case nameOfNoService = "E6403"
  // What tools of their own do.
  case logDriverEndpoint = "E6501"
  case endpointWithScheme = "E6502"
  case missingTokenEndpoint = "E6503"
  case imageWithoutIPv6 = "E6504"

  /// The id.
  package var id: String { rawValue }

  /// The rule of an id in any case; `nil` when there is none.
  package init?(id: String) { self.init(rawValue: id.uppercased()) }

  /// How grave a finding is unless it says otherwise.
  package var severity: LintSeverity {
    switch self {
    case .unreadable, .byteOrderMark, .unknownService, .endpointOfNoService, .missingServices,
      .servicesInCredentials,
      .unknownWord, .notAURL, .otherPartition, .signing, .clientStops, .absentName, .logDriverEndpoint,
      .endpointWithScheme:
      .error
    case .settingInCredentials, .endpointPath, .nameWithoutIPv6, .imageWithoutIPv6: .note
    default: .warning
    }
  }

  /// What the rule finds, in a few words.
  package var title: String {
    switch self {
    case .unreadable: "A file that cannot be read"
    case .byteOrderMark: "A byte order mark"
    case .duplicate: "A setting or section that stands twice"
    case .blank: "A setting without a value"
    case .quoted: "Quotes that become part of a value"
    case .inlineComment: "A comment that becomes part of a value"
    case .unknownService: "An endpoint for a service that does not exist"
    case .misspelledName: "A setting whose name is misspelled"
    case .notASetting: "A name that looks like a setting and is none"
    case .endpointOfNoService: "An endpoint directly in a services section"
    case .missingServices: "A services section that does not exist"
    case .servicesInCredentials: "A services section in the credentials file"
    case .settingInCredentials: "A setting in the credentials file"
    case .noProfile: "A section that is no profile"
    case .boolean: "A switch that is neither true nor false"
    case .unknownWord: "A word that the setting does not know"
    case .notAURL: "An endpoint that is not a URL"
    case .endpointPath: "An endpoint with a path"
    case .addressIPv4: "An IPv4 address where AWS has an IPv6 address"
    case .switchWithEndpoint: "A switch together with an endpoint"
    case .otherRegion: "An endpoint of another region"
    case .otherPartition: "An endpoint of another partition"
    case .signing: "An endpoint that changes what requests are signed for"
    case .hidden: "A setting that another one hides"
    case .ignoredEndpoints: "Endpoints that are switched off"
    case .regionNotRead: "A region that the client does not read"
    case .notReadByClient: "A setting that the client does not read"
    case .queueEndpoint: "An endpoint of SQS for AWS CLI version 1"
    case .clientStops: "Settings with which the client stops"
    case .generalEndpoint: "One service's name as the endpoint of all services"
    case .absentName: "A name that does not exist"
    case .nameWithoutIPv6: "A name without IPv6"
    case .nameOfNoService: "A name that the service does not have"
    case .logDriverEndpoint: "An endpoint of the awslogs driver in a task definition"
    case .endpointWithScheme: "A URL where Fluent Bit wants a host name"
    case .missingTokenEndpoint: "An output of Fluent Bit without an endpoint of STS"
    case .imageWithoutIPv6: "An image at a name without IPv6"
    }
  }
}

/// How grave a finding is.
package enum LintSeverity: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Worth knowing.
  case note
  /// Something does not do what it seems to do, for some clients or in some cases.
  case warning
  /// It fails, or it does nothing at all.
  case error

  package static func < (left: LintSeverity, right: LintSeverity) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}
