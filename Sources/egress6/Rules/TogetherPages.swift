// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration

extension LintRule {
  /// The pages about what settings do together.
  var togetherPage: RulePage? {
    switch self {
    case .switchWithEndpoint:
      RulePage(
        "The dual-stack (or FIPS) switch and an endpoint are set for the same client. Go, Rust, Ruby and the Terraform provider stop: \"Dualstack and custom endpoint are not supported\". boto3 and the AWS CLI call the endpoint, and the switch counts for the other services only. With `--client` the severity is that client's: error where it stops.",
        example:
          "AWS_USE_DUALSTACK_ENDPOINT=true\nAWS_ENDPOINT_URL_S3=https://s3.dualstack.eu-west-1.amazonaws.com",
        mend:
          "Choose one: the switch, where every service in use has a dual-stack name; or an endpoint for each service, without the switch.",
        sources: [
          RuleSource.runs, "https://github.com/hashicorp/terraform-provider-aws/issues/37878",
          "https://github.com/cloudfoundry/bosh-aws-cpi-release/pull/163",
        ])
    case .otherRegion:
      RulePage(
        "The endpoint is in one region, and the client signs for another. The service then refuses the signature, or the call works on another region's resources.",
        example: "AWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_SQS=https://sqs.us-east-1.api.aws",
        mend: "Name an endpoint in the region, or set the region of the endpoint.",
        sources: [RuleSource.endpoints])
    case .otherPartition:
      RulePage(
        "The endpoint belongs to another partition than the region: credentials, signatures and resources do not reach across partitions.",
        example: "AWS_REGION=cn-north-1\nAWS_ENDPOINT_URL_S3=https://s3.dualstack.us-east-1.amazonaws.com",
        mend:
          "Name an endpoint of the region's partition; China's dual-stack names end with `api.amazonwebservices.com.cn`.",
        sources: [RuleSource.dualStack])
    case .signing:
      RulePage(
        "With an endpoint of its own, a client signs for its own region. IAM, Route 53, CloudFront, Organizations and other global services want the signature of one region, such as us-east-1, and refuse others. The dual-stack switch keeps the right region.",
        example: "AWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_IAM=https://iam.global.api.aws",
        mend: "Remove the endpoint and use the switch, or run this client with the signing region.",
        sources: [RuleSource.runs])
    case .hidden:
      RulePage(
        "A setting does not count because another one comes first. The order: call, `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the services section, the profile's `endpoint_url`. The variable for all services therefore hides a service's entry in the file.",
        example:
          "AWS_ENDPOINT_URL=https://proxy.example      (variable)\ns3 = endpoint_url = https://...              (services section)",
        mend: "Remove one of them, or set the service's own variable.",
        sources: [RuleSource.endpoints, RuleSource.runs])
    case .ignoredEndpoints:
      RulePage(
        "`AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` or its key in the file is true, so no endpoint of a variable or file counts. It does not touch the dual-stack switch.",
        example:
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true\nAWS_ENDPOINT_URL_S3=https://s3.dualstack.eu-west-1.amazonaws.com",
        mend: "Remove the switch, or the endpoints.", sources: [RuleSource.endpoints, RuleSource.runs])
    case .regionNotRead:
      RulePage(
        "Clients read the region from different variables: boto3 and AWS CLI version 1 only `AWS_DEFAULT_REGION`, most others `AWS_REGION`. With two different values, programs side by side work in different regions.",
        example: "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=us-east-1", mend: "Give both the same region.",
        sources: ["https://github.com/ansible-collections/amazon.aws/pull/2893", RuleSource.runs])
    case .notReadByClient:
      RulePage(
        "The client that was named does not read this setting there. Java 1, Go v1 and JavaScript v2 know no endpoint settings, rclone turns the dual-stack switch off, and Docker's awslogs driver ignores endpoints of variables.",
        example: "AWS_ENDPOINT_URL_S3=https://...     (with s5cmd, which is built on Go v1)",
        mend:
          "Use the client's own option; `egress6 clients show CLIENT` names what it takes, and since which version.",
        sources: [RuleSource.dualStack, RuleSource.endpoints])
    case .queueEndpoint:
      RulePage(
        "AWS CLI version 1 calls SQS, and EMR, Health, RDS, DocumentDB and Neptune in some regions, at an older name whatever variables and files say: `AWS_ENDPOINT_URL_SQS`, the dual-stack switch and FIPS do nothing. The older names have IPv4 only.",
        example: "AWS_ENDPOINT_URL_SQS=https://sqs.eu-west-1.api.aws     (AWS CLI 1)",
        mend: "Use version 2, or give `--endpoint-url` on the command line of `aws`.",
        sources: [
          "https://github.com/aws/aws-cli/blob/develop/awscli/customizations/overridesslcommonname.py",
          RuleSource.runs,
        ])
    case .clientStops:
      RulePage(
        "With these settings the client that was named stops before it calls anything.",
        example: "AWS_USE_DUALSTACK_ENDPOINT=yes     (Go v2)",
        mend:
          "Mend the setting that the message names; `egress6 resolve SERVICE --client CLIENT --explain` shows how the client comes to it.",
        sources: [RuleSource.runs])
    case .generalEndpoint:
      RulePage(
        "The endpoint for all services is a name of one service. Every other service's requests go there, too, STS's among them, and fail.",
        example: "AWS_ENDPOINT_URL=https://s3.dualstack.eu-west-1.amazonaws.com",
        mend: "Set the endpoint of the one service that is meant, such as `AWS_ENDPOINT_URL_S3`.",
        sources: [RuleSource.endpoints, "https://github.com/kubernetes/kops/pull/12850"])
    default: nil
    }
  }

