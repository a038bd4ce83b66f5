// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EgressDNS

/// What NXDOMAIN answers say about parents.
@Suite struct NXDOMAINCacheTests {
  private func name(_ text: String) throws -> DomainName { try #require(DomainName(text)) }

  @Test("asks about a parent after three missing children, and believes two answers")
  func twoAnswers() throws {
    var cache = NXDOMAINCache()
    let parent = try name("r.api.example")
    #expect(cache.recordMissing(try name("a.r.api.example")) == nil)
    #expect(cache.recordMissing(try name("b.r.api.example")) == nil)
    #expect(cache.recordMissing(try name("c.r.api.example")) == parent)
    #expect(cache.recordMissing(try name("d.r.api.example")) == nil)
    #expect(cache.missingAncestor(of: try name("x.r.api.example")) == nil)
    #expect(cache.recordAnswer(about: parent, exists: false) == .confirm)
    #expect(cache.missingAncestor(of: try name("x.r.api.example")) == nil)
    #expect(cache.recordAnswer(about: parent, exists: false) == .none)
    #expect(cache.missingAncestor(of: try name("x.y.r.api.example")) == parent)
    #expect(cache.missingAncestor(of: try name("x.s.api.example")) == nil)
  }

  @Test("forgets the first answer when the second look fails or differs", arguments: [nil, true])
  func disagreement(second: Bool?) throws {
    var cache = NXDOMAINCache()
    let parent = try name("r.api.example")
    for child in ["a", "b", "c"] { _ = cache.recordMissing(try name("\(child).r.api.example")) }
    #expect(cache.recordAnswer(about: parent, exists: false) == .confirm)
    #expect(cache.recordAnswer(about: parent, exists: second) == .none)
    #expect(cache.missingAncestor(of: try name("x.r.api.example")) == nil)
  }

  @Test("a child that exists makes all parents exist")
  func existingChild() throws {
    var cache = NXDOMAINCache()
    let parent = try name("r.api.example")
    for child in ["a", "b", "c"] { _ = cache.recordMissing(try name("\(child).r.api.example")) }
    cache.recordExisting(try name("d.r.api.example"))
    #expect(cache.recordAnswer(about: parent, exists: false) == .confirm)
    #expect(cache.recordAnswer(about: parent, exists: false) == .none)
    #expect(cache.missingAncestor(of: try name("x.r.api.example")) == nil)
    #expect(cache.recordMissing(try name("e.r.api.example")) == nil)
  }

  @Test("climbs when several parents are missing, but never to a top-level domain")
  func climbing() throws {
    var cache = NXDOMAINCache()
    var asked: [DomainName] = []
    for parent in ["p", "q", "r"] {
      for child in ["a", "b", "c"] {
        guard let name = cache.recordMissing(try name("\(child).\(parent).api.example")) else { continue }
        _ = cache.recordAnswer(about: name, exists: false)
        if case .ask(let above) = cache.recordAnswer(about: name, exists: false) { asked.append(above) }
      }
    }
    #expect(asked == [try name("api.example")])
    #expect(cache.recordMissing(try name("example")) == nil)
    for child in ["a", "b", "c", "d"] { #expect(cache.recordMissing(try name("\(child).example")) == nil) }
  }
}
