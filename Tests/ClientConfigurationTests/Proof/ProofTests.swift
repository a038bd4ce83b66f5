// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import EgressBase
import ServiceCatalog
import Testing

/// Artefacts are read back and replayed; a writer that is wrong in any way is found out.
@Suite("The proof")
struct ProofTests {
  private static let origin = ArtefactOrigin(program: "egress6 0.0.0", data: ["a test"])

  /// A form with the services that its client calls: with the switch, and with endpoints.
  private static func services(_ format: ArtefactFormat, forSwitch: Bool) -> [String: Support] {
    var services: [String: Support] =
      switch format {
      case .cloudWatchAgent: ["cloudwatch": .optIn, "logs": .optIn]
      case .ssmAgent: ["s3": .optIn, "ssm": .optIn]
      case .dockerDaemon: ["logs": .optIn]
      case .fluentBit: ["logs": .optIn, "s3": .optIn, "sts": .optIn]
      default: ["ec2": .optIn, "logs": .optIn, "s3": .optIn, "secretsmanager": .ipv6]
      }
    if !forSwitch { services[format == .ssmAgent ? "kms" : format.services.isEmpty ? "iam" : "xray"] = .ipv4 }
    return services
  }

  private func made(
    _ format: ArtefactFormat, forSwitch: Bool
  ) throws -> (ConfigurationPlan, Artefact, ArtefactProver) {
    let world = try PlanWorld()
    let client = format.client ?? "boto3"
    let plan = try world.plan(
      client, world.evidence(Self.services(format, forSwitch: forSwitch)), format: format)
    let artefact = try ArtefactWriter.write(plan, as: format, origin: Self.origin)
    return (plan, artefact, ArtefactProver(try world.emulator(client)))
  }

  /// The forms whose client has endpoints, and those whose client has the switch.
  private static let withEndpoints = ArtefactFormat.allCases.filter { $0 != .ecsAgent }
  private static let withSwitch = ArtefactFormat.allCases.filter { $0 != .fluentBit && $0 != .dockerDaemon }
  private static let cases = withEndpoints.map { ($0, false) } + withSwitch.map { ($0, true) }

  @Test(
    "every form is proven with the switch and with endpoints, and is the same when written again",
    arguments: cases)
  func proven(format: ArtefactFormat, forSwitch: Bool) throws {
    let (plan, artefact, prover) = try made(format, forSwitch: forSwitch)
    #expect(!plan.isEmpty, "\(plan.services)")
    let proof = prover.prove(artefact.text, as: format, plan)
    #expect(proof.isComplete && !proof.rows.isEmpty, "\(proof.reasons)\n\(artefact.text)")
    #expect(try ArtefactWriter.write(plan, as: format, origin: Self.origin) == artefact)
    if format.comment == nil {
      #expect(artefact.companionLines.contains { $0.hasPrefix("Undo: ") })
    } else {
      #expect(artefact.text.contains("Undo: ") && artefact.text.contains("Data: a test"))
    }
  }

  @Test(
    "a writer that is wrong is found out: identifier, host, scheme, switch beside endpoints, a service left out",
    arguments: withEndpoints)
  func mutations(format: ArtefactFormat) throws {
    let (plan, artefact, prover) = try made(format, forSwitch: false)
    for (old, new) in [
      ("CLOUDWATCH_LOGS", "LOGS"), ("cloudwatch_logs =", "logs ="),
      ("logs.eu-west-1.api.aws", "logs.eu-west-1.amazonaws.com"),
      ("logs.eu-west-1.api.aws", "logs.us-east-1.api.aws"), ("https://logs", "http://logs"),
      ("logs.eu-west-1.api.aws", "ec2.eu-west-1.api.aws"), ("logs ", "firehose "),
      ("s3.dualstack.eu-west-1", "s3.eu-west-1"),
    ] where artefact.body.contains(old) {
      let body = artefact.body.replacing(old, with: new)
      let proof = prover.prove(body, as: format, plan)
      #expect(!proof.isComplete, "\(format): \(old) → \(new)\n\(body)")
    }
    #expect(!prover.prove("", as: format, plan).isComplete)
    guard Self.withSwitch.contains(format) else { return }
    // The text of one plan does not pass for the other.
    let other = try made(format, forSwitch: true).1
    #expect(!prover.prove(other.body, as: format, plan).isComplete)
  }

  @Test("a switch that is written wrong is found out", arguments: withSwitch)
  func wrongSwitch(format: ArtefactFormat) throws {
    let (plan, artefact, prover) = try made(format, forSwitch: true)
    for (old, new) in [
      ("true", "false"), ("true", "True1"), ("True", "False"), ("Enabled", "Disabled"),
      ("DUALSTACK", "DUAL_STACK"),
      ("dualstack", "dual_stack"), ("ipv6", "ipv4"), ("COMPATIBILITY", "COMPAT"),
    ] where artefact.body.contains(old) {
      let body = artefact.body.replacing(old, with: new)
      #expect(!prover.prove(body, as: format, plan).isComplete, "\(old) → \(new)\n\(body)")
    }
    #expect(!prover.prove("", as: format, plan).isComplete)
  }

  @Test("the switch beside endpoints is no proof, though this client lets the endpoint win")
  func both() throws {
    let (plan, artefact, prover) = try made(.shell, forSwitch: false)
    let proof = prover.prove(artefact.text + "export AWS_USE_DUALSTACK_ENDPOINT=true\n", as: .shell, plan)
    #expect(proof.problems.contains { $0.contains("some clients stop at both") })
  }

  @Test("a region that the user's own lines name counts: requests signed for another one are no proof")
  func regionOfTheArtefact() throws {
    let (plan, artefact, prover) = try made(.awsConfig, forSwitch: false)
    #expect(prover.prove(artefact.body, as: .awsConfig, plan).isComplete)
    let other = artefact.body.replacing("region = eu-west-1", with: "region = us-east-2")
    #expect(prover.prove(other, as: .awsConfig, plan).reasons.contains { $0.contains("in us-east-2") })
    let (variables, lines, shell) = try made(.shell, forSwitch: false)
    #expect(
      shell.prove(lines.text + "export AWS_DEFAULT_REGION=eu-west-1\n", as: .shell, variables).isComplete)
    let wrong = shell.prove(lines.text + "export AWS_DEFAULT_REGION=us-east-2\n", as: .shell, variables)
    #expect(wrong.reasons.contains { $0.contains("in us-east-2") })
  }

  @Test(
    "all services at once are proven, two of one name included",
    arguments: [ArtefactFormat.shell, .boto3, .go, .java, .dotnet, .awsConfig])
  func allServices(format: ArtefactFormat) throws {
    let world = try PlanWorld("us-east-1")
    var support: [String: Support] = [:]
    for (number, service) in world.catalog.services.filter(\.hasClient).enumerated() {
      support[service.folder] = number % 3 == 0 ? .ipv4 : .optIn
    }
    // Services whose rules need input have no name to be known of.
    let resolver = ClientResolver(world.catalog)
    support = support.filter { folder, _ in
      (try? resolver.resolve(EndpointQuery(service: folder, region: "us-east-1")).url) != nil
    }
    #expect(support["sms-voice"] != nil && support["pinpoint-sms-voice"] != nil)
    let client = format.client ?? "go-v2"
    let plan = try world.plan(client, world.evidence(support), format: format)
    let artefact = try ArtefactWriter.write(plan, as: format, origin: Self.origin)
    let proof = ArtefactProver(try world.emulator(client)).prove(artefact.text, as: format, plan)
    #expect(proof.isComplete && plan.endpoints.count > 200, "\(proof.reasons.prefix(3))")
  }
}
