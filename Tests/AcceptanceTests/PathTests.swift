// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// A path, and what each use of it gives.
struct PathCase: Sendable, CustomTestStringConvertible {
  /// What the path leads to.
  enum Kind: Sendable {
    /// A file's name like any other.
    case file
    /// A name without room for what SQLite keeps beside a file.
    case onlyWithoutStore
    /// Nothing that can be a file.
    case refused
  }

  var path: String
  var kind: Kind
  /// What the error says.
  var words = ""
  var testDescription: String {
    path.count > 40 ? "\(path.prefix(20))… (\(path.utf8.count) bytes)" : path.debugDescription
  }

  static let files = [
    "z", ":memory:", "file:x", "file:y?mode=memory", "file::memory:?cache=shared", "a?b", "a#b", "a%41b",
    "a b",
    " ", "-dash", "--store", "~", "$HOME", "*", "a'b", "a\"b", "a\nb", "a\tb", "\\", "ü", "e\u{301}", "日本",
    ".hidden", "x.part", "y.1-0.part", "z-wal", "./dot", "dir/../up", "dir//twice", "dir/in",
    String(repeating: "y", count: 247), String(repeating: "ü", count: 123),
  ].map { PathCase(path: $0, kind: .file) }

  static let others = [
    PathCase(path: String(repeating: "x", count: 255), kind: .onlyWithoutStore, words: "too long"),
    PathCase(path: String(repeating: "x", count: 256), kind: .refused, words: "too long"),
    PathCase(path: "", kind: .refused, words: "empty name"),
    PathCase(path: ".", kind: .refused, words: "a folder"),
    PathCase(path: "..", kind: .refused, words: "a folder"),
    PathCase(path: "dir", kind: .refused, words: "a folder"),
    PathCase(path: "dir/", kind: .refused, words: "a folder"),
    PathCase(path: "new/", kind: .refused, words: "a folder"),
    PathCase(path: "file/", kind: .refused, words: "Not a directory"),
    PathCase(path: "file/x", kind: .refused, words: "Not a directory"),
    PathCase(path: "pipe", kind: .refused, words: "a pipe"),
    PathCase(path: "socket", kind: .refused, words: "a socket"),
    PathCase(path: "/dev/null", kind: .refused, words: "a device"),
    PathCase(path: "/dev/zero", kind: .refused, words: "a device"),
    PathCase(path: "dangling", kind: .refused, words: "a file that does not exist"),
    PathCase(path: "loop", kind: .refused, words: "leads back to itself"),
    PathCase(path: "loop/x", kind: .refused, words: "leads back to itself"),
  ]
}

@Suite("A file name is a file name", .serverTurns)
struct PathTests {
  /// A store of one scan; the server answers as long as the tests run.
  private struct World {
    var folder: TemporaryFolder
    var server: NameServer
    var store: String { folder.url.path + "/map.sqlite" }
    /// A release of one service and its image: each path takes eight commands, and they are to be short.
    var release: String { folder.url.path + "/release" }
    var image: String { folder.url.path + "/sts.image" }
    var scan: String
  }

  private static let world = Task { () throws -> World in
    var zone = Zone()
    for name in ["sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws", "sts.amazonaws.com"] {
      zone.add(name, [.ipv4, .ipv6])
    }
    let server = try await NameServer(zone)
    let folder = try TemporaryFolder()
    let scan = "--resolver \(server.address) --services sts --regions eu-west-1 --trust-resolver --quiet"
    let world = World(folder: folder, server: server, scan: scan)
    let outcome = try await shell(
      """
      mkdir -p release/botocore/data; cd '\(try await SmallCatalog.release)/botocore' || exit
      cp -r __init__.py "$R/botocore"; cp -r data/partitions.json data/endpoints.json data/sts "$R/botocore/data"
      "$P" catalog import "$R" --to "$R/../sts.image" --quiet && "$P" scan --store '\(world.store)' \(scan)
      """, in: folder, ["R": world.release])
    try #require(outcome.status == 0, "\(outcome.errorText)")
    return world
  }

