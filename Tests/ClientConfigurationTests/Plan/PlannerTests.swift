// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import Testing

/// Which settings are planned, and which are not.
@Suite("The planner")
struct PlannerTests {
  @Test(
    "every service has a dual-stack name: the switch alone, for any client that has one",
    arguments: ["boto3", "cli-v2", "go-v2", "rust", "java-v2"])
  func switchAlone(client: String) throws {
    let world = try PlanWorld()
    let plan = try world.plan(
      client, world.evidence(["ec2": .optIn, "logs": .optIn, "s3": .optIn, "secretsmanager": .ipv6]))
    #expect(plan.usesDualStackSwitch && plan.endpoints.isEmpty && plan.remaining.isEmpty)
    #expect(plan.variables.map(\.name) == ["AWS_USE_DUALSTACK_ENDPOINT"])
    #expect(try plan.decision("secretsmanager") == .standard)
    #expect(try plan.decision("s3") == .dualStackSwitch)
    #expect(plan.services.map(\.host).contains("s3.dualstack.eu-west-1.amazonaws.com"))
  }

  @Test("one service without a dual-stack name: endpoints for the others, and no switch")
  func endpoints() throws {
    let world = try PlanWorld()
    let plan = try world.plan(
      "boto3",
      world.evidence(["logs": .optIn, "bedrock": .ipv4, "secretsmanager": .ipv6, "stepfunctions": .unknown]))
    #expect(!plan.usesDualStackSwitch)
    #expect(plan.variables.map(\.name) == ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"])
    #expect(plan.variables.map(\.value) == ["https://logs.eu-west-1.api.aws"])
    #expect(try plan.decision("secretsmanager") == .standard)
    #expect(try plan.decision("bedrock").ipv4Reason?.contains("no name of it has IPv6") == true)
    #expect(try plan.decision("bedrock").waysOut.contains { $0.contains("NAT64") })
    #expect(try plan.decision("stepfunctions").ipv4Reason?.contains("nothing is known") == true)
  }

  @Test("nothing is set where every default name has IPv6")
  func nothing() throws {
    let world = try PlanWorld()
    let plan = try world.plan("boto3", world.evidence(["secretsmanager": .ipv6, "s3vectors": .ipv6]))
    #expect(plan.isEmpty && plan.variables.isEmpty && plan.remaining.isEmpty)
  }

  @Test(
    "an endpoint that changes the signature is refused, and only then",
    arguments: ["iam", "route53", "cloudfront", "organizations"])
  func signing(service: String) throws {
    let world = try PlanWorld()
    let refused = try world.plan("boto3", world.evidence([service: .optIn, "bedrock": .ipv4, "ec2": .optIn]))
    let decision = try refused.decision(service)
    #expect(decision.refusal?.contains("in eu-west-1 instead of") == true, "\(decision)")
    #expect(decision.waysOut.contains { $0.contains("us-east-1") })
    #expect(decision.waysOut.contains { $0.contains("switch") && $0.contains("bedrock") })
    #expect(refused.variables.map(\.name) == ["AWS_ENDPOINT_URL_EC2"])
    // Alone, the switch does it, and the signature stays.
    let alone = try world.plan("boto3", world.evidence([service: .optIn, "ec2": .optIn]))
    #expect(alone.usesDualStackSwitch && alone.remaining.isEmpty)
    // In the signing region the endpoint changes nothing.
    let home = try PlanWorld("us-east-1")
    let plan = try home.plan("boto3", home.evidence([service: .optIn, "bedrock": .ipv4]))
    #expect(plan.endpoints.map(\.service.service) == [service])
  }

  @Test("evidence that is too weak, or in doubt, is no proof; a lower level admits it")
  func levels() throws {
    let world = try PlanWorld()
    for known in [
      try world.evidence(["ec2": .optIn], .inferred),
      try world.evidence(["ec2": .optIn], .reported, doubts: ["unproven-name"]),
    ] {
      let strict = try world.plan("boto3", known)
      #expect(strict.isEmpty)
      #expect(try strict.decision("ec2").ipv4Reason?.contains("less than documented") == true)
      #expect(try world.plan("boto3", known, minimum: .inferred).usesDualStackSwitch)
    }
    var scanned = try world.evidence(["ec2": .ipv4])
    scanned[0].observed = ["ec2.eu-west-1.api.aws": .ipv6, "ec2.eu-west-1.amazonaws.com": .noIPv6]
    #expect(try world.plan("boto3", scanned).usesDualStackSwitch)
  }

  @Test("a client that follows no setting gets none, whatever the name has")
  func deafClients() throws {
    let world = try PlanWorld()
    let known = try world.evidence(["sqs": .optIn, "sns": .optIn])
    let first = try world.plan("cli-v1", known)
    #expect(try first.decision("sqs").refusal != nil)
    #expect(first.variables.map(\.name) == ["AWS_ENDPOINT_URL_SNS"])
    for client in ["java-v1", "soto"] {
      let plan = try world.plan(client, known)
      #expect(plan.isEmpty && plan.remaining.count == 2, "\(client)")
    }
    // Go v1 has the switch and no endpoints.
    let go = try world.plan("go-v1", world.evidence(["ec2": .optIn, "bedrock": .ipv4]))
    #expect(go.isEmpty)
  }

  @Test("a client whose rules build another name under the switch gets an endpoint instead")
  func otherRules() throws {
    let world = try PlanWorld("us-east-1")
    let emulator = try world.emulator("terraform")
    // As version 5.100.0 does: no such host exists.
    let planner = ConfigurationPlanner(
      client: emulator.client, version: nil, catalog: world.catalog, region: "us-east-1", minimum: .documented
    ) { call, invocation throws(ClientStop) in
      var answer = try emulator.answer(call, invocation)
      if answer.requestHost == "route53.global.api.aws",
        invocation.variables["AWS_USE_DUALSTACK_ENDPOINT"] != nil
      {
        answer.requestHost = "route53.us-east-1.api.aws"
      }
      return answer
    }
    let plan = planner.plan(try world.evidence(["route53": .optIn, "ec2": .optIn]))
    #expect(!plan.usesDualStackSwitch)
    #expect(plan.endpoints.map(\.service.host) == ["ec2.us-east-1.api.aws", "route53.global.api.aws"])
  }

  @Test("a client that builds names of another partition is given the right ones, though without IPv6")
  func otherPartition() throws {
    let world = try PlanWorld("eusc-de-east-1")
    let plan = try world.plan(
      "fluent-bit", world.evidence(["logs": .unknown, "s3": .unknown, "sts": .unknown]), format: .fluentBit)
    let logs = try #require(plan.services.first { $0.service == "logs" })
    #expect(logs.host == "logs.eusc-de-east-1.amazonaws.eu" && logs.isCorrected)
    #expect(plan.remaining.contains { $0.service == "logs" })
    let home = try PlanWorld()
    let same = try home.plan("fluent-bit", home.evidence(["logs": .ipv4]), format: .fluentBit)
    #expect(same.isEmpty)
  }

  @Test("the same evidence in any order gives the same plan")
  func order() throws {
    let world = try PlanWorld()
    let known = try world.evidence(["logs": .optIn, "bedrock": .ipv4, "ec2": .optIn, "iam": .optIn])
    let one = try world.plan("boto3", known)
    let other = try world.plan("boto3", known.reversed())
    #expect(
      one.services == other.services && one.services.map(\.service) == ["bedrock", "ec2", "iam", "logs"])
  }
}
