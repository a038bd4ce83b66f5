// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration

extension LintRule {
  /// The pages about how a file is written.
  var formPage: RulePage? {
    switch self {
    case .unreadable:
      RulePage(
        "The file is not of the format that its name and content promise, so nothing in it was checked. The program that reads it will fail, too, or skip the part.",
        example: "{\"containerDefinitions\": [,]}",
        mend:
          "Mend the place that is named. Where the file was taken for another format, name the format: `egress6 lint --format kubernetes FILE`. Templates (Helm, Jinja) must be rendered first.",
        sources: [])
    case .byteOrderMark:
      RulePage(
        "Some editors begin a UTF-8 file with the bytes EF BB BF. The AWS CLI and boto3 refuse such a configuration file; in a file of variables the mark becomes part of the first name, which then means nothing.",
        example: "\\xEF\\xBB\\xBF[default]",
        mend: "Save the file as UTF-8 without a byte order mark; `egress6 lint --fix` does that.",
        sources: [RuleSource.runs, RuleSource.file])
    case .duplicate:
      RulePage(
        "A section, key or variable stands twice. In the shared configuration file the AWS CLI and boto3 stop with a parse error, while Go and Rust merge the sections and take the last value. In lists of variables the last one counts, or either does.",
        example: "[profile dev]\nregion = eu-west-1\n[profile dev]\nuse_dualstack_endpoint = true",
        mend: "Join the sections, and keep one of the values.", sources: [RuleSource.runs])
    case .blank:
      RulePage(
        "A setting has no value. Most clients take a blank variable for unset; for others it is a value, which for a switch means false and for an endpoint is an error. The Rust SDK stops at a blank `AWS_ENDPOINT_URL_...`.",
        example: "export AWS_ENDPOINT_URL_S3=",
        mend: "Give it a value, or remove the line. In shells, `unset` takes a variable away.",
        sources: [RuleSource.runs])
    case .quoted:
      RulePage(
        "Quotes became part of the value. The shared configuration file knows no quotes: the AWS CLI rejects a quoted endpoint. In a file of variables systemd removes quotes, while `docker run --env-file` and the ECS agent keep them.",
        example: "endpoint_url = \"https://s3.dualstack.eu-west-1.amazonaws.com\"",
        mend: "Write the value without quotes; `egress6 lint --fix` does that.",
        sources: [
          RuleSource.runs, "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html",
        ])
    case .inlineComment:
      RulePage(
        "A comment follows a value on the same line. The AWS CLI, boto3 and Go v1 take it as part of the value; Go v2 and Rust do not. In a file of variables it becomes part of the value for systemd, `docker run --env-file` and the ECS agent; Compose and dotenv libraries drop it.",
        example: "use_dualstack_endpoint = true # since May",
        mend: "Put the comment on a line of its own; `egress6 lint --fix` removes it from the value.",
        sources: [RuleSource.runs, RuleSource.file])
    default: nil
    }
  }
}