  private static func shell(
    _ script: String, in folder: TemporaryFolder, _ more: [String: String] = [:]
  ) async throws -> Command.Result {
    var environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "P": Program.path]
    environment.merge(try await SmallCatalog.environment) { $1 }
    return try await Command.run(
      "/bin/bash", ["-c", "cd '\(folder.url.path)' || exit; \(script)"],
      environment: environment.merging(more) { $1 })
  }

  /// What each folder holds beside the file that is tried.
  private static let things = """
    mkdir dir; mkfifo pipe; ln -s nowhere dangling; ln -s loop loop; : >file
    "$PYTHON" -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
    """

  /// Runs each command with the path and prints its status, whether the folder changed, and what it said.
  private static let script = """
    \(things)
    list() { find . | LC_ALL=C sort; }
    try() { # NAME COMMAND...
      local name=$1 before errors; shift; before=$(list)
      errors=$("$@" 2>&1 >/dev/null </dev/null); echo "$name $? $([ "$before" = "$(list)" ] && echo same)"
      [ -z "$errors" ] || echo "$errors" >&2
    }
    try scan "$P" scan --store="$N" $SCAN
    try map "$P" map --store="$N" --quiet
    clean() { [ "$KIND" = refused ] || rm -f "./$N" "./$N.lock"; }
    clean
    for form in csv sqlite; do
      try "export-$form" "$P" export --store "$S" -o $form --to="$N" --quiet; clean
    done
    try salvage "$P" export --salvage --store "$S" --to="$N" --quiet; clean
    try import "$P" catalog import "$EGRESS6_RELEASE" --to="$N" --quiet
    try catalog "$P" catalog show --catalog="$N"
    clean; [ "$KIND" = refused ] || : >"./$N"
    # A list is read before anything is asked or made.
    [ "$KIND" = file ] || try hosts "$P" scan --store "$PWD/other" --hosts="$N" $SCAN
    try batch "$P" resolve --batch="$N"
    """

  private func run(_ path: PathCase) async throws -> (lines: [String], errors: String) {
    let world = try await Self.world.value
    let folder = try TemporaryFolder()
    let result = try await Self.shell(
      // An empty value after "=" is the parser's own error, so the empty name is a word of its own.
      path.path.isEmpty ? Self.script.replacing("=\"$N\"", with: " \"$N\"") : Self.script, in: folder,
      [
        "N": path.path, "S": world.store, "SCAN": world.scan, "PYTHON": TestEnvironment.python,
        "KIND": path.kind == .refused ? "refused" : path.kind == .file ? "file" : "other",
        "EGRESS6_RELEASE": world.release, "EGRESS6_CATALOG": world.image,
      ])
    return (result.text.split(separator: "\n").map(String.init), result.errorText)
  }

  @Test(
    "every name of a file works as a store, an output, an image, a list and a batch",
    arguments: PathCase.files)
  func files(_ path: PathCase) async throws {
    let (lines, errors) = try await run(path)
    let names = [
      "scan", "map", "export-csv", "export-sqlite", "salvage", "import", "catalog", "batch",
    ]
    #expect(
      lines.map { $0.replacing(" same", with: "").trimmingCharacters(in: .whitespaces) }
        == names.map { $0 + " 0" }, "\(errors)")
  }

  @Test("whatever cannot be a file is refused, and nothing is made or waited for", arguments: PathCase.others)
  func others(_ path: PathCase) async throws {
    let (lines, errors) = try await run(path)
    #expect(lines.count == 9)
    for line in lines {
      let parts = line.split(separator: " ")
      switch (path.kind, parts[0]) {
      case (.onlyWithoutStore, "map"): #expect(parts[1] == "3", "\(line)")
      case (.onlyWithoutStore, "scan"): #expect(parts[1...] == ["5", "same"], "\(line)")
      case (.onlyWithoutStore, _): #expect(parts[1] == "0", "\(line) \(errors)")
      case (_, "scan") where !path.path.isEmpty: #expect(parts[1...] == ["5", "same"], "\(line)")
      default: #expect(["2", "3", "5"].contains(parts[1]) && parts.last == "same", "\(line) \(errors)")
      }
    }
    #expect(errors.contains(path.words), "\(errors)")
    #expect(!errors.contains("SQLite code"))
  }

  @Test("a symbolic link is followed: its file is written, the link stays, and two names share one lock")
  func links() async throws {
    let world = try await Self.world.value
    let folder = try TemporaryFolder()
    let result = try await Self.shell(
      """
      mkdir real; cp "$S" real/map; : >real/out; ln -s real/map store; ln -s real/out out
      "$P" scan --store store $SCAN && "$P" map --store store --quiet >/dev/null && ls real
      "$P" export --store store -o csv --to out --quiet && "$P" export --store real/map -o csv --quiet | cmp - real/out
      [ -L store ] && [ -L out ] && echo links
      """, in: folder, ["S": world.store, "SCAN": world.scan])
    #expect(result.text.hasSuffix("map\nmap.lock\nout\nlinks\n"), "\(result.text)\(result.errorText)")
  }

  @Test("names that are not UTF-8 are refused, on the command line and in variables")
  func notText() async throws {
    let folder = try TemporaryFolder()
    let result = try await Self.shell(
      """
      "$P" map --store $'a\\xff'; echo $?; EGRESS6_STORE=$'\\xff' "$P" map; echo $?; ls -A
      """, in: folder)
    #expect(result.text == "2\n2\n", "\(result.errorText)")
    #expect(
      result.errorText.contains("argument 3 is not UTF-8")
        && result.errorText.contains("EGRESS6_STORE is not UTF-8"))
  }

  @Test("an output never replaces what the command reads, under whatever name")
  func sources() async throws {
    let world = try await Self.world.value
    let folder = try TemporaryFolder()
    let result = try await Self.shell(
      """
      cp "$EGRESS6_CATALOG" image; ln image hard; ln -s image soft; mkdir dir; cp -r "$EGRESS6_RELEASE" release
      for to in image hard soft ./image dir/../image "$PWD/image"; do
        "$P" catalog import image --to "$to"; echo $?
        EGRESS6_CATALOG=image "$P" export --store "$S" --to "$to"; echo $?
      done
      "$P" catalog import release --to release/botocore/__init__.py; echo $?
      cmp image "$EGRESS6_CATALOG" && ls | wc -l
      """, in: folder, ["S": world.store, "EGRESS6_RELEASE": try await SmallCatalog.release])
    #expect(result.text == String(repeating: "2\n", count: 13) + "5\n", "\(result.text)\(result.errorText)")
    #expect(result.errorText.components(separatedBy: "not written over").count == 14)
  }

  @Test(
    "a folder that cannot be written is an error that names the reason",
    .enabled("root can write every folder") { geteuid() != 0 || Command.find("unshare") != nil })
  func readOnlyFolder() async throws {
    let world = try await Self.world.value
    let folder = try TemporaryFolder()
    // A mount of the namespace's own, which ends with it.
    let result = try await Self.shell(
      """
      mkdir ro; cp "$S" ro/map
      cat >script <<'END'
      { [ "$(id -u)" != 0 ] && chmod 555 ro; } || { mount --bind ro ro && mount -o remount,bind,ro ro; } || { echo none; exit; }
      "$P" map --store ro/map --quiet >/dev/null; echo "map $?"
      "$P" scan --store ro/map $SCAN; echo "scan $?"
      "$P" export --store "$S" -o sqlite --to ro/out; echo "export $?"
      "$P" catalog import "$EGRESS6_RELEASE" --to ro/out; echo "import $?"
      ls ro
      END
      if [ "$(id -u)" = 0 ]; then unshare -m bash script || echo none; else bash script; fi
      """, in: folder,
      ["S": world.store, "SCAN": world.scan, "EGRESS6_RELEASE": try await SmallCatalog.release])
    if result.text == "none\n" { return print("no read-only folder can be made here") }
    #expect(result.text == "map 0\nscan 5\nexport 3\nimport 3\nmap\n", "\(result.text)\(result.errorText)")
  }
}
