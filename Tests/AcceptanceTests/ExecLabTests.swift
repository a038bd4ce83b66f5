// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// `egress6 exec -- aws …` on an IPv6-only host, with the real AWS CLI.
@Suite("exec in the IPv6-only lab", .serverTurns, .enabled(if: Lab.obstacle == nil, "\(Lab.obstacle ?? "")"))
struct ExecLabTests {
  /// A service as the AWS CLI calls it in eu-west-1, and what the world has of it.
  struct Service {
    /// The words of a call without input.
    var words: [String]
    /// The default name.
    var standard: String
    /// The name with IPv6; the same where the default name has it, `nil` where there is none.
    var ipv6: String?
    /// What the call is signed for.
    var scope: String

    init(_ words: String, _ standard: String, _ ipv6: String?, _ scope: String? = nil) {
      self.words = words.split(separator: " ").map(String.init)
      self.standard = standard
      self.ipv6 = ipv6
      self.scope = scope ?? "eu-west-1/\(self.words[0])"
    }

    /// A service with the usual names.
    init(_ words: String, prefix: String? = nil, scope: String? = nil) {
      let name = prefix ?? String(words.prefix { $0 != " " })
      self.init(
        words, "\(name).eu-west-1.amazonaws.com", "\(name).eu-west-1.api.aws",
        "eu-west-1/\(scope ?? prefix ?? name)")
    }
  }

  static let services = [
    Service("athena list-work-groups"), Service("autoscaling describe-auto-scaling-groups"),
    Service("cloudformation list-stacks"), Service("cloudtrail describe-trails"),
    Service("ec2 describe-regions"),
    Service("ecr describe-repositories", "api.ecr.eu-west-1.amazonaws.com", "ecr.eu-west-1.api.aws"),
    Service("ecs list-clusters"), Service("events list-rules"), Service("glue get-databases"),
    Service("iam list-users", "iam.amazonaws.com", "iam.global.api.aws", "us-east-1/iam"),
    Service("kinesis list-streams"), Service("kms list-keys"), Service("lambda list-functions"),
    Service("logs describe-log-groups"),
    Service(
      "s3api list-buckets", "s3.eu-west-1.amazonaws.com", "s3.dualstack.eu-west-1.amazonaws.com",
      "eu-west-1/s3"),
    Service(
      "secretsmanager list-secrets", "secretsmanager.eu-west-1.amazonaws.com",
      "secretsmanager.eu-west-1.amazonaws.com"),
    Service("sns list-topics"), Service("ssm describe-parameters"),
    Service("stepfunctions list-state-machines", prefix: "states"), Service("sts get-caller-identity"),
  ]
  /// Services without a name that has IPv6, or whose client does not call it: the AWS CLI v1 keeps an older name of SQS.
  static let others = [
    Service("bedrock list-foundation-models", "bedrock.eu-west-1.amazonaws.com", nil),
    Service("sqs list-queues", "eu-west-1.queue.amazonaws.com", nil),
  ]

  static var world: [String: Set<AddressFamily>] {
    var world: [String: Set<AddressFamily>] = [:]
    for service in services + others {
      world[service.standard] = [.ipv4]
      if let ipv6 = service.ipv6 { world[ipv6] = [.ipv4, .ipv6] }
    }
    return world
  }

  private static var aws: String { TestEnvironment.cache.appendingPathComponent("python/bin/aws").path }

  private static func environment(_ lab: Lab) -> [String: String] {
    [
      "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
      "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_CA_BUNDLE": lab.authority,
      "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
    ]
  }

  private func call(_ service: Service, in lab: Lab, options: [String]?) async throws -> Command.Result {
    let words = [Self.aws] + service.words
    let (program, arguments) =
      options.map { (Program.path, ["exec"] + $0 + ["--"] + words) } ?? (words[0], service.words)
    return try await lab.run(program, arguments, environment: Self.environment(lab))
  }

  @Test(
    "without IPv4 and NAT64, exec reaches every service that has IPv6, the bare AWS CLI only those with IPv6 by default"
  )
  func withoutNAT64() async throws {
    let lab = try await Lab(Self.world)
    defer { lab.stop() }
    #expect(Self.services.count == 20)
    for service in Self.services {
      let bare = try await call(service, in: lab, options: nil)
      #expect((bare.status == 0) == (service.standard == service.ipv6), "\(service.words): \(bare.errorText)")
      let before = try lab.requests.count
      let result = try await call(service, in: lab, options: ["--client", "cli-v1"])
      #expect(result.status == 0, "\(service.words): \(result.errorText)")
      #expect(result.errorText == "")
      let requests = try lab.requests.dropFirst(before)
      #expect(requests.map(\.host) == [service.ipv6])
      #expect(requests.map(\.serverName) == [service.ipv6])
      #expect(requests.map(\.scope) == [service.scope])
    }
    let before = try lab.requests
    for service in Self.others {
      let result = try await call(service, in: lab, options: ["--client", "cli-v1"])
      #expect(result.status == 125)
      #expect(result.errorText.contains("no IPv4 route and no NAT64"), "\(result.errorText)")
      #expect(result.errorText.contains(service.words[0]))
      #expect(result.errorText.contains("NAT64 and DNS64"))
    }
    #expect(try lab.requests == before)
  }

  @Test("with NAT64 the rest falls back to it, and what has IPv6 does not")
  func withNAT64() async throws {
    let lab = try await Lab(Self.world, hasNAT64: true)
    defer { lab.stop() }
    for service in Self.others + Self.services.filter({ ["ec2", "iam"].contains($0.words[0]) }) {
      let before = try lab.requests.count
      let result = try await call(service, in: lab, options: ["--client", "cli-v1"])
      #expect(result.status == 0, "\(result.errorText)")
      #expect(result.errorText.contains("falls back to IPv4 through NAT64") == (service.ipv6 == nil))
      let requests = try lab.requests.dropFirst(before)
      #expect(requests.map(\.host) == [service.ipv6 ?? service.standard])
      #expect(requests.map(\.peer) == [service.ipv6 == nil ? "::ffff:203.0.113.1" : "fd00:a::2"])
    }
  }

  @Test("with --live the present decides: a name that is new is used, one that is gone is not")
  func live() async throws {
    var world = Self.world
    world["ec2.eu-west-1.api.aws"] = [.ipv4]
    world["bedrock.eu-west-1.api.aws"] = [.ipv4, .ipv6]
    let lab = try await Lab(world)
    defer { lab.stop() }
    let bedrock = Self.others[0]
    let found = try await call(bedrock, in: lab, options: ["--client", "cli-v1", "--live"])
    #expect(found.status == 0, "\(found.errorText)")
    #expect(try lab.requests.map(\.host) == ["bedrock.eu-west-1.api.aws"])
    let ec2 = try #require(Self.services.first { $0.words[0] == "ec2" })
    let gone = try await call(ec2, in: lab, options: ["--client", "cli-v1", "--live"])
    #expect(gone.status == 125, "\(gone.errorText)")
    #expect(gone.errorText.contains("no AAAA record"))
    // Without it, old evidence of no IPv6 does not stop a call that would work now.
    let old = try await call(bedrock, in: lab, options: ["--client", "cli-v1"])
    #expect(old.status == 0, "\(old.errorText)")
  }
}
