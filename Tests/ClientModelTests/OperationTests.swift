// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointRules
import Foundation
import ReleaseTestKit
import StrictJSON
import Testing

@testable import ClientModel
@testable import ServiceCatalog

/// What botocore knows of all operations, and what the catalog holds of them.
@Suite struct OperationTests {
  static func lines(_ script: String, _ arguments: [String] = []) async throws -> [JSON] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Scripts/" + script).path
    let run = try await Command.run(Release.python, [path] + arguments)
    try #require(run.status == 0, "\(run.errorText.suffix(500))")
    return try run.output.split(separator: 0x0A).map {
      try JSON(parsing: Array($0), options: .init(maximumSize: 8 << 20))
    }
  }

  @Test("every operation has one name in all spellings, its members and its discovery are botocore's")
  func operations() async throws {
    let catalog = try Release.catalog.get()
    var (compared, looked) = (0, 0)
    for line in try await Self.lines("botocore-operations.py") {
      let service = try catalog.lookup(service: try #require(line["service"]?.string))
      let version = service.current
      let operations = catalog.operations(of: version)
      let members = try catalog.inputMembers(of: version)
      let expected = try #require(line["operations"]?.object)
      #expect(
        operations.map(\.name) == expected.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      #expect(operations.first(where: \.discoversEndpoints)?.name == line["discovery"]?.string)
      // Two operations with one key could not be told from each other.
      #expect(Set(operations.map { ServiceName.key($0.name) }).count == operations.count, "\(service.folder)")
      for operation in operations {
        let other = try #require(line["operations"]?[operation.name])
        let (python, command) = (other["python"]?.string ?? "", other["command"]?.string ?? "")
        let key = ServiceName.key(operation.name)
        #expect(
          ServiceName.key(python) == key && ServiceName.key(command) == key,
          "\(service.folder) \(operation.name)")
        let known = other["members"]?.array?.compactMap(\.string) ?? []
        #expect(members[operation.name] ?? [] == known, "\(service.folder) \(operation.name)")
        let discovery: ServiceCatalog.Operation.Discovery =
          switch other["discovery"]?.bool {
          case true?: .required
          case false?: .optional
          case nil: .none
          }
        #expect(operation.discovery == discovery, "\(service.folder) \(operation.name)")
        compared += 1
        // All spellings are looked up where that is cheap; elsewhere the keys above say the same.
        guard operations.count <= 20 else { continue }
        for spelling in [
          operation.name, python, command, operation.name.lowercased(), operation.name.uppercased(),
        ] {
          let found = try catalog.lookup(operation: spelling, of: version, service: service.folder)
          #expect(found == operation, "\(service.folder) \(spelling)")
          looked += 1
        }
      }
    }
    print("operations: \(compared) compared, \(looked) spellings looked up")
    #expect(compared > 18_000 && looked > 1_000)
  }

  @Test("an operation's spelling changes nothing")
  func spellings() throws {
    let resolver = ClientResolver(try Release.catalog.get())
    for (service, operation, input) in [
      ("s3", "GetBucketLocation", [JSON.Member("Bucket", "my-bucket")]),
      (
        "s3control", "CreateAccessPoint",
        [JSON.Member("AccountId", "123456789012"), JSON.Member("Name", "n")]
      ),
      ("stepfunctions", "StartSyncExecution", []), ("timestream-write", "WriteRecords", []),
    ] {
      var words = ""
      for character in operation { words += character.isUppercase ? "-\(character)" : "\(character)" }
      let kebab = words.dropFirst().lowercased()
      let spellings = [operation, kebab, kebab.replacing("-", with: "_"), operation.lowercased()]
      let answers = try spellings.map { spelling in
        try resolver.resolve(
          EndpointQuery(service: service, region: "us-west-2", operation: spelling, input: .object(input)))
      }
      #expect(Set(answers.map(\.requestURL)).count == 1, "\(operation)")
      #expect(Set(answers.map(\.signing)).count == 1, "\(operation)")
      #expect(answers.allSatisfy { $0.operation?.name == operation && $0.discovery == answers[0].discovery })
    }
    let path = try resolver.resolve(
      EndpointQuery(
        service: "s3", region: "us-west-2", operation: "getbucketlocation",
        input: .object([.init("Bucket", "my-bucket")])))
    #expect(path.requestURL == "https://s3.us-west-2.amazonaws.com/my-bucket")
  }

  @Test("a member that the operation does not have goes to the client, or is refused with the nearest name")
  func members() throws {
    let resolver = ClientResolver(try Release.catalog.get())
    func resolve(_ service: String, _ operation: String, _ name: String, _ value: JSON) throws
      -> ResolvedEndpoint
    {
      try resolver.resolve(
        EndpointQuery(
          service: service, region: "us-west-2", operation: operation, input: .object([.init(name, value)])))
    }
    #expect(throws: QueryError.unknownMember("Buckt", operation: "GetObject", nearest: ["Bucket"])) {
      try resolve("s3", "get-object", "Buckt", "b")
    }
    // The rules know a bucket, but only from inputs: botocore refuses this, too.
    #expect(throws: QueryError.self) { try resolve("s3", "ListBuckets", "Bucket", "b") }
    #expect(throws: QueryError.self) { try resolve("ec2", "DescribeRegions", "region", "b") }
    let account = try resolve("dynamodb", "ListTables", "AccountId", "123456789012")
    #expect(account.requestURL == "https://123456789012.ddb.us-west-2.amazonaws.com")
    let dualStack = try resolve("ec2", "DescribeRegions", "UseDualStack", true)
    #expect(dualStack.requestURL == "https://ec2.us-west-2.api.aws")
    let moved = try resolve("ec2", "DescribeRegions", "Region", "eu-west-1")
    #expect(moved.requestURL == "https://ec2.eu-west-1.amazonaws.com" && moved.signing?.region == "eu-west-1")
    #expect(throws: QueryError.invalidInput("parameter UseDualStack: expected a boolean, found a string")) {
      try resolve("ec2", "DescribeRegions", "UseDualStack", "yes")
    }
    // Members that botocore adds to a model are members.
    #expect(try resolve("rds", "CopyDBSnapshot", "SourceRegion", "eu-west-1").url != nil)
  }

  @Test("services without a client answer from endpoints.json as botocore reads it") func listed()
    async throws
  {
    let catalog = try Release.catalog.get()
    let services = try catalog.servicesWithoutClient().map(\.folder)
    #expect(services.contains("transcribestreaming") && services.contains("data.iot"))
    let regions = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "us-west-2", "eu-new-1", "auto"]
    let resolver = ClientResolver(catalog)
    let lines = try await Self.lines(
      "botocore-listed.py", [services.joined(separator: ","), regions.joined(separator: ",")])
    #expect(lines.count == services.count * regions.count * 4)
    for line in lines {
      let fields = try #require(line.array)
      let answer = try resolver.resolve(
        EndpointQuery(
          service: try #require(fields[0].string), region: fields[1].string,
          useDualStack: fields[2].bool == true, useFIPS: fields[3].bool == true))
      #expect(answer.requestURL == fields[4].string.map { "https://" + $0 }, "\(line.text())")
      guard answer.url != nil else { continue }
      #expect(answer.signing?.name == fields[5].string, "\(line.text())")
      #expect(answer.signing?.region == fields[6].string, "\(line.text())")
    }
    #expect(throws: QueryError.self) {
      try resolver.resolve(EndpointQuery(service: "data.iot", region: "us-east-1", operation: "Publish"))
    }
  }

  @Test("discovery is told for the operations that have it, and not with an endpoint URL") func discovery()
    throws
  {
    let resolver = ClientResolver(try Release.catalog.get())
    func discovery(
      _ service: String, _ operation: String?, _ url: String? = nil
    ) throws -> ResolvedEndpoint.Discovery? {
      try resolver.resolve(
        EndpointQuery(service: service, region: "us-west-2", endpointURL: url, operation: operation)
      ).discovery
    }
    let required = ResolvedEndpoint.Discovery(
      isRequired: true, operation: "DescribeEndpoints", isMadeByDefault: true)
    let optional = ResolvedEndpoint.Discovery(
      isRequired: false, operation: "DescribeEndpoints", isMadeByDefault: false)
    #expect(try discovery("timestream-write", "WriteRecords") == required)
    #expect(try discovery("timestream-query", nil) == required)
    #expect(try discovery("timestream-write", "DescribeEndpoints") == nil)
    #expect(try discovery("timestream-write", "WriteRecords", "http://127.0.0.1:1") == nil)
    #expect(try discovery("dynamodb", "GetItem") == optional)
    #expect(try discovery("ec2", nil) == nil)
  }
}