  /// The pages about names of hosts, and about tools with options of their own.
  var otherPage: RulePage {
    switch self {
    case .absentName:
      RulePage(
        "The name does not exist, by your own scan or else by public evidence, with its date. Clients do not fall back to another name: each call fails.",
        example: "AWS_ENDPOINT_URL_ROUTE_53=https://route53.us-east-1.api.aws",
        mend: "Remove the setting, or name what is suggested. `egress6 scan` asks DNS again.",
        sources: ["https://github.com/boto/botocore/issues/3060", "https://github.com/apparentorder/awsipv6"])
    case .nameWithoutIPv6:
      RulePage(
        "The name has IPv4 only, by your own scan or else by public evidence, with its date. It is a warning where the name is a dual-stack name, which then may not exist at all.",
        example: "AWS_ENDPOINT_URL_EC2=https://ec2.eu-west-1.amazonaws.com",
        mend: "Name the dual-stack name, where there is one. `egress6 scan` asks DNS again.",
        sources: ["https://github.com/apparentorder/awsipv6"])
    case .nameOfNoService:
      RulePage(
        "The endpoint rules of the service build no such name in this region: a slip of the pen, or the name of another service. Names are no matter of suffixes: OpenSearch is `aos`, MSK `kafka-api`, EFS `efs` under `api.aws`.",
        example: "AWS_ENDPOINT_URL_EFS=https://elasticfilesystem.eu-west-1.api.aws",
        mend:
          "Write the name that is suggested; `egress6 resolve SERVICE --region REGION --dualstack` prints it.",
        sources: [RuleSource.dualStack])
    case .logDriverEndpoint:
      RulePage(
        "ECS refuses the option `awslogs-endpoint` in a task definition. On instances with IPv6 only, the ECS agent (1.93.0 and later) sets it itself.",
        example:
          "\"logConfiguration\": {\"logDriver\": \"awslogs\", \"options\": {\"awslogs-endpoint\": \"...\"}}",
        mend:
          "Remove it. FireLens (Fluent Bit) takes an endpoint; a NAT64 or an interface endpoint serves the rest.",
        sources: ["https://github.com/aws/containers-roadmap/issues/73"])
    case .endpointWithScheme:
      RulePage(
        "Fluent Bit's AWS outputs take a host name as `endpoint` and `sts_endpoint`. With a scheme, the whole text is looked up as a name.",
        example: "[OUTPUT]\n    Name     cloudwatch_logs\n    Endpoint https://logs.eu-west-1.api.aws",
        mend: "Write the host alone; `egress6 lint --fix` does that. A port has an option of its own.",
        sources: [RuleSource.fluentBit])
    case .missingTokenEndpoint:
      RulePage(
        "The output has an endpoint and no `sts_endpoint`. Where it takes a role, it calls STS first, at a name that has IPv4 only.",
        example:
          "[OUTPUT]\n    Name     cloudwatch_logs\n    Role_ARN arn:aws:iam::123456789012:role/logs\n    Endpoint logs.eu-west-1.api.aws",
        mend: "Set `sts_endpoint`, such as `sts.eu-west-1.api.aws`, in the same output.",
        sources: [RuleSource.fluentBit, "https://github.com/aws/aws-for-fluent-bit/issues/1057"])
    case .imageWithoutIPv6:
      RulePage(
        "The image is pulled from a name of ECR with IPv4 only.",
        example: "FROM 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1",
        mend:
          "Pull from `ACCOUNT.dkr-ecr.REGION.on.aws` (China: `on.amazonwebservices.com.cn`), or `ecr-public.aws.com` for public images. It needs a login of its own, and credential helpers from 0.10.0 (public: 0.12.0).",
        sources: [
          "https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/CHANGELOG.md",
          "https://github.com/aws-actions/amazon-ecr-login/issues/1084",
        ])
    default: RulePage(title, example: "", mend: "", sources: [])
    }
  }
}
