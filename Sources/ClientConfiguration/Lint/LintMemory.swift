// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase
import ServiceCatalog
import Synchronization

/// What the linter asks again and again, answered once.
final class LintMemory: Sendable {
  private struct State {
    var emulators: [String: ClientEmulator] = [:]
    var signings: [Place: Signing?] = [:]
    var groups: [ServiceRegion: [DeclaredGroup]] = [:]
    var answers: [Question: Result<ClientAnswer, ClientStop>] = [:]
  }

  private struct Question: Hashable {
    var client: String
    var service: String
    var invocation: ClientInvocation
  }

  /// More answers than this are given anew.
  private static let mostAnswers = 4096

  private struct Place: Hashable {
    var client: String
    var service: String
    var region: String
  }

  private let catalog: Catalog
  private let version: ReleaseVersion?
  private let state = Mutex(State())

  /// Makes a memory of nothing.
  init(_ catalog: Catalog, version: ReleaseVersion?) {
    self.catalog = catalog
    self.version = version
  }

  /// What a client calls for a service.
  func answer(
    _ client: Client, _ service: String, _ invocation: ClientInvocation
  ) -> Result<ClientAnswer, ClientStop> {
    let question = Question(client: client.id, service: service, invocation: invocation)
    if let known = state.withLock({ $0.answers[question] }) { return known }
    let emulator = emulator(client)
    let answer = Result { () throws(ClientStop) in
      try emulator.answer(ClientCall(service: service), invocation)
    }
    state.withLock { state in
      if state.answers.count < Self.mostAnswers { state.answers[question] = answer }
    }
    return answer
  }

  /// The emulator of a client.
  private func emulator(_ client: Client) -> ClientEmulator {
    state.withLock { state in
      if let known = state.emulators[client.id] { return known }
      let emulator = ClientEmulator(client, version: version, catalog: catalog)
      state.emulators[client.id] = emulator
      return emulator
    }
  }

  /// What a client signs a service's requests for in a region without any setting; `nil` where it does not call the service.
  func signing(_ client: Client, _ service: String, _ region: String) -> Signing? {
    let place = Place(client: client.id, service: service, region: region)
    if let known = state.withLock({ $0.signings[place] }) { return known }
    var bare = ClientInvocation()
    bare.region = region
    let signing = (try? emulator(client).answer(ClientCall(service: service), bare))?.signing
    state.withLock { $0.signings[place] = .some(signing) }
    return signing
  }

  /// The names that the endpoint rules give a service in a region.
  func groups(_ place: ServiceRegion) -> [DeclaredGroup] {
    if let known = state.withLock({ $0.groups[place] }) { return known }
    let groups = (try? catalog.declared(includingGroups: true) { $0 == place }) ?? []
    state.withLock { $0.groups[place] = groups }
    return groups
  }
}
