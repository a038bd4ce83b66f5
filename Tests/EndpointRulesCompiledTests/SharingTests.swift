// SPDX-License-Identifier: Apache-2.0

import EndpointRules
import RulesTestKit
import Testing

@_spi(Performance) @testable import EndpointRulesCompiled

/// One program and one resolver, used by eight tasks at once; `swift test --sanitize=thread` looks for races.
@Suite struct SharingTests {
  private static let tasks = 8
  private static let rounds = 500

  @Test("a resolver and its program serve eight tasks") func shared() async throws {
    let release = try CompiledRelease.all.get()
    let program = try release.newest("s3").program
    let resolver = try EndpointResolver(
      program, bound: ["Region": "us-west-2", "UseFIPS": false], unbound: ["Bucket", "UseDualStack"])
    let buckets = [
      "bucket-name", "my.bucket", "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint",
      "a--use1-az1--x-s3",
      "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
      "Bad_Name",
    ]
    let cases: [Parameters] = buckets.flatMap { bucket in
      [false, true].map { ["Bucket": .string(bucket), "UseDualStack": .boolean($0)] }
    }
    let rules = try release.newest("s3").rules
    let expected = try cases.map { values in
      var parameters = values
      parameters["Region"] = "us-west-2"
      parameters["UseFIPS"] = false
      return try rules.resolve(parameters, partitions: release.partitions)
    }
    let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<Self.tasks {
        group.addTask {
          var memo = EndpointResolver.Memo()
          var wrong = 0
          for round in 0..<Self.rounds {
            let index = (task + round) % cases.count
            let arguments = resolver.arguments(cases[index])
            if try resolver.resolve(arguments) != expected[index] { wrong += 1 }
            var unbound = program.arguments(cases[index])
            unbound["Region"] = "us-west-2"
            unbound["UseFIPS"] = false
            if try program.resolve(unbound) != expected[index] { wrong += 1 }
            if case .endpoint(let endpoint) = expected[index],
              try resolver.url(arguments, memo: &memo) != endpoint.url
            {
              wrong += 1
            }
          }
          return wrong
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }

  @Test("eight tasks look programs up and make resolvers of them") func lookedUp() async throws {
    let release = try CompiledRelease.all.get()
    let compiled = release.compiled
    let names = compiled.names
    let found = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<Self.tasks {
        group.addTask {
          var found = 0
          for index in stride(from: task, to: names.count, by: 3) {
            // A few services require more than a region.
            guard let program = compiled[names[index]],
              let resolver = try? EndpointResolver(
                program, bound: ["Region": "eu-west-1"], unbound: ["UseDualStack"])
            else { continue }
            if case .endpoint? = try? resolver.resolve(resolver.arguments()) { found += 1 }
          }
          return found
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(found > names.count)
  }
}
