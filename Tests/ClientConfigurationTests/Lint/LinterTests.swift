// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import EgressTestKit
import ServiceCatalog
import StrictJSON
import Testing

/// A file, and what is found in it: `rule severity line`, `+` behind it where there is a fix.
private struct Case: Sendable, CustomTestStringConvertible {
  var name: String
  var format: DocumentFormat
  var text: String
  var client: String?
  var region: String?
  var path = "file"
  var expected: [String]

  init(
    _ name: String, _ format: DocumentFormat, _ text: String, client: String? = nil, region: String? = nil,
    path: String = "file", _ expected: [String]
  ) {
    (self.name, self.format, self.text, self.client, self.region) = (name, format, text, client, region)
    (self.path, self.expected) = (path, expected)
  }

  var testDescription: String { name }
}

private let catalog = Result { try Catalog.embedded() }

private func findings(_ test: Case) throws -> [LintFinding] {
  var options = Linter.Options()
  options.client = try test.client.map { try Client.named($0) }
  options.region = test.region
  options.knowledge = { place, _ in
    switch place.host {
    case "ec2.eu-west-1.api.aws": EndpointKnowledge(finding: .ipv6, basis: "a test")
    case "ec2.eu-west-1.amazonaws.com":
      EndpointKnowledge(finding: .ipv4, basis: "a test", betterHost: "ec2.eu-west-1.api.aws")
    case "bedrock.eu-west-1.api.aws": EndpointKnowledge(finding: .noIPv6, basis: "a test")
    case "glacier.eu-west-1.api.aws": EndpointKnowledge(finding: .absent, basis: "a test")
    default: nil
    }
  }
  let text = DocumentText(Array(test.text.utf8), path: test.path)
  let document = try SettingsDocument(text.bytes, path: test.path, format: test.format)
  return Linter(try catalog.get(), options: options).findings(in: [LintDocument(text, document)])
}

private func summary(_ findings: [LintFinding]) -> [String] {
  findings.map { "\($0.rule.id) \($0.severity.rawValue) \($0.position.line)\($0.fix == nil ? "" : "+")" }
}

private let region = "AWS_REGION=eu-west-1\n"

private let formCases: [Case] = [
  Case("a clean file", .environmentFile, region + "AWS_USE_DUALSTACK_ENDPOINT=true\n", []),
  Case("no settings at all", .environmentFile, "PASSWORD=\"x\" # y\nTRUE=TRUE\nA=\nA=\n", []),
  Case("a byte order mark", .awsConfig, "\u{FEFF}[default]\nregion = eu-west-1\n", ["E6002 error 1+"]),
  Case(
    "a section twice", .awsConfig, "[default]\nregion = a\n[default]\nregion = b\n", ["E6003 warning 4"]),
  Case("a key twice", .awsConfig, "[default]\nregion = a\nregion = b\n", ["E6003 warning 3"]),
  Case("a variable twice", .environmentFile, "AWS_REGION=a\nAWS_REGION=b\n", ["E6003 warning 2"]),
  Case("a variable twice in a shell script", .shell, "AWS_REGION=a\nAWS_REGION=b\n", []),
  Case("blank", .shell, "export AWS_ENDPOINT_URL_S3=\n", ["E6004 warning 1"]),
  Case("blank with nested settings", .awsConfig, "[default]\ns3 =\n  use_dualstack_endpoint = true\n", []),
  Case(
    "quotes in a shared file", .awsConfig, "[default]\nendpoint_url = \"https://x.example\"\n",
    ["E6005 error 2+"]),
  Case("quotes in a file of variables", .environmentFile, "AWS_REGION='eu-west-1'\n", ["E6005 warning 1+"]),
  Case("quotes around two lines", .environmentFile, "AWS_REGION='eu-w\nest-1'\n", ["E6005 warning 1"]),
  Case(
    "quotes around a backslash", .environmentFile, "AWS_ENDPOINT_URL_S3='https://x.example/a\\b'\n",
    ["E6005 warning 1"]),
  Case("quotes of a shell", .shell, "AWS_REGION='eu-west-1'\n", []),
  Case("a comment behind a value", .awsConfig, "[default]\nregion = eu-west-1 # x\n", ["E6006 warning 2+"]),
  Case("a comment behind a variable", .environmentFile, "AWS_REGION=eu-west-1 # x\n", ["E6006 error 1+"]),
  Case("a number sign within a value", .awsConfig, "[default]\nendpoint_url = https://x.example/#a\n", []),
]

