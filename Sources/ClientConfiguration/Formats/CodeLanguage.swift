// SPDX-License-Identifier: Apache-2.0

/// A language of code snippets, with its lines: the writer fills them, and the reader of the proof finds what they say.
struct CodeLanguage: Sendable {
  /// What comes first.
  var before: String
  /// What comes last.
  var after = ""
  /// The line that makes a client with the dual-stack switch; `{}` is the service's name in the language, `{region}` the region.
  var switched: String
  /// The line that makes a client with an endpoint; `{url}` is the endpoint.
  var endpoint: String
  /// The line that makes a client without a setting.
  var plain: String
  /// The service's name in the language, of its service id and botocore folder.
  var name: @Sendable (_ serviceID: String, _ folder: String) -> String
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

  private static let python = CodeLanguage(
    before: """
      import boto3
      from botocore.config import Config

      session = boto3.Session(region_name="{region}")
      clients = {

      """,
    after: "}\n",
    switched: "    \"{}\": session.client(\"{}\", config=Config(use_dualstack_endpoint=True)),\n",
    endpoint: "    \"{}\": session.client(\"{}\", endpoint_url=\"{url}\"),\n",
    plain: "    \"{}\": session.client(\"{}\"),\n"
  ) { _, folder in folder }

  private static let go = CodeLanguage(
    before: "cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(\"{region}\"))\n",
    switched:
      "{}Client := {}.NewFromConfig(cfg, func(o *{}.Options) { o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled })\n",
    endpoint:
      "{}Client := {}.NewFromConfig(cfg, func(o *{}.Options) { o.BaseEndpoint = aws.String(\"{url}\") })\n",
    plain: "{}Client := {}.NewFromConfig(cfg)\n"
  ) { id, _ in joined(id) }

  private static let java = CodeLanguage(
    before: "Region region = Region.of(\"{region}\");\n",
    switched: "var {} = {}Client.builder().region(region).dualstackEnabled(true).build();\n",
    endpoint: "var {} = {}Client.builder().region(region).endpointOverride(URI.create(\"{url}\")).build();\n",
    plain: "var {} = {}Client.builder().region(region).build();\n"
  ) { id, _ in capitalized(id) }

  private static let javascript = CodeLanguage(
    before: "const region = \"{region}\";\n",
    switched: "const {} = new {}Client({ region, useDualstackEndpoint: true });\n",
    endpoint: "const {} = new {}Client({ region, endpoint: \"{url}\" });\n",
    plain: "const {} = new {}Client({ region });\n"
  ) { id, _ in capitalized(id) }

  private static let rust = CodeLanguage(
    before:
      "let base = aws_config::defaults(BehaviorVersion::latest()).region(\"{region}\").load().await;\n",
    switched:
      "let {} = aws_sdk_{}::Client::from_conf(aws_sdk_{}::config::Builder::from(&base).use_dual_stack(true).build());\n",
    endpoint:
      "let {} = aws_sdk_{}::Client::from_conf(aws_sdk_{}::config::Builder::from(&base).endpoint_url(\"{url}\").build());\n",
    plain: "let {} = aws_sdk_{}::Client::new(&base);\n"
  ) { id, _ in joined(id) }

  private static let swift = CodeLanguage(
    before: "let region = \"{region}\"\n",
    switched:
      "let {} = {}Client(config: try await {}Client.{}ClientConfiguration(useDualStack: true, region: region))\n",
    endpoint:
      "let {} = {}Client(config: try await {}Client.{}ClientConfiguration(region: region, endpoint: \"{url}\"))\n",
    plain: "let {} = {}Client(config: try await {}Client.{}ClientConfiguration(region: region))\n"
  ) { id, _ in capitalized(id) }

  private static let dotnet = CodeLanguage(
    before: "var region = RegionEndpoint.GetBySystemName(\"{region}\");\n",
    switched:
      "var {} = new Amazon{}Client(new Amazon{}Config { RegionEndpoint = region, UseDualstackEndpoint = true });\n",
    endpoint:
      "var {} = new Amazon{}Client(new Amazon{}Config { ServiceURL = \"{url}\", AuthenticationRegion = \"{region}\" });\n",
    plain: "var {} = new Amazon{}Client(new Amazon{}Config { RegionEndpoint = region });\n"
  ) { id, _ in capitalized(id) }
}
