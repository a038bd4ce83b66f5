// SPDX-License-Identifier: Apache-2.0

/// Names whose answers are known, so that a resolver can be judged by them.
///
/// All but `sts.amazonaws.com` and `s3.amazonaws.com` are in the observations of 2023-08-27 (Tests/Fixtures/README.md).
/// Names with IPv6 belong to services that still had AAAA records in all or nearly all regions on 2025-11-12
/// (apparentorder/awsipv6, commit cc7a876, BSD-2-Clause). They are spread over regions, because an interface endpoint in a
/// VPC replaces the answers of one region only.
package enum ControlNames {
  /// Names that must have A records.
  package static let withIPv4 = [
    "iam.amazonaws.com", "ec2.us-east-1.amazonaws.com", "sts.eu-west-1.amazonaws.com",
    "dynamodb.us-east-1.amazonaws.com", "s3.us-west-2.amazonaws.com", "sqs.us-west-2.amazonaws.com",
    "kms.eu-west-1.amazonaws.com", "route53.amazonaws.com", "logs.ap-southeast-1.amazonaws.com",
    "cloudformation.sa-east-1.amazonaws.com", "monitoring.us-east-2.amazonaws.com",
    "sts.us-gov-west-1.amazonaws.com", "sts.amazonaws.com", "s3.amazonaws.com",
    "ec2.cn-north-1.amazonaws.com.cn", "sts.cn-northwest-1.amazonaws.com.cn",
  ]

  /// Names that must have A and AAAA records.
  package static let withBoth = [
    "s3.dualstack.us-east-1.amazonaws.com", "lambda.us-west-2.api.aws",
    "secretsmanager.ap-northeast-1.amazonaws.com", "athena.eu-west-3.api.aws",
    "s3.dualstack.eu-west-1.amazonaws.com", "lambda.eu-north-1.api.aws",
    "cognito-idp.eu-west-2.amazonaws.com",
    "ebs.eu-central-1.api.aws", "s3.dualstack.ap-southeast-2.amazonaws.com", "ec2.us-east-1.api.aws",
    "pi.ca-central-1.amazonaws.com", "lambda.ap-south-1.api.aws", "s3.dualstack.sa-east-1.amazonaws.com",
    "athena.us-east-2.api.aws", "secretsmanager.us-west-1.amazonaws.com", "lambda.us-east-1.api.aws",
    "s3.dualstack.us-west-2.amazonaws.com", "rds.ap-northeast-2.api.aws", "pi.eu-west-3.amazonaws.com",
    "ebs.ap-southeast-1.api.aws", "cognito-idp.us-east-1.amazonaws.com",
    "servicediscovery.ca-central-1.api.aws",
    "s3.dualstack.ca-central-1.amazonaws.com", "athena.sa-east-1.api.aws",
    "s3.dualstack.cn-north-1.amazonaws.com.cn", "lambda.cn-north-1.api.amazonwebservices.com.cn",
    "secretsmanager.cn-north-1.amazonaws.com.cn", "athena.cn-north-1.api.amazonwebservices.com.cn",
    "s3.dualstack.cn-northwest-1.amazonaws.com.cn", "lambda.cn-northwest-1.api.amazonwebservices.com.cn",
  ]

  /// The zone of names that every judgement may ask about, whatever a scan asks for.
  static let commonZone = "amazonaws.com"

  /// A host name under a suffix that nobody can have registered.
  ///
  /// - Parameters:
  ///   - suffix: The suffix.
  ///   - labels: The number of random labels.
  ///   - random: The random numbers.
  /// - Returns: The name.
  static func impossible(under suffix: String, labels: Int, random: inout RandomSource) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let texts = (0..<labels).map { _ in
      // The first is a letter, so that no name looks like a number.
      String((0..<14).map { letters[Int(random.next() % ($0 == 0 ? 26 : 36))] })
    }
    return (texts + [suffix]).joined(separator: ".")
  }

  /// The suffix of a host name that several owners' names share: its last two labels, or three beneath a name such as
  /// `com.cn`.
  package static func zone(of host: String) -> String? {
    DomainName(host).map { ZoneRefusals.zone(of: $0.lowercased).description }
  }
}
