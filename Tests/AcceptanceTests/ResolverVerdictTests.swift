// SPDX-License-Identifier: Apache-2.0

import EgressDNS
import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Scans through resolvers of every kind, with the built program: a bad one costs nothing that was known.
@Suite("A scan judges its resolvers", .serverTurns)
struct ResolverVerdictTests {
  /// A resolver of some kind in front of a name server that knows the truth.
  struct Kind: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What the error says of it; `nil` for a good one.
    var phrase: String?
    var start: @Sendable (_ world: World) async throws -> Running
  }

  /// A started resolver with what must live as long.
  struct Running: Sendable {
    var address: ResolverAddress
    var stop: @Sendable () -> Void
  }

  /// What the public DNS of the tests knows.
  struct World: Sendable {
    var families: [String: Set<AddressFamily>]
    var server: NameServer
    var empty: NameServer
  }

  private static func unbound(_ lines: String..., dns64: String? = nil)
    -> @Sendable (World) async throws -> Running
  {
    { world in
      let server = try await Unbound(upstream: world.server.address, dns64: dns64, lines: lines)
      return Running(address: server.address) { server.stop() }
    }
  }

  private static func dnsmasq(_ options: String...) -> @Sendable (World) async throws -> Running {
    { world in
      let server = try await Dnsmasq(upstream: world.server.address, options: options)
      return Running(address: server.address) { server.stop() }
    }
  }

  private static func liar(_ lie: LyingServer.Lie, delay: Duration = .zero)
    -> @Sendable (World) async throws -> Running
  {
    { world in
      let server = try await LyingServer.start(world.families, lie, delay: delay)
      return Running(address: server.address) { server.stop() }
    }
  }

  private static func injector(_ change: @escaping @Sendable (inout Faults) -> Void)
    -> @Sendable (World) async throws -> Running
  {
    { world in
      var faults = Faults()
      change(&faults)
      let injector = try await FaultInjector.start(
        upstream: world.server.address, faults: faults, seed: TestSeed.named("EGRESS6_JUDGE_SEED"))
      return Running(address: injector.address) { injector.stop() }
    }
  }

  static let kinds = [
    Kind(testDescription: "unbound", phrase: nil, start: unbound()),
    Kind(testDescription: "unbound with DNS64", phrase: nil, start: unbound(dns64: "64:ff9b::/96")),
    Kind(testDescription: "dnsmasq", phrase: nil, start: dnsmasq()),
    Kind(testDescription: "a slow one", phrase: nil, start: liar(.none, delay: .milliseconds(1300))),
    Kind(testDescription: "one that loses a fifth", phrase: nil, start: injector { $0.loss = 0.2 }),
    Kind(
      testDescription: "unbound that sends all names to a page", phrase: "rewrites NXDOMAIN to a search page",
      start: unbound(#"local-zone: "." redirect"#, #"local-data: ". A 92.242.140.21""#)),
    Kind(
      testDescription: "dnsmasq that sends all names to a portal",
      phrase: "rewrites NXDOMAIN to a search page",
      start: dnsmasq("--address=/#/10.0.0.1")),
    Kind(
      testDescription: "a search page for missing names", phrase: "rewrites NXDOMAIN to a search page",
      start: liar(.searchPage)),
    Kind(
      testDescription: "unbound that takes IPv6 addresses out", phrase: "hides AAAA",
      start: unbound("private-address: ::/0")),
    Kind(testDescription: "dnsmasq --filter-AAAA", phrase: "hides AAAA", start: dnsmasq("--filter-AAAA")),
    Kind(testDescription: "NODATA with SOA for AAAA", phrase: "hides AAAA", start: liar(.noAAAA)),
    Kind(testDescription: "NXDOMAIN for AAAA", phrase: "hides AAAA", start: liar(.absentAAAA)),
    Kind(testDescription: "no answer to AAAA", phrase: "hides AAAA", start: liar(.silentAAAA)),
    Kind(
      testDescription: "unbound without api.aws", phrase: "denies some names",
      start: unbound(#"local-zone: "api.aws" always_nxdomain"#)),
    Kind(
      testDescription: "one that denies three of ten", phrase: "denies some names", start: liar(.denialOfSome)
    ),
    Kind(testDescription: "NODATA for everything", phrase: "denies everything", start: liar(.emptiness)),
    Kind(
      testDescription: "NSD without any name", phrase: "denies everything",
      start: { world in Running(address: world.empty.address) {} }),
    Kind(testDescription: "invented addresses", phrase: "invents addresses", start: liar(.inventedAddresses)),
    Kind(
      testDescription: "invented public addresses", phrase: "invents addresses",
      start: liar(.inventedPublicAddresses)),
    Kind(
      testDescription: "dnsmasq that blocks", phrase: "blocks names",
      start: dnsmasq("--address=/amazonaws.com/0.0.0.0", "--address=/amazonaws.com/::")),
    Kind(testDescription: "null addresses for all", phrase: "blocks names", start: liar(.nullAddresses)),
    Kind(
      testDescription: "unbound that refuses", phrase: "answers with errors only",
      start: unbound("access-control: 127.0.0.1/32 refuse")),
    Kind(
      testDescription: "SERVFAIL for everything", phrase: "answers with errors only",
      start: liar(.serverFailure)),
    Kind(
      testDescription: "truncated answers without TCP", phrase: "answers with errors only",
      start: injector {
        $0.truncation = 1
        $0.streamFailure = 1
      }),
    Kind(testDescription: "one that drops nearly all", phrase: "no resolver answers", start: liar(.drops)),
    Kind(testDescription: "a silent one", phrase: "no resolver answers", start: liar(.silence)),
  ]

  private static let selection = ["--partitions", "aws", "--regions", "eu-west-1,us-east-1"]

  /// The hosts of the selection and what the tests' DNS knows of them: two of three exist, half of these with IPv6.
  private static func world() async throws -> World {
    let list = try await Program.run(
      ["catalog", "hosts", "-o", "jsonl"] + selection, environment: SmallCatalog.environment)
    try #require(list.status == 0, "\(list.errors)")
    var families: [String: Set<AddressFamily>] = [:]
    for (number, line) in list.lines.enumerated() where number % 3 > 0 {
      families[try JSON(parsing: Array(line.utf8))["host"]?.string ?? ""] =
        number % 3 == 1 ? [.ipv4] : [.ipv4, .ipv6]
    }
    for name in ControlNames.withIPv4 { families[name] = [.ipv4] }
    for name in ControlNames.withBoth { families[name] = [.ipv4, .ipv6] }
    var zone = Zone()
    for (host, found) in families.sorted(by: { $0.key < $1.key }) { zone.add(host, found) }
    return World(families: families, server: try await NameServer(zone), empty: try await NameServer(Zone()))
  }

  /// A store and the commands on it.
  private struct Store {
    let folder: TemporaryFolder
    var path: String { folder.url.path + "/map.sqlite" }

    func run(_ arguments: [String]) async throws -> Program.Outcome {
      try await Program.run(arguments + ["--store", path], environment: SmallCatalog.environment)
    }

    func scan(_ resolvers: [ResolverAddress], rate: Int = 20_000, _ more: [String] = []) async throws
      -> Program.Outcome
    {
      try await run(
        [
          "scan", "--rate", "\(rate)", "--i-own-this-resolver", "--progress", "never", "-o", "json",
        ] + ResolverVerdictTests.selection + resolvers.flatMap { ["--resolver", "\($0)"] } + more)
    }

    func map() async throws -> String { try await run(["map", "-o", "jsonl"]).output }

    func hosts() async throws -> [String: [String]] {
      var hosts: [String: [String]] = [:]
      for line in try await run(["export", "--what", "hosts", "-o", "jsonl"]).lines {
        let row = try JSON(parsing: Array(line.utf8))
        hosts[row["host"]?.string ?? ""] = [row["a"]?.string ?? "", row["aaaa"]?.string ?? ""]
      }
      return hosts
    }

    func runs() async throws -> [JSON] {
      try await run(["export", "--what", "runs", "-o", "jsonl"]).lines.map {
        try JSON(parsing: Array($0.utf8))
      }
    }
  }

  /// One of each verdict, and the real servers; the long tests run all.
  private static let quick = [
    "unbound", "unbound with DNS64", "dnsmasq", "a slow one", "unbound that sends all names to a page",
    "dnsmasq --filter-AAAA", "NXDOMAIN for AAAA", "unbound without api.aws", "NSD without any name",
    "invented addresses", "dnsmasq that blocks", "SERVFAIL for everything", "truncated answers without TCP",
    "a silent one",
  ]
  static let chosen: [Kind] = {
    let first = kinds.filter { quick.contains($0.testDescription) }
    let others = kinds.filter { !quick.contains($0.testDescription) }
    let count = TestDepth.repetitions("EGRESS6_RESOLVERS", quick: first.count, full: kinds.count)
    return Array((first + others).prefix(count))
  }()
  private static let lies: [LyingServer.Lie] = [
    .searchPage, .noAAAA, .inventedAddresses, .silentAAAA, .denial, .denialOfSome, .nullAddresses,
  ]
  private static let silences: [LyingServer.Lie] = [.drops, .serverFailure, .silence, .refusal]
  static let chosenLies = lies.prefix(TestDepth.repetitions("EGRESS6_LIES", quick: 2, full: lies.count))
  static let chosenSilences = silences.prefix(
    TestDepth.repetitions("EGRESS6_SILENCES", quick: 2, full: silences.count))

  @Test("the verdict is right before a first and a second scan, and nothing known is lost", arguments: chosen)
  func verdict(_ kind: Kind) async throws {
    let world = try await Self.world()
    defer {
      world.server.stop()
      world.empty.stop()
    }
    let resolver = try await kind.start(world)
    defer { resolver.stop() }
    let rate = kind.phrase == nil ? 2_000 : 20_000
    let (first, second) = (Store(folder: try TemporaryFolder()), Store(folder: try TemporaryFolder()))
    try #require(try await second.scan([world.server.address]).status == 0)
    let (map, hosts) = (try await second.map(), try await second.hosts())
    try #require(map.contains("opt-in") && hosts.count > 300)

    let (new, again) = (
      try await first.scan([resolver.address], rate: rate),
      try await second.scan([resolver.address], rate: rate)
    )
    if let phrase = kind.phrase {
      for outcome in [new, again] {
        #expect(outcome.status == 4 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(outcome.errors.contains(phrase), "\(outcome.errors)")
        #expect(outcome.errors.contains("\(resolver.address)") && outcome.errors.contains("--resolver"))
      }
      #expect(!FileManager.default.fileExists(atPath: first.path))
      #expect(try await second.runs().count == 1)
    } else {
      #expect(new.status == 0 && again.status == 0, "\(new.errors)\n\(again.errors)")
      #expect(try await first.hosts().mapValues { $0.map { $0 == "synthesised" ? "no" : $0 } } == hosts)
    }
    #expect(try await second.map().contains("opt-in"))
    if kind.phrase != nil {
      #expect(try await second.map() == map)
      #expect(try await second.hosts() == hosts)
    }
    let changes = try await second.run(["changes"])
    #expect(changes.status == 0 && changes.output.isEmpty, "\(changes.output)")
  }

  @Test(
    "a resolver that begins to lie ends the scan, and the run is rejected",
    arguments: chosenLies)
  func turning(_ lie: LyingServer.Lie) async throws {
    let world = try await Self.world()
    defer {
      world.server.stop()
      world.empty.stop()
    }
    let store = Store(folder: try TemporaryFolder())
    try #require(try await store.scan([world.server.address]).status == 0)
    let (map, hosts) = (try await store.map(), try await store.hosts())
    let liar = try await LyingServer.start(world.families, lie, after: 400)
    defer { liar.stop() }
    let outcome = try await store.scan([liar.address], rate: 100)
    #expect(outcome.status == 4 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains("nothing of it is kept"), "\(outcome.errors)")
    #expect(try await store.map() == map)
    #expect(try await store.hosts() == hosts)
    let runs = try await store.runs()
    #expect(runs.map { $0["state"]?.string } == ["complete", "rejected"])
    #expect(runs[0]["verdict"] == "good" && runs[0]["seen"] == .null)
    #expect(runs[1]["verdict"] != "good" && runs[1]["seen"]?.string?.isEmpty == false)
    let resumed = try await store.scan([world.server.address], ["--resume"])
    #expect(resumed.status == 2 && resumed.errors.contains("no interrupted scan"), "\(resumed.errors)")
    #expect(try await store.scan([world.server.address]).status == 0)
    #expect(try await store.run(["changes"]).output.isEmpty)
    #expect(try await store.hosts() == hosts)
  }

  @Test(
    "a resolver that falls silent or fails half-way ends the scan, which can be continued",
    arguments: chosenSilences)
  func silence(_ lie: LyingServer.Lie) async throws {
    let world = try await Self.world()
    defer {
      world.server.stop()
      world.empty.stop()
    }
    let (store, whole) = (Store(folder: try TemporaryFolder()), Store(folder: try TemporaryFolder()))
    try #require(try await whole.scan([world.server.address]).status == 0)
    let turning = try await LyingServer.start(world.families, lie, after: 600)
    defer { turning.stop() }
    let outcome = try await store.scan([turning.address], rate: 100)
    #expect(outcome.status == 4 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(try await store.runs().map { $0["state"]?.string } == ["interrupted"])
    let rest = try await store.scan([world.server.address], ["--resume"])
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try await store.hosts() == whole.hosts())
    #expect(rest.errors.contains("hosts have an answer"))
  }

  /// SagerNet/sing-box#4473, darkoperator/dnsrecon#101 with aws/aws-sdk-cpp#1399, AdguardTeam/AdGuardHome#5577.
  @Test("cases from public reports: no wrong cell, no false change")
  func reports() async throws {
    let families: [String: Set<AddressFamily>] = [
      "ec2.us-east-1.amazonaws.com": [.ipv4], "ec2.us-east-1.api.aws": [.ipv4, .ipv6],
      "lambda.us-east-1.amazonaws.com": [.ipv4], "sts.us-east-1.amazonaws.com": [.ipv4, .ipv6],
    ]
    let selection = ["--services", "ec2,lambda,s3,sts", "--regions", "us-east-1"]
    for lie in [LyingServer.Lie.inventedAddresses, .searchPage] {
      let liar = try await LyingServer.start(families, lie)
      defer { liar.stop() }
      let store = Store(folder: try TemporaryFolder())
      let outcome = try await store.run(["scan", "--resolver", "\(liar.address)"] + selection)
      #expect(outcome.status == 4, "\(outcome.errors)")
      #expect(try await store.run(["map"]).output.isEmpty)
    }
    let store = Store(folder: try TemporaryFolder())
    let faithful = try await LyingServer.start(families, .none)
    let hiding = try await LyingServer.start(families, .noAAAA)
    defer {
      faithful.stop()
      hiding.stop()
    }
    let first = try await store.run(
      ["scan", "--trust-resolver", "--resolver", "\(faithful.address)"] + selection)
    #expect(first.status == 0, "\(first.errors)")
    let second = try await store.run(["scan", "--resolver", "\(hiding.address)"] + selection)
    #expect(second.status == 4, "\(second.errors)")
    #expect(try await store.run(["changes"]).output.isEmpty)
    #expect(try await store.map().contains("opt-in"))
  }

  @Test("of several resolvers the bad ones are left out, with a note")
  func several() async throws {
    let world = try await Self.world()
    defer {
      world.server.stop()
      world.empty.stop()
    }
    let liar = try await LyingServer.start(world.families, .noAAAA)
    defer { liar.stop() }
    let store = Store(folder: try TemporaryFolder())
    let outcome = try await store.scan([liar.address, world.empty.address, world.server.address])
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains("\(liar.address) hides AAAA") && outcome.errors.contains("denies everything"))
    let document = try JSON(parsing: Array(outcome.output.utf8))
    #expect(document["resolvers"]?.array == [.string("\(world.server.address)")])
    #expect(document["verdict"] == "good" && document["verdicts"]?.array?.count == 1)
    let none = try await store.scan([liar.address, world.empty.address])
    #expect(
      none.status == 4 && none.errors.contains("hides AAAA") && none.errors.contains("denies everything"))
  }

  @Test("a trusted resolver is not judged, and the run says so; nothing learned is not complete all the same")
  func trust() async throws {
    var zone = Zone()
    zone.add("sts.eu-west-1.amazonaws.com", [.ipv4])
    let server = try await NameServer(zone)
    let empty = try await NameServer(Zone())
    defer {
      server.stop()
      empty.stop()
    }
    let refusing = try await LyingServer.start([:], .refusal)
    defer { refusing.stop() }
    let store = Store(folder: try TemporaryFolder())
    #expect(try await store.scan([server.address]).status == 4)
    let trusted = try await store.scan([server.address], ["--trust-resolver"])
    #expect(trusted.status == 0, "\(trusted.errors)")
    #expect(try JSON(parsing: Array(trusted.output.utf8))["verdict"] == "not-judged")
    #expect(trusted.errors.contains("trusted, not judged"))
    let hosts = try await store.hosts()
    for resolver in [empty.address, refusing.address] {
      let outcome = try await store.scan([resolver], ["--trust-resolver"])
      #expect(
        outcome.status == 4 && outcome.output.isEmpty && outcome.errors.contains("learned nothing"),
        "\(outcome.errors)")
    }
    #expect(try await store.runs().map { $0["state"]?.string } == ["complete", "rejected", "rejected"])
    #expect(try await store.hosts() == hosts)
  }

  @Test("a scan of which more than 2 % of the looks failed says so, exits with 4 and marks the map")
  func manyFailures() async throws {
    let world = try await Self.world()
    defer {
      world.server.stop()
      world.empty.stop()
    }
    // Zones whose servers are out of reach, as unbound sees them: an error for all of their names.
    let services = ["cloudtrail", "dynamodb", "ec2", "ecs", "eks", "kms", "logs", "rds", "sqs", "ssm"]
    let unbound = try await Unbound(
      upstream: world.server.address,
      lines: services.flatMap { service in
        ["eu-west-1", "us-east-1"].map { "local-zone: \"\(service).\($0).amazonaws.com\" refuse" }
      })
    defer { unbound.stop() }
    let store = Store(folder: try TemporaryFolder())
    let outcome = try await store.scan([unbound.address])
    let document = try JSON(parsing: Array(outcome.output.utf8))
    guard case .integer(let failed)? = document["failed_looks"], case .integer(let count)? = document["hosts"]
    else {
      Issue.record("\(outcome.output)")
      return
    }
    let share = Double(failed) / Double(count * 2)
    print("\(failed) looks of \(count * 2) failed")
    #expect(outcome.status == (share > 0.02 ? 4 : 0))
    try #require(share > 0.02, "the test does not fail enough looks")
    #expect(outcome.errors.contains("warning: \(failed) looks failed"))
    let map = try await store.run(["map"])
    #expect(map.status == 0 && map.errors.contains("% of the looks of this scan failed"))
    #expect(try await store.scan([world.server.address]).status == 0)
    #expect(try await !store.run(["map"]).errors.contains("of the looks of this scan failed"))
  }
}
