// SPDX-License-Identifier: Apache-2.0

/// Where and how to call a service: what an endpoint rule gives.
public struct Endpoint: Sendable, Hashable {
  /// A header to send, with its values.
  public struct Header: Sendable, Hashable {
    /// The header's name.
    public var name: String
    /// Its values.
    public var values: [String]

    /// Makes a header.
    public init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  /// The URL that requests start with.
  public var url: String
  /// Headers to send, in the order of the rule set.
  public var headers: [Header]
  /// Everything else that the rule says, in the order of the rule set.
  public var properties: [Property]

  /// Makes an endpoint.
  public init(url: String, headers: [Header] = [], properties: [Property] = []) {
    self.url = url
    self.headers = headers
    self.properties = properties
  }

  /// The value of a property.
  public subscript(property name: String) -> PropertyValue? { properties.first { $0.name == name }?.value }

  /// The ways to sign a request, best first; a client takes the first that it supports.
  public var authSchemes: [AuthScheme] {
    guard case .array(let items) = self[property: "authSchemes"] else { return [] }
    return items.compactMap(AuthScheme.init)
  }
}

extension Endpoint {
  /// A named property.
  public struct Property: Sendable, Hashable {
    /// The property's name.
    public var name: String
    /// Its value.
    public var value: PropertyValue

    /// Makes a property.
    public init(name: String, value: PropertyValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a property.
  public indirect enum PropertyValue: Sendable, Hashable {
    /// A string.
    case string(String)
    /// A boolean.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A list.
    case array([PropertyValue])
    /// A map, in the order of the rule set.
    case object([Property])
  }
}

/// A way to sign requests, from the property `authSchemes` of an endpoint.
public struct AuthScheme: Sendable, Hashable {
  /// The scheme, such as `sigv4`, `sigv4a` or `sigv4-s3express`.
  public var name: String
  /// The service name to sign for.
  public var signingName: String?
  /// The region to sign for.
  public var signingRegion: String?
  /// The regions to sign for (`sigv4a`), such as `*`.
  public var signingRegionSet: [String]?
  /// Whether the path is escaped once instead of twice.
  public var disableDoubleEncoding: Bool
  /// Whether the path is signed as it is, without removing dot segments.
  public var disableNormalizePath: Bool

  /// Reads one element of `authSchemes`; `nil` without a name.
  public init?(_ value: Endpoint.PropertyValue) {
    guard case .object(let members) = value else { return nil }
    func string(_ name: String) -> String? {
      if case .string(let text) = members.first(where: { $0.name == name })?.value { text } else { nil }
    }
    func flag(_ name: String) -> Bool { members.first { $0.name == name }?.value == .boolean(true) }
    guard let name = string("name") else { return nil }
    self.name = name
    signingName = string("signingName")
    signingRegion = string("signingRegion")
    if case .array(let items) = members.first(where: { $0.name == "signingRegionSet" })?.value {
      signingRegionSet = items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
    disableDoubleEncoding = flag("disableDoubleEncoding")
    disableNormalizePath = flag("disableNormalizePath")
  }
}
