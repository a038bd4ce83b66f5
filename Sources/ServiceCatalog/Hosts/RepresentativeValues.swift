// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EndpointRules

/// Values that represent a customer's own in names that hold an account, a bucket or the like.
///
/// Names under them answer in DNS like anybody's, because AWS serves them by wildcards or by name of the region.
enum RepresentativeValues {
  /// The account that AWS's documentation uses.
  static let account = "123456789012"
  /// A bucket, stream, table or the like.
  static let name = "egress6-example"

  /// The parts by which a name with representative values is recognised.
  private static let markTexts = [account, name, "g-egress6xmp"]
  private static let marks = markTexts.map { Array($0.utf8) }

  /// A text without the representative values in it.
  static func removed(from text: String) -> String {
    markTexts.reduce(text) { $0.replacingAll($1, with: "") }
  }

  /// Whether a name holds a representative value.
  static func stand(in name: String) -> Bool {
    let bytes = Array(name.utf8)
    return marks.contains { mark in
      bytes.count >= mark.count
        && (0...(bytes.count - mark.count)).contains {
          bytes[$0] == mark[0] && bytes[$0...].starts(with: mark)
        }
    }
  }

  /// Values for an input member that fills a label of a host prefix.
  static func label(_ member: String) -> String {
    switch member {
    case "AccountId": account
    case "graphIdentifier": "g-egress6xmp"
    default: name
    }
  }

  /// Values for a rule parameter that operations fill from their input, the plainest first.
  ///
  /// - Parameters:
  ///   - parameter: the rule parameter's name.
  ///   - prefix: the service's endpoint prefix.
  ///   - partition: the partition's id.
  ///   - region: the region.
  /// - Returns: the values; empty for an unknown parameter.
  static func values(
    of parameter: String, prefix: String, partition: String, region: String
  ) -> [RuleSet.Value] {
    func arn(_ service: String, _ resource: String) -> RuleSet.Value {
      .string("arn:\(partition):\(service):\(region):\(account):\(resource)")
    }
    switch (prefix, parameter) {
    case ("s3", "Bucket"):
      var buckets: [RuleSet.Value] = [
        .string(name), arn("s3", "accesspoint/\(name)"), arn("s3-object-lambda", "accesspoint/\(name)"),
        arn("s3-outposts", "outpost/op-01234567890123456/accesspoint/\(name)"),
        .string("arn:\(partition):s3::\(account):accesspoint/\(name).mrap"),
      ]
      // A directory bucket's name ends in its zone, from which the rules take the host.
      buckets += (FactHosts.expressZones[region] ?? []).map { .string("\(name)--\($0)--x-s3") }
      return buckets
    case ("s3-control", "Bucket"): return [arn("s3-outposts", "outpost/op-01234567890123456/bucket/\(name)")]
    case ("s3-control", "AccessPointName"):
      return [.string(name), arn("s3-outposts", "outpost/op-01234567890123456/accesspoint/\(name)")]
    case (_, "AccountId"): return [.string(account)]
    case (_, "OutpostId"): return [.string("op-01234567890123456")]
    case (_, "StreamARN"), ("kinesis", "ResourceARN"): return [arn("kinesis", "stream/\(name)")]
    case (_, "ConsumerARN"): return [arn("kinesis", "stream/\(name)/consumer/\(name):1700000000")]
    case (_, "ResourceArn"), (_, "ResourceArnList"):
      let table = "arn:\(partition):dynamodb:\(region):\(account):table/\(name)"
      return [parameter == "ResourceArnList" ? .stringArray([table]) : .string(table)]
    case (_, "StreamArn"): return [arn("dynamodb", "table/\(name)/stream/2026-01-01T00:00:00.000")]
    case (_, "KvsARN"): return [.string("arn:\(partition):cloudfront::\(account):key-value-store/\(name)")]
    case (_, "EventBusArn"): return [arn("events", "event-bus/\(name)")]
    case (_, "EndpointId"): return [.string(name)]
    case (_, "SpaceId"), (_, "StreamId"): return [.string(name)]
    default: return []
    }
  }
}
