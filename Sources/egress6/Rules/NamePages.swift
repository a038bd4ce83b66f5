// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration

extension LintRule {
  /// The pages about names, and where they stand.
  var namePage: RulePage? {
    switch self {
    case .unknownService:
      RulePage(
        "No service has this identifier, and clients ignore such a setting without a word. The identifier is the service id with underscores for spaces, in upper case in variables and in lower case in files. For 53 services it is not the name of the AWS CLI's command: CloudWatch Logs is CLOUDWATCH_LOGS, Step Functions SFN, Route 53 ROUTE_53.",
        example: "AWS_ENDPOINT_URL_LOGS=https://logs.eu-west-1.api.aws",
        mend:
          "Write the identifier that is suggested. `egress6 lint --fix` does so where the name leads to one service, the right setting is not there already, and no new finding would follow: with its right name the setting counts, and may stop a client that has the dual-stack switch on.",
        sources: [RuleSource.identifiers, RuleSource.runs])
    case .misspelledName:
      RulePage(
        "The name differs from a setting's in case, underscores or a plural. Names of variables are case-sensitive; clients ignore names that they do not know.",
        example: "AWS_USE_DUAL_STACK_ENDPOINT=true",
        mend: "Write the name that is suggested; `egress6 lint --fix` does that.",
        sources: [RuleSource.dualStack])
    case .notASetting:
      RulePage(
        "The name looks like a setting, and no client reads it. For S3 alone there is only the nested key `use_dualstack_endpoint` below `s3` in a profile, and only botocore and the AWS CLI read that.",
        example: "AWS_S3_USE_DUALSTACK_ENDPOINT=true",
        mend: "Set what is suggested instead.", sources: [RuleSource.runs])
    case .endpointOfNoService:
      RulePage(
        "`endpoint_url` stands directly in a services section. A draft of 2022 allowed that; the shipped clients ignore it.",
        example: "[services local]\nendpoint_url = https://vpce.example",
        mend:
          "Name the service on a line of its own and indent `endpoint_url` below it. An endpoint for all services belongs into the profile.",
        sources: [RuleSource.endpoints, RuleSource.runs])
    case .missingServices:
      RulePage(
        "A profile names a services section that the file does not have. The AWS CLI, boto3 and JavaScript v3 stop, C++ warns, Go v2 and Rust call the default endpoints.",
        example: "[profile dev]\nservices = ipv6",
        mend: "Add `[services ipv6]`, or remove the line.", sources: [RuleSource.runs])
    case .servicesInCredentials:
      RulePage(
        "A services section stands in the credentials file, where no client reads it.",
        example: "[services ipv6]\ns3 =\n  endpoint_url = https://s3.dualstack.eu-west-1.amazonaws.com",
        mend: "Move it into the configuration file, `~/.aws/config`.", sources: [RuleSource.runs])
    case .settingInCredentials:
      RulePage(
        "A setting stands in the credentials file, which is documented for secrets only. The AWS CLI reads it there, and before the configuration file; other clients may not.",
        example: "[default]\naws_access_key_id = ...\nuse_dualstack_endpoint = true",
        mend: "Put it into the configuration file.", sources: [RuleSource.file, RuleSource.runs])
    case .noProfile:
      RulePage(
        "In the configuration file a profile's section begins with the word `profile`, but for `[default]`. A section with the name alone is no profile for the AWS CLI, boto3 and clients that follow the specification, so its settings do nothing. In the credentials file it is the other way round: there the name stands alone.",
        example: "[dev]\nregion = eu-west-1",
        mend: "Write `[profile dev]`.", sources: [RuleSource.file])
    default: nil
    }
  }
}
