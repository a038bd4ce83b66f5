// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import EgressBase
import EgressTestKit
import Testing

/// A document in short: its scopes, each with its settings as `name=value`, `name~` for dynamic and `name-` for unset ones.
private func summary(_ text: String, _ format: DocumentFormat, path: String = "file") throws -> [String] {
  let document = try SettingsDocument(Array(text.utf8), path: path, format: format)
  return document.scopes.map { scope in
    let settings = scope.settings.map { setting in
      switch setting.certainty {
      case .literal: "\(setting.name)=\(setting.value)"
      case .dynamic: "\(setting.name)~"
      case .unset: "\(setting.name)-"
      }
    }
    return ([scope.name] + settings).joined(separator: "|")
  }
}

@Suite("Readers of settings")
struct DocumentReadingTests {
  @Test("shell: quotes, comments, expansions, branches, commands with variables, here documents")
  func shell() throws {
    let text = """
      #!/bin/sh
      export A=1 B='two words' C="th\\"ree" # a comment
      D=four; E=fi\\
      ve
      export F=$HOME/x G="${A}" H='$A' I=`date`
      if true; then J=1; fi
      K=1 aws s3 ls
      cat <<EOF
      export NOT=set
      EOF
      unset A
      true && L=1
      M=~/x N= O=a#b P=1
      """
    #expect(
      try summary(text, .shell) == [
        "|A=1|B=two words|C=th\"ree|D=four|E=five|F~|G~|H=$A|I~|J~|A-|L~|M~|N=|O=a#b|P=1"
      ])
  }

  @Test("shell: a command's own variables are a scope of their own")
  func shellCommands() throws {
    let text = "export AWS_REGION=eu-west-1\nAWS_USE_DUALSTACK_ENDPOINT=true aws s3 ls\nFOO=1 make\n"
    #expect(
      try summary(text, .shell) == [
        "|AWS_REGION=eu-west-1", "command in line 2|AWS_REGION=eu-west-1|AWS_USE_DUALSTACK_ENDPOINT=true",
      ])
  }

  @Test("shell: what is read as literal is what a real shell sets")
  func realShell() async throws {
    let pieces = [
      "x", "'a b'", "\"c d\"", "\\ ", "\\\n", "\"\\\"\"", "'\"'", "\"'\"", "#", "=", "~", "$X", "${X:-\")\"}",
      "$(echo \")\" # )\n)",
      "`echo a`", "\\$", "\"\\n\"", "é", "*", "", "\\\\", "\"a\\\nb\"", "%",
    ]
    var random = SplitMix64(seed: TestSeed.named("EGRESS6_SHELL_SEED"))
    var literal = 0
    var scripts: [(text: String, values: [String: String])] = []
    for _ in 0..<300 {
      var script = "X=1\n"
      for name in ["A", "B", "C"] {
        let count = Int(random.next() % 4)
        let value = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
        let forms = [
          "export \(name)=\(value)\n", "\(name)=\(value); export \(name)\n",
          "\(name)=\(value)\nexport \(name) # x\n",
        ]
        script += forms[Int(random.next() % 3)]
      }
      let scope = try SettingsDocument(Array(script.utf8), path: "f", format: .shell).scopes[0]
      let values = scope.values.filter { ["A", "B", "C"].contains($0.key) }.mapValues(\.value)
      literal += values.count
      scripts.append((script, values))
    }
    #expect(literal > 300)
    let printer = "\nprintf '%s\\0' \"$A\" \"$B\" \"$C\"\n"
    for (script, values) in scripts {
      let result = try await Command.run("/bin/sh", ["-c", script + printer], environment: ["HOME": "/home"])
      let set = result.text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
      for (name, value) in zip(["A", "B", "C"], set) where values[name] != nil {
        #expect(values[name] == value, "\(name) in \(script)")
      }
    }
  }

  @Test("environment files: as systemd reads them")
  func environmentFile() throws {
    let text =
      "\u{FEFF}# c\n; c\nA=1\nB=\"two words\" \nC='x'\\\n\nD=a # b\nE = f\nF\nG=a\\\nb\nH=\r\nI=x\"y\"\n"
    #expect(try summary(text, .environmentFile) == ["|A=1|B=two words|C=x|D=a # b|E=f|F~|G=ab|H=|I=x\"y\""])
  }

  @Test("Dockerfiles: both forms, continuations, stages that inherit")
  func dockerfile() throws {
    let text = """
      # escape=\\
      FROM alpine AS base
      ENV A=1 B="two words" \\
      # between
          C=three\\ words
      env D some legacy value
      RUN <<EOF
      ENV NOT=set
      EOF
      FROM base
      ENV E=$A F='$A'
      """
    #expect(
      try summary(text, .dockerfile) == [
        "base|A=1|B=two words|C=three words|D=some legacy value",
        "stage 1|A=1|B=two words|C=three words|D=some legacy value|E~|F=$A",
      ])
  }

  @Test("Kubernetes: ConfigMaps, envFrom, containers of every kind of pod")
  func kubernetes() throws {
    let text = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data:
        AWS_REGION: eu-west-1
        "AWS_USE_DUALSTACK_ENDPOINT": 'true'
        file.txt: no variable
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: job}
      spec:
        jobTemplate:
          spec:
            template:
              spec:
                initContainers:
                - {name: init, env: [{name: A, value: "1"}]}
                containers:
                - name: app
                  image: alpine
                  envFrom:
                  - configMapRef: {name: settings}
                  env:
                  - name: B
                    value: two
                  - name: C
                    valueFrom: {secretKeyRef: {name: s, key: k}}
                  - name: D
                    value: $(B)
      """
    #expect(
      try summary(text, .kubernetes) == [
        "ConfigMap settings|AWS_REGION=eu-west-1|AWS_USE_DUALSTACK_ENDPOINT=true",
        "CronJob job, container init|A=1",
        "CronJob job, container app|AWS_REGION=eu-west-1|AWS_USE_DUALSTACK_ENDPOINT=true|B=two|C~|D~",
      ])
  }

  @Test("CloudFormation: containers and functions, with what only the stack knows as dynamic")
  func cloudFormation() throws {
    let text = """
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
            - Name: web
              Image: !Sub '${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/a'
              Environment:
              - {Name: A, Value: "1"}
              - {Name: B, Value: !Ref Region}
              - {Name: C, Value: {"Fn::Sub": "x"}}
              LogConfiguration:
                LogDriver: awslogs
                Options: {awslogs-region: eu-west-1}
        Function:
          Type: AWS::Serverless::Function
          Properties:
            Environment: {Variables: {D: x}}
        Bucket: {Type: "AWS::S3::Bucket"}
      """
    #expect(
      try summary(text, .cloudFormation) == [
        "Task, container web|A=1|B~|C~", "Task, container web, log driver awslogs|awslogs-region=eu-west-1",
        "Function|D=x",
      ])
    #expect(DocumentFormat.detect(path: "stack.yaml", bytes: Array(text.utf8)) == .cloudFormation)
  }

  @Test("ECS and Lambda: as registered and as described")
  func functions() throws {
    let definition = """
      {"family": "f", "containerDefinitions": [{"name": "web", "image": "i",
        "environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "S", "valueFrom": "arn"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-region": "eu-west-1"}}}]}
      """
    let expected = ["web|A=1|S~", "web, log driver awslogs|awslogs-region=eu-west-1"]
    #expect(try summary(definition, .ecsTaskDefinition) == expected)
    #expect(try summary("{\"taskDefinition\": \(definition)}", .ecsTaskDefinition) == expected)
    for text in [
      #"{"FunctionName": "f", "Environment": {"Variables": {"A": "1"}}}"#,
      #"{"Configuration": {"FunctionName": "f", "Environment": {"Variables": {"A": "1"}}}}"#,
    ] { #expect(try summary(text, .lambda) == ["f|A=1"]) }
    #expect(try summary(#"{"Variables": {"A": "1"}}"#, .lambda) == ["|A=1"])
    #expect(try summary(#"{"A": "1"}"#, .lambda) == ["|A=1"])
    #expect(try summary(#"{"FunctionName": "f"}"#, .lambda) == ["f"])
  }

  @Test("Terraform: provider blocks with aliases, nested blocks, expressions, heredocs and comments")
  func terraform() throws {
    let text = """
      /* provider "aws" { region = "no" } */
      locals { text = <<-EOT
        provider "aws" { region = "no" }
        EOT
      }
      provider "aws" {
        region = "eu-west-1" // west
        use_dualstack_endpoint = true
        max_retries = 5
        profile = var.profile
        skip = upper("${var.a ? "x" : "}"}")
        endpoints {
          logs = "https://logs.eu-west-1.api.aws"
          s3   = local.s3
        }
        default_tags { tags = { A = "b", C = [1, 2] } }
      }
      provider "aws" {
        alias = "us"
        dynamic "endpoints" { for_each = [] }
      }
      """
    #expect(
      try summary(text, .terraform) == [
        "provider aws|region=eu-west-1|use_dualstack_endpoint=true|max_retries=5|profile~|skip~"
          + "|endpoints.logs=https://logs.eu-west-1.api.aws|endpoints.s3~|default_tags.tags~",
        "provider aws alias us|alias=us",
      ])
  }

  @Test("agents and Fluent Bit")
  func agents() throws {
    #expect(
      try summary(
        #"{"agent": {"use_dualstack_endpoint": true}, "logs": {"endpoint_override": "x"}}"#, .cloudWatchAgent)
        == ["|agent.use_dualstack_endpoint=true|logs.endpoint_override=x"])
    let classic =
      "[SERVICE]\n  Flush 1\n[OUTPUT]\n  Name cloudwatch_logs\n  Endpoint logs.eu-west-1.api.aws\n[OUTPUT]\n  Name stdout\n"
    let expected = [
      "service|flush=1", "output cloudwatch_logs|name=cloudwatch_logs|endpoint=logs.eu-west-1.api.aws",
    ]
    #expect(try summary(classic, .fluentBit) == expected)
    let yaml = """
      service: {flush: 1}
      pipeline:
        outputs:
        - name: cloudwatch_logs
          endpoint: logs.eu-west-1.api.aws
        - name: stdout
      """
    #expect(try summary(yaml, .fluentBit, path: "fluent-bit.yaml") == expected)
  }

  @Test("shared files: every line counts, whatever a client makes of it")
  func sharedFile() throws {
    let text =
      "[default]\nservices = s\nregion=a # b\n[services s]\nlogs =\n  endpoint_url = https://x\nA\n[default]\nregion = b\n"
    #expect(
      try summary(text, .awsConfig, path: "config") == [
        "default|services=s|region=a # b", "services s|logs=|logs.endpoint_url=https://x", "default|region=b",
      ])
  }

  @Test("ranges lead to the bytes of values and names")
  func ranges() throws {
    let cases: [(String, DocumentFormat, [String])] = [
      ("export A='x y' B=z", .shell, ["'x y'", "z"]), ("A=\"x\"\nB=y \n", .environmentFile, ["\"x\"", "y"]),
      ("FROM a\nENV A=x B=\"y\"\n", .dockerfile, ["x", "\"y\""]),
      ("{\"A\": \"é\", \"B\" : \"x\"}", .lambda, ["\"é\"", "\"x\""]),
      ("[default]\nA = x\nB=y", .awsConfig, ["x", "y"]),
      (
        "kind: ConfigMap\nmetadata: {name: é}\ndata: {\"A\": 'it''s', B: x}", .kubernetes, ["'it''s'", "x"]
      ),
      ("provider \"aws\" {\n A = \"x\"\n B = true\n}", .terraform, ["\"x\"", "true"]),
    ]
    for (text, format, values) in cases {
      let bytes = Array(text.utf8)
      let settings = try SettingsDocument(bytes, path: "f", format: format).scopes.flatMap(\.settings)
      func texts(_ ranges: [Range<Int>?]) -> [String] {
        ranges.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-" }
      }
      #expect(texts(settings.map(\.valueRange)) == values, "\(format)")
      #expect(texts(settings.map(\.nameRange)) == ["A", "B"], "\(format)")
    }
  }

  @Test("what is not of a format is an error with a position")
  func errors() {
    let cases: [(String, DocumentFormat, String)] = [
      ("A='x", .shell, "f:1:3: the quote is not closed"),
      ("\nexport A=1", .environmentFile, "f:2:1: 'export A'"),
      ("FROM a\nENV A=1 B", .dockerfile, "f:2:9: expected NAME=value"),
      ("{\"A\": 1}", .lambda, "f:1:7: the value of A"),
      ("{\"A\": \"1\",\n\"A\": \"2\"}", .lambda, "f:2:1: not JSON: the object has \"A\" twice"),
      ("a: [", .kubernetes, "f:2:1: not YAML"),
      ("provider \"aws\" {", .terraform, "f:1:16: the block is not closed"),
      ("{}", .ecsTaskDefinition, "f:1:1: a task definition needs"),
      ("a: 1\na: 2", .kubernetes, "f:1:1: not YAML"),
    ]
    for (text, format, message) in cases {
      let error = #expect(throws: DocumentError.self) {
        try SettingsDocument(Array(text.utf8), path: "f", format: format)
      }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(message), "\(String(describing: error))")
    }
  }

  @Test("formats are found by name and content")
  func detection() {
    let cases: [(String, String, DocumentFormat?)] = [
      ("a/Dockerfile", "", .dockerfile), ("Dockerfile.prod", "", .dockerfile),
      (".env", "A=1", .environmentFile),
      ("prod.env", "export A=1", .shell), ("x.sh", "", .shell), ("run", "#!/usr/bin/env bash\n", .shell),
      ("run", "#!/usr/bin/python3\n", nil), ("main.tf", "", .terraform),
      ("config", "[default]\n", .awsConfig),
      ("config", "a: b", nil), ("t.json", "{\"containerDefinitions\": []}", .ecsTaskDefinition),
      ("t.json", "{\"Variables\": {}}", .lambda), ("t.json", "{\"Resources\": {\"Variables\": 1}}", nil),
      ("daemon.json", "{}", .dockerDaemon), ("amazon-ssm-agent.json", "{}", .ssmAgent), ("p.json", "{}", nil),
      ("a.yml", "apiVersion: v1\nkind: Pod", .kubernetes), ("a.yml", "a: b", nil), ("README.md", "A=1", nil),
      ("fluent-bit.conf", "[OUTPUT]\n", .fluentBit), ("ecs.config", "A=1", .environmentFile),
      // Files that have nothing in them yet are what their names say.
      (".env", "", .environmentFile), (".env.example", "# none\n", .environmentFile),
      ("ecs.config", "", .environmentFile), ("home/.aws/config", "", .awsConfig), ("x.conf", "a", nil),
    ]
    for (path, text, format) in cases {
      #expect(DocumentFormat.detect(path: path, bytes: Array(text.utf8)) == format, "\(path)")
    }
  }
}
