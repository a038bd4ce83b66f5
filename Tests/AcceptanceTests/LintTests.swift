// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import StrictJSON
import Testing

/// A folder with files.
private func folder(_ files: [String: String]) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for (name, text) in files {
    let url = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
  return folder
}

@Suite("egress6 lint")
struct LintTests {
  private static let wrong =
    "AWS_REGION=eu-west-1\nAWS_USE_DUALSTACK_ENDPOINT=TRUE\nAWS_ENDPOINT_URL_LOGS=https://logs.eu-west-1.api.aws\n"

  @Test("exit codes: by severity, for what cannot be read, and for a wrong command line")
  func exitCodes() async throws {
    let folder = try folder([
      "wrong.env": Self.wrong, "clean.env": "AWS_REGION=eu-west-1\n",
      "warning.env": "AWS_USE_FIPS_ENDPOINT=TRUE\n",
      "note.env": "NO_PROXY=169.254.169.254\n", "broken.json": "{\"containerDefinitions\": [",
      "text.txt": "hello",
      "refused/config": "[default]\nregion\n",
    ])
    func run(_ arguments: String...) async throws -> Program.Outcome {
      try await Program.run(
        ["lint"] + arguments.map { $0.contains(".") || $0.contains("/") ? folder.url.path + "/" + $0 : $0 })
    }
    #expect(try await run("clean.env").status == 0)
    #expect(try await run("wrong.env").status == 1)
    #expect(try await run("warning.env").status == 1)
    #expect(try await run("warning.env", "--fail-on", "error").status == 0)
    #expect(try await run("wrong.env", "--fail-on", "never").status == 0)
    #expect(try await run("note.env").status == 0)
    #expect(try await run("note.env", "--fail-on", "note").status == 1)
    let broken = try await run("broken.json")
    #expect(broken.status == 1 && broken.output.contains("broken.json:1:") && broken.output.contains("E6001"))
    let refused = try await run("refused/config")
    #expect(refused.status == 1 && refused.output.contains("config:2:"), "\(refused.output)")
    let missing = try await run("missing.env")
    #expect(missing.status == 3 && missing.errors.contains("missing.env") && missing.output.isEmpty)
    let text = try await run("text.txt")
    #expect(text.status == 3 && text.errors.contains("--format"))
    #expect(try await run("clean.env", "--client", "nosuch").status == 2)
    #expect(try await run("clean.env", "--region", "eu-wes-1").errors.contains("eu-west-1"))
    #expect(try await run("clean.env", "--client-version", "1").status == 2)
    #expect(try await run("clean.env", "--profile", "dev").errors.contains("--profile belongs to"))
  }

