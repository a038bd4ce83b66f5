// SPDX-License-Identifier: Apache-2.0

package import ClientModel

/// What a client does with an artefact for one service, beside what the plan wants.
package struct ProofRow: Sendable, Hashable {
  /// Where requests go and what they are signed for.
  package struct Target: Sendable, Hashable {
    /// The host.
    package var host: String
    /// The scheme of the URL.
    package var scheme: String
    /// The name to sign for.
    package var signingName: String
    /// The region to sign for.
    package var signingRegion: String

    /// Makes a target.
    package init(host: String, scheme: String, signingName: String, signingRegion: String) {
      self.host = host
      self.scheme = scheme
      self.signingName = signingName
      self.signingRegion = signingRegion
    }

    /// The target of an answer.
    init(_ answer: ClientAnswer) {
      self.init(
        host: answer.requestHost, scheme: String(answer.requestURL.prefix { $0 != ":" }),
        signingName: answer.signing?.name ?? "", signingRegion: answer.signing?.region ?? "")
    }
  }

  /// What the settings belong to in the file, such as a container; empty for the whole file.
  package var scope: String
  /// The service: botocore's folder.
  package var service: String
  /// What the plan wants.
  package var wanted: Target
  /// What the client does; `nil` where it stops, or where that is not established.
  package var found: Target?
  /// Why it is not proven; `nil` where it is.
  package var problem: String?
}

/// What reading an artefact back and asking the client showed.
package struct ArtefactProof: Sendable, Hashable {
  /// A row for each scope and service of the plan.
  package var rows: [ProofRow]
  /// What is wrong with the file as a whole.
  package var problems: [String]

  /// Whether everything is as the plan wants.
  package var isComplete: Bool { problems.isEmpty && rows.allSatisfy { $0.problem == nil } }

  /// The first reasons why it is not, for a person.
  package var reasons: [String] {
    problems + rows.compactMap { row in row.problem.map { "\(row.service): \($0)" } }
  }
}

/// Proves artefacts: each is read by the reader of its own form, and the client is asked with what that found.
package struct ArtefactProver: Sendable {
  private let ask: ConfigurationPlanner.Ask

  /// Makes a prover.
  ///
  /// - Parameter ask: Answers what the client does.
  package init(ask: @escaping ConfigurationPlanner.Ask) { self.ask = ask }

  /// Makes a prover that asks an emulator.
  package init(_ emulator: ClientEmulator) {
    self.init { call, invocation throws(ClientStop) in try emulator.answer(call, invocation) }
  }

  /// Proves a text.
  ///
  /// - Parameters:
  ///   - text: The artefact's text, as it is to be printed.
  ///   - format: Its form.
  ///   - plan: What it is to do.
  ///   - profile: The profile that the client is started with.
  /// - Returns: What was found.
  package func prove(
    _ text: String, as format: ArtefactFormat, _ plan: ConfigurationPlan, profile: String? = nil
  ) -> ArtefactProof {
    let scopes: [ArtefactScope]
    do {
      scopes = try ArtefactScope.read(text, as: format, plan, profile: profile)
    } catch {
      return ArtefactProof(rows: [], problems: ["it cannot be read back: \(error)"])
    }
    guard !scopes.isEmpty || plan.isEmpty else {
      return ArtefactProof(rows: [], problems: ["no settings are found in it"])
    }
    var problems: [String] = []
    var rows: [ProofRow] = []
    for scope in scopes.isEmpty ? [ArtefactScope.empty(plan)] : scopes {
      problems += scope.problems(plan)
      rows += plan.services.compactMap { row($0, scope) }
    }
    let reached = Set(rows.map(\.service))
    let moved = plan.services.filter { service in
      switch service.decision {
      case .dualStackSwitch, .endpoint: true
      case .standard, .ipv4, .refused: false
      }
    }
    problems += moved.filter { !reached.contains($0.service) }.map { "nothing in it is about \($0.service)" }
    return ArtefactProof(rows: rows, problems: problems)
  }

  /// What the client does for a service; `nil` for a service of which not even the plan knows what the client does.
  private func row(_ service: PlannedService, _ scope: ArtefactScope) -> ProofRow? {
    guard !service.host.isEmpty, let invocation = scope.invocation(service) else { return nil }
    let wanted = ProofRow.Target(
      host: service.host, scheme: "https", signingName: service.signingName,
      signingRegion: service.signingRegion)
    do throws(ClientStop) {
      let found = ProofRow.Target(
        try ask(ClientCall(service: service.service, operation: service.operation), invocation))
      return ProofRow(
        scope: scope.name, service: service.service, wanted: wanted, found: found,
        problem: found == wanted ? nil : "the client would call \(found.text), not \(wanted.text)")
    } catch {
      return ProofRow(
        scope: scope.name, service: service.service, wanted: wanted, found: nil,
        problem: "the client stops: \(error)")
    }
  }
}

extension ProofRow.Target {
  /// The target for a person.
  fileprivate var text: String {
    "\(scheme)://\(host), signed for "
      + (signingName.isEmpty ? "nothing" : "\(signingName) in \(signingRegion)")
  }
}

extension ArtefactProver {
  /// The variables and options that plans set, or the beginnings of their names.
  private static let ownNames = [
    "AWS_ENDPOINT_URL_", "AWS_USE_DUALSTACK_ENDPOINT", "agent.use_dualstack_endpoint",
    "Agent.UseDualStackEndpoint",
    "awslogs-region", "awslogs-endpoint", "log-driver", "log-opts.awslogs-",
  ]

  /// Whether a file has settings of plans and nothing else, so that it may be replaced.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - format: Its form.
  /// - Returns: Whether it does.
  package static func holdsNothingElse(_ bytes: [UInt8], _ format: ArtefactFormat) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let names = try? ArtefactScope.names(text, format), !names.isEmpty else { return false }
    return names.allSatisfy { name in
      ownNames.contains { name.hasPrefix($0) } || name.hasSuffix(".endpoint_override")
        || name.hasSuffix(".Endpoint")
    }
  }
}
