// SPDX-License-Identifier: Apache-2.0

/// A value while rules run; `nil` where a value is unset.
package enum RuntimeValue: Sendable, Hashable {
  /// A string.
  case string(String)
  /// A boolean.
  case boolean(Bool)
  /// A whole number.
  case integer(Int64)
  /// A list of strings.
  case strings([String])
  /// A partition.
  case partition(Partitions.Partition)
  /// A parsed URL.
  case url(ParsedURL)
  /// A parsed ARN.
  case arn(ParsedARN)

  /// The value of a parameter.
  package init(_ value: RuleSet.Value) {
    switch value {
    case .string(let text): self = .string(text)
    case .boolean(let flag): self = .boolean(flag)
    case .stringArray(let texts): self = .strings(texts)
    }
  }

  /// The value of an attribute; `nil` when the value has no such attribute or it is unset.
  package func attribute(_ name: String) -> RuntimeValue? {
    switch (self, name) {
    case (.partition(let partition), "name"): .string(partition.id)
    case (.partition(let partition), "dnsSuffix"): .string(partition.dnsSuffix)
    case (.partition(let partition), "dualStackDnsSuffix"): .string(partition.dualStackDnsSuffix)
    case (.partition(let partition), "supportsFIPS"): .boolean(partition.supportsFIPS)
    case (.partition(let partition), "supportsDualStack"): .boolean(partition.supportsDualStack)
    case (.partition(let partition), "implicitGlobalRegion"):
      partition.implicitGlobalRegion.map(RuntimeValue.string)
    case (.url(let url), "scheme"): .string(url.scheme)
    case (.url(let url), "authority"): .string(url.authority)
    case (.url(let url), "path"): .string(url.path)
    case (.url(let url), "normalizedPath"): .string(url.normalizedPath)
    case (.url(let url), "isIp"): .boolean(url.isIP)
    case (.arn(let arn), "partition"): .string(arn.partition)
    case (.arn(let arn), "service"): .string(arn.service)
    case (.arn(let arn), "region"): .string(arn.region)
    case (.arn(let arn), "accountId"): .string(arn.accountID)
    case (.arn(let arn), "resourceId"): .strings(arn.resourceID)
    default: nil
    }
  }

  /// The type of the value.
  var type: ValueType {
    switch self {
    case .string: .string
    case .boolean: .boolean
    case .integer: .integer
    case .strings: .stringArray
    case .partition: .partition
    case .url: .url
    case .arn: .arn
    }
  }

  /// The value as a tree, for explanations.
  package var tree: Endpoint.PropertyValue {
    switch self {
    case .string(let text): .string(text)
    case .boolean(let flag): .boolean(flag)
    case .integer(let number): .integer(number)
    case .strings(let texts): .array(texts.map(Endpoint.PropertyValue.string))
    case .partition, .url, .arn:
      .object(
        type.attributes.compactMap { name, _ in
          attribute(name).map { Endpoint.Property(name: name, value: $0.tree) }
        })
    }
  }
}
