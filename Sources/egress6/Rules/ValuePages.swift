// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration

extension LintRule {
  /// The pages about values.
  var valuePage: RulePage? {
    switch self {
    case .boolean:
      RulePage(
        "Only `true` and `false` in lower case, without blanks, mean the same to all clients. `TRUE` stops JavaScript v3 and is ignored by Ruby. `1`, `yes` and `on` are false for the AWS CLI and boto3, stop Go and JavaScript v3, and are ignored by Rust. In a Kubernetes manifest the value must be a string: `true` without quotes is refused.",
        example: "AWS_USE_DUALSTACK_ENDPOINT=1",
        mend:
          "Write `true` or `false`. `egress6 lint --fix` corrects case, blanks and the quotes of manifests; what `1` was to mean is yours to say, because the AWS CLI takes it for false today.",
        sources: [
          RuleSource.runs,
          "https://github.com/smithy-lang/smithy-typescript/blob/main/packages/util-config-provider/src/booleanSelector.ts",
        ])
    case .unknownWord:
      RulePage(
        "The setting takes one of a few words, and this is none of them.",
        example: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=v6", mend: "Write one of the words, such as `IPv6`.",
        sources: [
          RuleSource.metadata, "https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html",
        ])
    case .notAURL:
      RulePage(
        "An endpoint needs a scheme and a host. The AWS CLI and boto3 reject one without; Go v2 builds a broken relative URL from it.",
        example: "AWS_ENDPOINT_URL_STS=sts.eu-west-1.api.aws",
        mend: "Write `https://` before the host; `egress6 lint --fix` does that for names of AWS.",
        sources: [RuleSource.endpoints, RuleSource.runs])
    case .endpointPath:
      RulePage(
        "The endpoint has a path. Clients put it before the path of each request; AWS's own endpoints do not expect one.",
        example: "AWS_ENDPOINT_URL_S3=https://s3.dualstack.eu-west-1.amazonaws.com/bucket",
        mend: "Write the scheme and the host alone. The bucket belongs to the call.",
        sources: [RuleSource.endpoints])
    case .addressIPv4:
      RulePage(
        "The value has an IPv4 address that an IPv6-only host cannot reach, and AWS has an IPv6 address for the same: fd00:ec2::254 for the instance metadata service, fd00:ec2::23 for EKS Pod Identity. ECS's 169.254.170.2 has none.",
        example: "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://169.254.169.254",
        mend:
          "Where IPv6 is enabled for the metadata service, remove the address and set `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6`. An explicit endpoint wins over the mode.",
        sources: [
          RuleSource.metadata,
          "https://github.com/aws/eks-pod-identity-agent/blob/main/configuration/config.go",
        ])
    default: nil
    }
  }
}