private let nameCases: [Case] = [
  Case(
    "a command's name", .shell, "export AWS_ENDPOINT_URL_LOGS=https://x.example\n", ["E6101 error 1+"]),
  Case(
    "a command's name beside the right one", .shell,
    "AWS_ENDPOINT_URL_LOGS=https://x.example\nAWS_ENDPOINT_URL_CLOUDWATCH_LOGS=https://x.example\n",
    ["E6101 error 1"]),
  Case("no service at all", .shell, "AWS_ENDPOINT_URL_NOSUCHTHING=https://x.example\n", ["E6101 error 1"]),
  Case(
    "a services section", .awsConfig,
    "[profile a]\nservices = s\n[services s]\nlogs =\n  endpoint_url = https://x.example\ns3 =\n  endpoint_url = https://x.example\n",
    ["E6101 error 5+"]),
  Case("lower case", .shell, "aws_use_dualstack_endpoint=true\n", ["E6102 warning 1+"]),
  Case("underscores", .shell, "AWS_USE_DUAL_STACK_ENDPOINT=true\n", ["E6102 warning 1+"]),
  Case(
    "a key with an underscore too many", .awsConfig, "[default]\nuse_dual_stack_endpoint = true\n",
    ["E6102 warning 2+"]),
  Case("a name of nobody", .shell, "AWS_S3_USE_DUALSTACK_ENDPOINT=true\n", ["E6103 warning 1"]),
  Case(
    "an endpoint of no service", .awsConfig,
    "[profile a]\nservices = s\n[services s]\nendpoint_url = https://x.example\n", ["E6104 error 4"]),
  Case("a missing section", .awsConfig, "[profile a]\nservices = s\n", ["E6105 error 2"]),
  Case(
    "services among credentials", .awsConfig, "[services s]\ns3 =\n  endpoint_url = https://x.example\n",
    path: "credentials", ["E6106 error 2"]),
  Case(
    "a setting among credentials", .awsConfig,
    "[default]\naws_access_key_id = x\nuse_dualstack_endpoint = true\n", path: "credentials", ["E6107 note 3"]
  ),
]

private let sectionCases: [Case] = [
  Case(
    "a section without the word profile", .awsConfig,
    "[dev]\noutput = json\nregion = eu-west-1\nuse_dualstack_endpoint = true\n", ["E6108 warning 3"]),
  Case(
    "a profile of credentials", .awsConfig, "[dev]\nregion = eu-west-1\n", path: "credentials", []),
  Case(
    "sections of other kinds", .awsConfig,
    "[plugins]\ncli_legacy_plugin_path = x\n[sso-session a]\nregion = eu-west-1\n", []),
]