  @Test(
    "without files: the environment and the user's own files, which are never named twice and never shown")
  func ownSettings() async throws {
    let home = try folder([
      ".aws/config": "[default]\nregion = eu-west-1\n[profile dev]\nuse_dualstack_endpoint = 1\n",
      ".aws/credentials": "[default]\naws_secret_access_key = hunter2\nuse_fips_endpoint = TRUE\n",
    ])
    let outcome = try await Program.run(
      ["lint"],
      environment: [
        "HOME": home.url.path, "AWS_USE_DUALSTACK_ENDPOINT": "YES", "AWS_SECRET_ACCESS_KEY": "hunter2",
        "AWS_SESSION_TOKEN": "hunter2",
      ])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("environment: warning[E6201]: AWS_USE_DUALSTACK_ENDPOINT"))
    #expect(outcome.output.contains(".aws/config:4:1: warning[E6201]"))
    #expect(outcome.output.contains(".aws/credentials:3:1: warning[E6201]"))
    #expect(outcome.output.contains(".aws/credentials:3:1: note[E6107]"))
    #expect(!(outcome.output + outcome.errors).contains("hunter2"))
    let none = try await Program.run(["lint"])
    #expect(none.status == 0 && none.output.isEmpty && none.errors.contains("no findings"))
  }

  @Test("--fix mends whole files, keeps their permissions, and does nothing the second time")
  func fix() async throws {
    let folder = try folder([
      "wrong.env": Self.wrong.replacingOccurrences(of: "TRUE", with: "False"),
      "config": "\u{FEFF}[default]\r\nuse_dualstack_endpoint = True # x\r\n",
    ])
    let paths = ["wrong.env", "config"].map { folder.url.path + "/" + $0 }
    // Only root can give a file away.
    let owner = geteuid() == 0 ? 4321 : Int(geteuid())
    let given = unsafe chown(paths[0], uid_t(owner), getegid())
    #expect(given == 0)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: paths[0])
    let first = try await Program.run(["lint", "--fix"] + paths)
    #expect(first.errors.contains("mended"))
    #expect(
      try String(contentsOfFile: paths[0], encoding: .utf8)
        == "AWS_REGION=eu-west-1\nAWS_USE_DUALSTACK_ENDPOINT=false\nAWS_ENDPOINT_URL_CLOUDWATCH_LOGS=https://logs.eu-west-1.api.aws\n"
    )
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: paths[1]))
        == Data("[default]\r\nuse_dualstack_endpoint = true\r\n".utf8))
    let permissions = try FileManager.default.attributesOfItem(atPath: paths[0])[.posixPermissions]
    #expect(permissions as? Int == 0o600)
    #expect(
      try FileManager.default.attributesOfItem(atPath: paths[0])[.ownerAccountID] as? Int == owner)
    let before = try paths.map {
      try FileManager.default.attributesOfItem(atPath: $0)[.systemFileNumber] as? Int
    }
    let second = try await Program.run(["lint", "--fix"] + paths)
    #expect(second.errors.contains("nothing to mend"))
    let after = try paths.map {
      try FileManager.default.attributesOfItem(atPath: $0)[.systemFileNumber] as? Int
    }
    #expect(before == after)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == [
        "config", "wrong.env",
      ])
  }

  @Test("--fix leaves a name alone that would make a client stop or sign for another region, and says so")
  func harmfulFix() async throws {
    let texts = [
      "switch.env": Self.wrong.replacingOccurrences(of: "TRUE", with: "true"),
      "signing.env": "AWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_ROUTE53=https://route53.global.api.aws\n",
    ]
    let folder = try folder(texts)
    for (name, rule) in [("switch.env", "E6301"), ("signing.env", "E6304")] {
      let path = folder.url.path + "/" + name
      let outcome = try await Program.run(["lint", "--fix", path])
      #expect(outcome.status == 1 && outcome.errors.contains("nothing to mend"), "\(outcome.errors)")
      #expect(
        outcome.output.contains(
          "the fix is yours to choose, since the setting then counts, which brings \(rule)"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == texts[name])
    }
  }

  @Test("--skip-unknown leaves out what carries no settings, and nothing else")
  func skipUnknown() async throws {
    let folder = try folder([
      "package.json": "{\"name\": \"x\"}", "values.yaml": "a: {{ .x }}\n", "binary.json": "\u{0}\u{1}",
      "task.json":
        "{\"containerDefinitions\": [{\"name\": \"a\", \"environment\": [{\"name\": \"AWS_USE_FIPS_ENDPOINT\", \"value\": \"TRUE\"}]}]}",
    ])
    let paths = ["package.json", "values.yaml", "binary.json", "task.json"].map { folder.url.path + "/" + $0 }
    #expect(try await Program.run(["lint"] + paths).status == 3)
    let outcome = try await Program.run(["lint", "--skip-unknown"] + paths)
    #expect(outcome.status == 1 && outcome.lines.count == 2 && outcome.output.contains("task.json:1:"))
    #expect(outcome.errors.contains("(1 source)"), "\(outcome.errors)")
    let missing = try await Program.run(["lint", "--skip-unknown", folder.url.path + "/nosuch.env"])
    #expect(missing.status == 3 && missing.errors.contains("nosuch.env"))
  }

  @Test("files of the hook that have nothing in them yet have no findings")
  func emptyFiles() async throws {
    let folder = try folder([
      ".env": "", ".env.example": "# none\n", "ecs.config": "", ".aws/config": "", ".aws/credentials": "",
      "a.sh": "", "a.tf": "", "Dockerfile": "",
    ])
    for name in [
      ".env", ".env.example", "ecs.config", ".aws/config", ".aws/credentials", "a.sh", "a.tf", "Dockerfile",
    ] {
      let outcome = try await Program.run(["lint", folder.url.path + "/" + name])
      #expect(outcome.status == 0, "\(name): \(outcome.errors)")
    }
  }

  @Test("a baseline keeps what is known quiet")
  func baseline() async throws {
    let folder = try folder(["wrong.env": Self.wrong])
    let (file, known) = (folder.url.path + "/wrong.env", folder.url.path + "/known.json")
    let written = try await Program.run(["lint", file, "--write-baseline", known])
    #expect(written.status == 0 && written.output.isEmpty)
    let quiet = try await Program.run(["lint", file, "--baseline", known])
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.contains("in the baseline"))
    try Data(("# moved\n" + Self.wrong + "AWS_USE_FIPS_ENDPOINT=yes\n").utf8).write(
      to: URL(fileURLWithPath: file))
    let new = try await Program.run(["lint", file, "--baseline", known])
    #expect(new.status == 1 && new.output.contains("wrong.env:5:1") && !new.output.contains("E6101"))
    #expect(try await Program.run(["lint", file, "--write-baseline", file]).status == 2)
    #expect(try await Program.run(["lint", file, "--baseline", file]).status == 3)
    // A baseline replaces a baseline, and nothing else.
    #expect(try await Program.run(["lint", file, "--write-baseline", known]).status == 0)
    let other = folder.url.path + "/notes.txt"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: other))
    let refused = try await Program.run(["lint", file, "--write-baseline", other])
    #expect(refused.status == 2 && refused.errors.contains("not a baseline"), "\(refused.errors)")
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "mine")
  }

  @Test("folders: only files of known formats, links that lead in circles once, templates left out")
  func folders() async throws {
    let folder = try folder([
      "a/app.env": Self.wrong, "a/notes.md": Self.wrong, "a/data.json": "{\"A\": 1}",
      "node_modules/x.env": Self.wrong,
      "chart/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\n{{ if .x }}\ndata: {}\n",
      "Dockerfile": "FROM a\nENV AWS_REGION=\n",
    ])
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/a/loop", withDestinationPath: folder.url.path)
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/dangling.env", withDestinationPath: "nothing")
    let outcome = try await Program.run(["lint", folder.url.path, "-o", "jsonl"])
    let files = try outcome.lines.map { line in
      try JSON(parsing: Array(line.utf8))["path"]?.string?.split(separator: "/").suffix(1).joined()
    }
    #expect(Set(files) == ["app.env", "Dockerfile"])
    #expect(outcome.errors.contains("(2 sources)"), "\(outcome.errors)")
  }

  @Test("SARIF is valid, and its fingerprints do not depend on lines")
  func sarif() async throws {
    let folder = try folder(["wrong.env": Self.wrong])
    let file = folder.url.path + "/wrong.env"
    func results() async throws -> [JSON] {
      let outcome = try await Program.run(["lint", file, "-o", "sarif", "--quiet"])
      #expect(outcome.status == 1 && outcome.errors.isEmpty)
      let document = try JSON(parsing: Array(outcome.output.utf8))
      let schema = TestEnvironment.root.appendingPathComponent(
        "Tests/Fixtures/sarif-2.1.0-subset.json"
      ).path
      let judge = try await Command.run(
        TestEnvironment.python,
        [
          "-c",
          "import json,sys,jsonschema; s=json.load(open(sys.argv[1])); jsonschema.Draft202012Validator.check_schema(s); jsonschema.Draft202012Validator(s).validate(json.load(sys.stdin))",
          schema,
        ], input: Array(outcome.output.utf8))
      #expect(judge.status == 0, "\(judge.errorText)")
      return document["runs"]?[0]?["results"]?.array ?? []
    }
    func fingerprints(_ results: [JSON]) -> [String] {
      results.compactMap { $0["partialFingerprints"]?["egress6/v1"]?.string }
    }
    let first = try await results()
    #expect(first.count >= 2)
    #expect(
      first.allSatisfy { $0["locations"]?[0]?["physicalLocation"]?["region"]?["startLine"]?.integer ?? 0 > 0 }
    )
    try Data(("\n\n" + Self.wrong).utf8).write(to: URL(fileURLWithPath: file))
    #expect(try await fingerprints(results()) == fingerprints(first))
  }

  @Test("docs/rules holds what the program explains, a page for each rule")
  func pages() async throws {
    let list = try await Program.run(["explain"])
    let rules = list.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(rules.count > 30 && Set(rules).count == rules.count)
    let folder = TestEnvironment.root.appendingPathComponent("docs/rules")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(files) == Set(rules.map { $0 + ".md" }), "run scripts/build-rule-pages")
    for rule in rules {
      let page = try await Program.run(["explain", rule.lowercased()])
      let text = try String(contentsOf: folder.appendingPathComponent(rule + ".md"), encoding: .utf8)
      #expect(page.status == 0 && page.output == text, "run scripts/build-rule-pages")
      for heading in ["## Example", "## How to mend it"] {
        #expect(text.contains(heading + "\n\n") && !text.contains(heading + "\n\n\n"), "\(rule)")
      }
    }
    let unknown = try await Program.run(["explain", "E6999"])
    #expect(unknown.status == 2)
  }

  @Test("hostile files end with findings or one error, in any format")
  func hostile() async throws {
    let deep = String(repeating: "[", count: 200_000)
    // Aliases of aliases: nine to the fourteenth as a value, and as a key that has to be compared.
    var bomb = "kind: ConfigMap\nl0: &l0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1..<14 {
      bomb +=
        "l\(level): &l\(level) [" + Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ",")
        + "]\n"
    }
    let texts = [
      "nul": "AWS_REGION=\u{0}\u{0}\n\u{0}", "deep": deep, "open": "\"'`$({",
      "braces": String(repeating: "{", count: 100_000),
      "long": "AWS_REGION=" + String(repeating: "x", count: 1_000_000), "empty": "",
      "crlf": "AWS_REGION=a\r\n\r\n",
      "value": bomb + "data: {A: *l13}\n", "key": bomb + "? *l13\n: x\n? *l12\n: y\n",
      "implicit": bomb + "*l13 : x\n*l12 : x\n", "flow": bomb + "[*l13]: x\n[*l12]: x\n",
      "blocks": "provider \"aws\" {\n" + String(repeating: "a {\n", count: 50_000),
      "templates": "provider \"aws\" {\n a = " + String(repeating: "\"${", count: 50_000),
      "commands": "A=\"" + String(repeating: "$(\"", count: 50_000),
      "expansions": "A=" + String(repeating: "${", count: 50_000),
      "lone": "\r\r\r", "mark": "\u{FEFF}",
      "alias": "kind: ConfigMap\ndata: &a\n  A: [*a, *a]\n",
    ]
    let folder = try folder(texts)
    let formats = [
      "shell", "env", "dockerfile", "kubernetes", "ecs", "lambda", "aws-config", "terraform",
      "cloudwatch-agent", "ssm-agent",
      "fluent-bit", "docker-daemon",
    ]
    for format in formats {
      let paths = texts.keys.sorted().map { folder.url.path + "/" + $0 }
      let outcome = try await Program.run(["lint", "--format", format] + paths)
      #expect([0, 1].contains(outcome.status), "\(format): \(outcome.status) \(outcome.errors.suffix(300))")
    }
  }

  @Test("the hook runs in pre-commit, and the steps of the action run as they are")
  func integrations() async throws {
    let root = TestEnvironment.root.path
    let script = """
      import functools, hashlib, http.server, os, re, subprocess, sys, tarfile, threading, yaml
      root, work, program = sys.argv[1:4]
      hooks = yaml.safe_load(open(root + "/.pre-commit-hooks.yaml"))
      assert [hook["id"] for hook in hooks] == ["egress6-lint"], hooks
      hook = hooks[0]
      assert {"id", "name", "entry", "language", "files"} <= set(hook) and hook["language"] == "system"
      pattern = re.compile(hook["files"])
      for name in ["Dockerfile", "a/Dockerfile.prod", "main.tf", ".env", "x/app.env", "home/.aws/config", "a.sh",
                   "k8s/app.yaml", "task.json", "fluent-bit.conf"]:
          assert pattern.search(name), name
      for name in ["README.md", "main.go", "config", "Dockerfiles/readme"]:
          assert not pattern.search(name), name
      action = yaml.safe_load(open(root + "/action.yml"))
      assert action["runs"]["using"] == "composite" and action["name"] and action["description"]
      for name, value in action["inputs"].items():
          assert value["description"] and "default" in value, name
      os.makedirs(work + "/bin")
      os.symlink(program, work + "/bin/egress6")
      open(work + "/app.env", "w").write("AWS_USE_DUALSTACK_ENDPOINT=TRUE\\n")
      environment = {"PATH": work + "/bin:/usr/bin:/bin", "HOME": work, "RUNNER_TEMP": work, "LANG": "C.UTF-8",
          "GITHUB_OUTPUT": work + "/output", "GITHUB_PATH": work + "/path"}
      steps = action["runs"]["steps"]
      for step in [step for step in steps if "run" in step]:
          check = subprocess.run(["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True)
          assert check.returncode == 0, check.stdout
      def run(step, **values):
          assert step["shell"] == "bash"
          given = {name: "" for name in step["env"]} | values
          return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=work,
              env=environment | given, capture_output=True, text=True)
      assert run(steps[0]).returncode == 0
      result = run(steps[1], LINT_FILES="app.env", FAIL_ON="warning", SARIF="out.sarif")
      assert result.returncode == 1 and "::warning file=app.env,line=1" in result.stdout, result
      assert open(work + "/output").read() == "status=1\\n" and '"2.1.0"' in open(work + "/out.sarif").read()
      assert run(steps[1], LINT_FILES="app.env", FAIL_ON="never").returncode == 0
      # The archive of a release, on loopback: installed where it has the right sum, and refused otherwise.
      os.makedirs(work + "/site")
      with tarfile.open(work + "/site/release.tar.gz", "w:gz") as archive:
          archive.add(os.path.realpath(program), "egress6-0.1.0/bin/egress6")
      handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=work + "/site")
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
      threading.Thread(target=server.serve_forever, daemon=True).start()
      url = f"http://127.0.0.1:{server.server_address[1]}/release.tar.gz"
      os.remove(work + "/bin/egress6")
      right = hashlib.sha256(open(work + "/site/release.tar.gz", "rb").read()).hexdigest()
      assert run(steps[0], ARCHIVE_URL=url, ARCHIVE_SHA256="0" * 64).returncode != 0 and not os.path.exists(work + "/path")
      assert run(steps[0]).returncode != 0
      result = run(steps[0], ARCHIVE_URL=url, ARCHIVE_SHA256=right)
      assert result.returncode == 0, result
      assert os.access(open(work + "/path").read().strip() + "/egress6", os.X_OK)
      server.shutdown()
      print("ok")
      """
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      TestEnvironment.python, ["-c", script, root, folder.url.path, Program.path])
    #expect(result.status == 0 && result.text == "ok\n", "\(result.errorText)")
  }

  @Test("the hook works with pre-commit itself")
  func preCommit() async throws {
    let folder = try folder([
      "user/app.env": "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n",
      "user/notes.txt": "AWS_USE_DUALSTACK_ENDPOINT=TRUE\n",
    ])
    let script = """
      set -eu
      root=$1 work=$2 program=$3 precommit=$4
      export HOME=$work PRE_COMMIT_HOME=$work/cache PATH="$work/bin:/usr/bin:/bin" GIT_CONFIG_NOSYSTEM=1
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
      mkdir -p "$work/bin" "$work/hooks"
      ln -s "$program" "$work/bin/egress6"
      cp "$root/.pre-commit-hooks.yaml" "$work/hooks"
      git -C "$work/hooks" init -q && git -C "$work/hooks" add . && git -C "$work/hooks" commit -qm hooks
      rev=$(git -C "$work/hooks" rev-parse HEAD)
      cd "$work/user"
      git init -q
      printf 'repos:\\n- repo: %s\\n  rev: %s\\n  hooks: [{id: egress6-lint, args: [--quiet]}]\\n' "$work/hooks" "$rev" >.pre-commit-config.yaml
      git add .
      "$precommit" run --all-files && exit 9
      sed -i s/TRUE/true/ app.env
      git add .
      "$precommit" run --all-files
      """
    let path = folder.url.path
    let tool = TestEnvironment.cache.appendingPathComponent("python/bin/pre-commit").path
    let result = try await Command.run(
      "/bin/bash", ["-c", script, "bash", TestEnvironment.root.path, path, Program.path, tool])
    #expect(result.status == 0, "\(result.text) \(result.errorText)")
    #expect(result.text.contains("app.env:1:1: warning[E6201]") && result.text.contains("Passed"))
  }

  @Test(
    "public templates and manifests are linted without a crash",
    .enabled(if: samples != nil, "EGRESS6_SAMPLES is not set"))
  func publicFiles() async throws {
    let outcome = try await Program.run(["lint", (Self.samples ?? "") + "/iac", "-o", "jsonl"])
    #expect([0, 1].contains(outcome.status), "\(outcome.errors)")
    print("public files: \(outcome.errors.split(separator: "\n").last ?? "")")
  }

  static let samples = TestEnvironment.variable("EGRESS6_SAMPLES")
}
