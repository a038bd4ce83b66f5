// SPDX-License-Identifier: Apache-2.0

/// A language of code snippets, with its lines: the writer fills them, and the reader of the proof looks for them.
///
/// In lines, `{name}` is the service's name in the language, `{var}` that of a variable, `{region}` the region, `{url}` the
/// endpoint.
struct CodeLanguage: Sendable {
  /// What comes first.
  var before: String
  /// What else comes first where the switch is used.
  var beforeSwitched = ""
  /// What comes last.
  var after = ""
  /// The line that makes a client with the dual-stack switch.
  var switched: String
  /// The line that makes a client with an endpoint.
  var endpoint: String
  /// The line that makes a client without a setting.
  var plain: String
  /// The service's name in the language, of its service id and botocore folder.
  var name: @Sendable (_ serviceID: String, _ folder: String) -> String

  /// A line for a service, with the region.
  func line(_ template: String, _ service: PlannedService, region: String) -> String {
    let id = service.serviceID.isEmpty ? service.service : service.serviceID
    var line = template
    for (hole, text) in [
      ("{name}", name(id, service.service)), ("{var}", Self.joined(id)), ("{region}", region),
    ] {
      line = Self.replacing(hole, with: text, in: line)
    }
    return line
  }

  /// A text in which a part is replaced everywhere.
  static func replacing(_ part: String, with other: String, in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: part) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}

extension CodeLanguage {
  /// The language of a form; Python for forms that are no code.
  init(_ format: ArtefactFormat) {
    self =
      switch format {
      case .go: Self.go
      case .java: Self.java
      case .javascript: Self.javascript
      case .rust: Self.rust
      case .swift: Self.swift
      case .dotnet: Self.dotnet
      default: Self.python
      }
  }

  private static let python = CodeLanguage(
    before: "import boto3\n",
    beforeSwitched: "from botocore.config import Config\n",
    switched:
      "{var} = boto3.client(\"{name}\", region_name=\"{region}\", config=Config(use_dualstack_endpoint=True))\n",
    endpoint: "{var} = boto3.client(\"{name}\", region_name=\"{region}\", endpoint_url=\"{url}\")\n",
    plain: "{var} = boto3.client(\"{name}\", region_name=\"{region}\")\n"
  ) { _, folder in folder }

  private static let go = CodeLanguage(
    before: "cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(\"{region}\"))\n",
    switched:
      "{var}Client := {name}.NewFromConfig(cfg, func(o *{name}.Options) { o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled })\n",
    endpoint:
      "{var}Client := {name}.NewFromConfig(cfg, func(o *{name}.Options) { o.BaseEndpoint = aws.String(\"{url}\") })\n",
    plain: "{var}Client := {name}.NewFromConfig(cfg)\n"
  ) { id, _ in joined(id) }

  private static let java = CodeLanguage(
    before: "Region region = Region.of(\"{region}\");\n",
    switched: "var {var} = {name}Client.builder().region(region).dualstackEnabled(true).build();\n",
    endpoint:
      "var {var} = {name}Client.builder().region(region).endpointOverride(URI.create(\"{url}\")).build();\n",
    plain: "var {var} = {name}Client.builder().region(region).build();\n"
  ) { id, _ in javaName(id) }

  private static let javascript = CodeLanguage(
    before: "const region = \"{region}\";\n",
    switched: "const {var} = new {name}Client({ region, useDualstackEndpoint: true });\n",
    endpoint: "const {var} = new {name}Client({ region, endpoint: \"{url}\" });\n",
    plain: "const {var} = new {name}Client({ region });\n"
  ) { id, _ in capitalized(id) }

  private static let rust = CodeLanguage(
    before:
      "let base = aws_config::defaults(BehaviorVersion::latest()).region(\"{region}\").load().await;\n",
    switched:
      "let {var} = aws_sdk_{name}::Client::from_conf(aws_sdk_{name}::config::Builder::from(&base).use_dual_stack(true).build());\n",
    endpoint:
      "let {var} = aws_sdk_{name}::Client::from_conf(aws_sdk_{name}::config::Builder::from(&base).endpoint_url(\"{url}\").build());\n",
    plain: "let {var} = aws_sdk_{name}::Client::new(&base);\n"
  ) { id, _ in joined(id) }

  private static let swift = CodeLanguage(
    before: "let region = \"{region}\"\n",
    switched:
      "let {var} = {name}Client(config: try await {name}Client.{name}ClientConfiguration(useDualStack: true, region: region))\n",
    endpoint:
      "let {var} = {name}Client(config: try await {name}Client.{name}ClientConfiguration(region: region, endpoint: \"{url}\"))\n",
    plain:
      "let {var} = {name}Client(config: try await {name}Client.{name}ClientConfiguration(region: region))\n"
  ) { id, _ in capitalized(id) }

  private static let dotnet = CodeLanguage(
    before: "var region = RegionEndpoint.GetBySystemName(\"{region}\");\n",
    switched:
      "var {var} = new Amazon{name}Client(new Amazon{name}Config { RegionEndpoint = region, UseDualstackEndpoint = true });\n",
    endpoint:
      "var {var} = new Amazon{name}Client(new Amazon{name}Config { ServiceURL = \"{url}\", AuthenticationRegion = \"{region}\" });\n",
    plain: "var {var} = new Amazon{name}Client(new Amazon{name}Config { RegionEndpoint = region });\n"
  ) { id, _ in dotnetNames[id] ?? capitalized(id) }
}

// MARK: Names of services in languages

extension CodeLanguage {
  /// The words of a service id.
  private static func words(_ serviceID: String) -> [Substring] {
    serviceID.split { $0 == " " || $0 == "-" }
  }

  /// A service id in one word, in lower case.
  private static func joined(_ serviceID: String) -> String { words(serviceID).joined().lowercased() }

  /// A service id in one word, its words beginning with a capital.
  private static func capitalized(_ serviceID: String) -> String {
    words(serviceID).map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The same as the SDK for Java writes it: abbreviations are words, such as `DynamoDb` and `Ec2`.
  private static func javaName(_ serviceID: String) -> String {
    var name = ""
    var previous: Character = " "
    let letters = Array(replacing("IoT", with: "Iot", in: serviceID))
    for (index, letter) in letters.enumerated() {
      defer { previous = letter }
      guard letter != " ", letter != "-" else { continue }
      let next = index + 1 < letters.count ? letters[index + 1] : " "
      let beginsWord =
        previous == " " || previous == "-"
        || letter.isUppercase && previous.isLowercase
        || letter.isUppercase && previous.isUppercase && next.isLowercase
          && !(next == "v" && index + 2 < letters.count && letters[index + 2].isNumber)
        || letter.isLetter && previous.isNumber
        || letter == "v" && previous.isUppercase && next.isNumber
      name += beginsWord ? letter.uppercased() : letter.lowercased()
    }
    return name
  }

  /// Services whose clients in the SDK for .NET are not named after the service id.
  private static let dotnetNames = [
    "IAM": "IdentityManagementService", "KMS": "KeyManagementService", "SES": "SimpleEmailService",
    "SFN": "StepFunctions", "SNS": "SimpleNotificationService", "SSM": "SimpleSystemsManagement",
    "STS": "SecurityTokenService", "SWF": "SimpleWorkflow",
  ]
}