private let valueCases: [Case] = [
  Case("upper case", .shell, "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n", ["E6201 warning 1+"]),
  Case("blanks", .dockerfile, "FROM a\nENV AWS_USE_FIPS_ENDPOINT=\" true\"\n", ["E6201 warning 2+"]),
  Case("a number", .lambda, "{\"AWS_USE_DUALSTACK_ENDPOINT\": \"1\"}", ["E6201 warning 1"]),
  Case("a value of the shell", .shell, "AWS_USE_DUALSTACK_ENDPOINT=$DUALSTACK\n", []),
  Case(
    "a boolean of YAML", .kubernetes,
    "kind: ConfigMap\ndata:\n  AWS_USE_DUALSTACK_ENDPOINT: true\n  AWS_USE_FIPS_ENDPOINT: \"false\"\n",
    ["E6201 error 3+"]),
  Case(
    "booleans of YAML in other words", .kubernetes,
    "kind: ConfigMap\ndata:\n  AWS_USE_DUALSTACK_ENDPOINT: yes\n  AWS_USE_FIPS_ENDPOINT: True\n",
    ["E6201 error 3", "E6201 error 4+"]),
  Case("a word", .shell, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=v6\n", ["E6202 error 1"]),
  Case("a word in another case", .shell, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6\n", []),
  Case("no scheme", .shell, "AWS_ENDPOINT_URL_STS=sts.eu-west-1.api.aws\n", ["E6203 error 1+"]),
  Case("no scheme and not AWS's", .shell, "AWS_ENDPOINT_URL_STS=localhost:4566\n", ["E6203 error 1"]),
  Case(
    "a path", .shell, "AWS_ENDPOINT_URL_S3=https://s3.dualstack.eu-west-1.amazonaws.com/b\n", ["E6204 note 1"]
  ),
  Case("a path elsewhere", .shell, "AWS_ENDPOINT_URL_S3=http://localhost:9000/minio\n", []),
  Case(
    "the metadata service", .shell, "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://169.254.169.254/\n",
    ["E6205 warning 1"]),
  Case(
    "EKS Pod Identity", .shell, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials\n",
    ["E6205 warning 1"]),
  Case(
    "ECS, which has no IPv6 address", .shell, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/v2\n",
    []),
  Case("no proxy", .environmentFile, "NO_PROXY=localhost,169.254.169.254\n", ["E6205 note 1"]),
]

private let ec2 = "AWS_ENDPOINT_URL_EC2=https://ec2.eu-west-1.api.aws\n"
private let both = "AWS_USE_DUALSTACK_ENDPOINT=true\n" + ec2

private let togetherCases: [Case] = [
  Case("switch and endpoint", .environmentFile, both, ["E6301 warning 1"]),
  Case("switch and endpoint for Go", .environmentFile, both, client: "go-v2", ["E6301 error 1"]),
  Case("switch and endpoint for boto3", .environmentFile, both, client: "boto3", ["E6301 warning 1"]),
  Case("a switch that is off", .environmentFile, "AWS_USE_DUALSTACK_ENDPOINT=false\n" + ec2, []),
  Case(
    "a provider", .terraform,
    "provider \"aws\" {\n  use_dualstack_endpoint = true\n  endpoints {\n    ec2 = \"https://ec2.eu-west-1.api.aws\"\n  }\n}\n",
    ["E6301 error 2"]),
  Case("another region", .environmentFile, "AWS_REGION=us-east-1\n" + ec2, ["E6302 warning 2"]),
  Case("another region by the command line", .environmentFile, ec2, region: "us-east-1", ["E6302 warning 1"]),
  Case(
    "another partition", .environmentFile, "AWS_REGION=cn-north-1\n" + ec2, ["E6303 error 2"]),
  Case(
    "signing", .environmentFile, region + "AWS_ENDPOINT_URL_IAM=https://iam.global.api.aws\n",
    ["E6304 error 2"]),
  Case(
    "an emulator that signs for any region", .environmentFile,
    region + "AWS_ENDPOINT_URL_IAM=http://localhost:4566\n", []),
  Case(
    "signing where the service is", .environmentFile,
    "AWS_REGION=us-east-1\nAWS_ENDPOINT_URL_IAM=https://iam.global.api.aws\n", []),
  Case(
    "a general variable hides the section", .awsConfig,
    "[default]\nregion = eu-west-1\nendpoint_url = https://x.example\nservices = s\n[services s]\nec2 =\n  endpoint_url = https://ec2.eu-west-1.api.aws\n",
    []),
  Case(
    "mode and endpoint of the metadata service", .shell,
    "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://[fd00:ec2::254]\nAWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6\n",
    ["E6305 warning 2"]),
  Case(
    "endpoints that are switched off", .environmentFile, ec2 + "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true\n",
    ["E6306 warning 1"]),
  Case(
    "two regions", .environmentFile, "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=us-east-1\n",
    ["E6307 warning 2"]),
  Case("a region for boto3", .environmentFile, region, client: "boto3", ["E6307 warning 1"]),
  Case("a region for Go", .environmentFile, region, client: "go-v2", []),
  Case("a client without endpoints", .environmentFile, ec2, client: "go-v1", ["E6308 warning 1"]),
  Case(
    "a switch that rclone turns off", .environmentFile, "AWS_USE_DUALSTACK_ENDPOINT=true\n", client: "rclone",
    ["E6308 warning 1"]),
  Case(
    "an endpoint of a service that s5cmd does not call", .environmentFile,
    "AWS_ENDPOINT_URL_S3=https://x.example\nAWS_USE_FIPS_ENDPOINT=false\n", client: "s5cmd",
    ["E6308 warning 1"]),
  Case(
    "SQS for version 1", .environmentFile,
    "AWS_DEFAULT_REGION=eu-west-1\nAWS_ENDPOINT_URL_SQS=https://sqs.eu-west-1.api.aws\n", client: "cli-v1",
    ["E6309 warning 2"]),
  Case(
    "SQS for version 1 in no region", .environmentFile,
    "AWS_ENDPOINT_URL_SQS=https://sqs.eu-west-1.api.aws\n", client: "cli-v1", ["E6309 warning 1"]),
  Case(
    "a switch at which the client stops", .environmentFile, "AWS_USE_DUALSTACK_ENDPOINT=yes\n",
    client: "go-v2", ["E6201 warning 1", "E6310 error 1"]),
  Case(
    "a switch in upper case at which the client stops", .environmentFile,
    region + "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n", client: "js-v3", ["E6201 warning 2+", "E6310 error 2"]),
  Case(
    "a switch that the client understands", .environmentFile, "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n",
    client: "boto3", ["E6201 warning 1+"]),
  Case(
    "a name that switch or signing would turn into a stop", .environmentFile,
    "AWS_USE_DUALSTACK_ENDPOINT=true\nAWS_ENDPOINT_URL_LOGS=https://logs.eu-west-1.api.aws\n",
    ["E6101 error 2"]),
  Case(
    "a name that would change the signature", .environmentFile,
    region + "AWS_ENDPOINT_URL_ROUTE53=https://route53.global.api.aws\n", ["E6101 error 2"]),
  Case(
    "SQS for version 2", .environmentFile,
    "AWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_SQS=https://sqs.eu-west-1.api.aws\n", client: "cli-v2", []),
  Case(
    "a profile that is not there", .environmentFile, region + "AWS_USE_FIPS_ENDPOINT=1\n" + ec2,
    client: "go-v2",
    ["E6201 warning 2", "E6310 error 3"]),
  Case(
    "one name for all", .environmentFile, region + "AWS_ENDPOINT_URL=https://ec2.eu-west-1.api.aws\n",
    ["E6311 warning 2"]),
  Case("a proxy for all", .environmentFile, region + "AWS_ENDPOINT_URL=https://proxy.example\n", []),
]

private let otherCases: [Case] = [
  Case("a name with IPv6", .environmentFile, region + ec2, []),
  Case(
    "absent", .environmentFile, "AWS_ENDPOINT_URL_GLACIER=https://glacier.eu-west-1.api.aws\n",
    ["E6401 error 1"]),
  Case(
    "IPv4 only", .environmentFile, "AWS_ENDPOINT_URL_EC2=https://ec2.eu-west-1.amazonaws.com\n",
    ["E6402 note 1"]),
  Case(
    "no IPv6", .environmentFile, "AWS_ENDPOINT_URL_BEDROCK=https://bedrock.eu-west-1.api.aws\n",
    ["E6402 warning 1"]),
  Case(
    "another service's name", .environmentFile, "AWS_ENDPOINT_URL_S3=https://sqs.eu-west-1.api.aws\n",
    ["E6403 warning 1"]),
  Case(
    "an interface endpoint", .environmentFile,
    region + "AWS_ENDPOINT_URL_S3=https://bucket.vpce-1a2b-3c4d.s3.eu-west-1.vpce.amazonaws.com\n", []),
  Case("an emulator of AWS", .environmentFile, region + "AWS_ENDPOINT_URL_S3=http://localhost:4566\n", []),
  Case(
    "a log driver", .ecsTaskDefinition,
    "{\"containerDefinitions\": [{\"name\": \"a\", \"logConfiguration\": {\"logDriver\": \"awslogs\",\n\"options\": {\"awslogs-endpoint\": \"x\"}}}]}",
    ["E6501 error 2"]),
  Case(
    "Fluent Bit", .fluentBit,
    "[OUTPUT]\n  Name s3\n  Endpoint https://s3.dualstack.eu-west-1.amazonaws.com\n  sts_endpoint sts.eu-west-1.api.aws\n",
    ["E6502 error 3+"]),
  Case(
    "Fluent Bit with a role", .fluentBit,
    "[OUTPUT]\n  Name s3\n  role_arn arn\n  Endpoint s3.dualstack.eu-west-1.amazonaws.com\n",
    ["E6503 warning 4"]),
  Case(
    "an image", .dockerfile,
    "FROM 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1\nFROM 123456789012.dkr-ecr.eu-west-1.on.aws/a:1\n",
    ["E6504 note 1"]),
]

private let allCases: [Case] = [formCases, nameCases, sectionCases, valueCases, togetherCases, otherCases]
  .flatMap { $0 }

/// The cases of which some finding can be mended.
private let fixableCases: [Case] = allCases.filter { test in test.expected.contains { $0.hasSuffix("+") } }

@Suite("Rules of the linter")
struct LinterTests {
  @Test("each case gives exactly its findings", arguments: allCases)
  private func findingsOfCase(_ test: Case) throws {
    let found = try findings(test)
    #expect(summary(found) == test.expected, "\(found.map(\.message))")
  }

  @Test("each rule has a case that finds it")
  func complete() {
    let found = allCases.flatMap(\.expected).map { String($0.prefix(5)) }
    // A file that cannot be read has no document; the command's tests have it.
    let missing = Set(LintRule.allCases.map(\.id)).subtracting(found).subtracting(["E6001"])
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  @Test(
    "a fix mends its finding, keeps every other byte, and leaves nothing to do the second time",
    arguments: fixableCases)
  private func fixes(_ test: Case) throws {
    let bytes = Array(test.text.utf8)
    let fixable = try findings(test).filter { $0.fix != nil }
    let (mended, count) = LintFix.apply(fixable.compactMap(\.fix), to: bytes)
    #expect(count == fixable.count)
    // Every byte outside of the edits is there in its order.
    var rest = mended[...]
    var offset = 0
    for edit in fixable.flatMap({ $0.fix?.edits ?? [] }).sorted(by: {
      $0.range.lowerBound < $1.range.lowerBound
    }) {
      let kept = bytes[offset..<edit.range.lowerBound] + edit.replacement
      #expect(rest.starts(with: kept))
      rest = rest.dropFirst(kept.count)
      offset = edit.range.upperBound
    }
    #expect(rest.elementsEqual(bytes[offset...]))
    var again = test
    again.text = String(decoding: mended, as: UTF8.self)
    let left = try findings(again)
    for finding in fixable { #expect(!left.contains { $0.rule == finding.rule && $0.fix != nil }) }
  }

  @Test("values that are no settings are never in a finding")
  func secrets() throws {
    let secret = "hunter2-hunter2"
    for format in [DocumentFormat.environmentFile, .shell] {
      let text = """
        AWS_SECRET_ACCESS_KEY=\(secret)
        AWS_SESSION_TOKEN=\(secret)
        PASSWORD="\(secret)"
        no_proxy=169.254.169.254,\(secret)
        AWS_ENDPOINT_URL_S3=https://user:\(secret)@s3.dualstack.us-east-1.amazonaws.com/\(secret)
        AWS_REGION=eu-west-1
        AWS_USE_DUALSTACK_ENDPOINT=\(secret)
        """
      let found = try findings(Case("", format, text, []))
      #expect(found.count >= 4)
      for finding in found {
        #expect(!"\(finding.message) \(finding.help ?? "")".contains("hunter2"), "\(finding.message)")
      }
    }
  }

  @Test("together: variables and the profile that they choose are one client's settings")
  func together() throws {
    func document(_ text: String, _ path: String, _ format: DocumentFormat) throws -> LintDocument {
      let text = DocumentText(Array(text.utf8), path: path)
      return LintDocument(text, try SettingsDocument(text.bytes, path: path, format: format))
    }
    let variables = try document(
      "AWS_ENDPOINT_URL=https://proxy.example\nAWS_PROFILE=dev\n", "env", .environmentFile)
    let config = try document(
      """
      [default]
      use_dualstack_endpoint = true
      [profile dev]
      region = eu-west-1
      services = s
      [services s]
      ec2 =
        endpoint_url = https://ec2.eu-west-1.api.aws
      """, "config", .awsConfig)
    let found = Linter(try catalog.get()).findings(together: [variables, config])
    #expect(summary(found) == ["E6305 warning 8"])
    #expect(found.first?.path == "config" && found.first?.message.contains("AWS_ENDPOINT_URL") == true)
  }

  @Test("a baseline knows findings by what they are, not by their line, and as often as they were there")
  func baseline() throws {
    let test = Case("", .environmentFile, "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n", [])
    let known = try findings(test)
    let document = LintBaseline.document(known).bytes()
    let baseline = try LintBaseline(document, path: "base.json")
    var moved = test
    moved.text = "# a line\n\n" + test.text
    #expect(try baseline.new(findings(moved)).isEmpty)
    moved.text += "AWS_USE_FIPS_ENDPOINT=TRUE\n"
    #expect(try summary(baseline.new(findings(moved))) == ["E6201 warning 4+"])
    #expect(baseline.new(known + known).count == 1)
    #expect(throws: DocumentError.self) { try LintBaseline(Array("{}".utf8), path: "base.json") }
  }

  @Test(
    "damaged files: no reader and no rule crashes, ranges stay in the file, and a mended file can be read")
  func damage() throws {
    let count = TestDepth.repetitions("EGRESS6_LINT_MUTATIONS", quick: 3_000, full: 200_000)
    var random = SplitMix64(seed: TestSeed.named("EGRESS6_LINT_SEED"))
    let linter = Linter(try catalog.get())
    let nasty = Array("\"'\\#=[]{}:;$ \n\r\t\0-,".utf8) + [0xEF, 0xBB, 0xBF, 0xFF]
    var (readable, mended) = (0, 0)
    for _ in 0..<count {
      let test = allCases[Int(random.next() % UInt64(allCases.count))]
      var bytes = Array(test.text.utf8)
      for _ in 0..<(1 + random.next() % 4) {
        let offset = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 3 {
        case 0: bytes.insert(nasty[Int(random.next() % UInt64(nasty.count))], at: offset)
        case 1 where offset < bytes.count: bytes.remove(at: offset)
        default: bytes.removeSubrange(min(offset, bytes.count)..<min(offset + 3, bytes.count))
        }
      }
      guard let document = try? SettingsDocument(bytes, path: test.path, format: test.format) else {
        continue
      }
      readable += 1
      for setting in document.scopes.flatMap(\.settings) {
        for range in [setting.nameRange, setting.valueRange].compactMap({ $0 }) {
          #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(test.format) \(bytes)")
        }
      }
      let found = linter.findings(in: [LintDocument(DocumentText(bytes, path: test.path), document)])
      let (new, fixes) = LintFix.apply(found.compactMap(\.fix), to: bytes)
      guard fixes > 0 else { continue }
      mended += 1
      #expect(throws: Never.self, "\(test.format) \(String(decoding: bytes, as: UTF8.self))") {
        _ = try SettingsDocument(new, path: test.path, format: test.format)
      }
    }
    print("damaged files: \(count), \(readable) readable, \(mended) mended")
    #expect(readable > count / 4 && mended > count / 50)
  }
}
