// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import ClientModel

/// Command lines of the AWS CLI and provider blocks of Terraform, as rows have them.
@Suite struct RowReaderTests {
  @Test func aCommandLineIsReadAsAShellDoes() {
    let call = CommandLineCall(
      #"aws --region eu-west-1 s3api list-objects-v2 --bucket 'my bucket' --max-keys=5 --no-paginate --no-fetch-owner --profile b"#
    )
    #expect(call.folder == "s3")
    #expect(call.operation == "list-objects-v2")
    #expect(call.value("region") == "eu-west-1")
    #expect(call.value("profile") == "b")
    let input = call.input(["Bucket", "MaxKeys", "FetchOwner", "Prefix"])
    #expect(input == ["Bucket": "my bucket", "MaxKeys": "5", "FetchOwner": false])
  }

  @Test func valuesOfOptionsAreListsOrDocuments() {
    let call = CommandLineCall(#"ec2 run --ids a b --filter {\"a\":1} --dry-run out.json"#)
    #expect(call.input(["Ids", "Filter"]) == ["Ids": ["a", "b"], "Filter": ["a": 1]])
  }

  @Test(
    arguments: [
      ("s3 ls", "ListBuckets", JSON.object([])), ("s3 ls s3://b/x", "ListObjectsV2", ["Bucket": "b"]),
      ("s3 mb s3://b", "CreateBucket", ["Bucket": "b"]),
      ("s3 cp x s3://b/x", "ListObjectsV2", ["Bucket": "b"]),
    ] as [(String, String, JSON)])
  func highCommandsOfS3CallOperations(line: String, operation: String, input: JSON) {
    let call = CommandLineCall(line)
    #expect(call.calledOperation == operation)
    #expect(call.input([]) == input)
  }

  @Test func aProviderBlockIsRead() throws {
    let block = try #require(
      ProviderBlock(
        "use_dualstack_endpoint = true # yes\n endpoints {\n logs = \"https://x\"\n s3=\"https://y\" }\n// end"
      ))
    #expect(
      block.arguments == [
        "use_dualstack_endpoint": "true", "endpoints.logs": "https://x", "endpoints.s3": "https://y",
      ])
    for text in ["endpoints {", "}", "a", "a =", "a = \"x", "= 1", "a { b = 1 } }"] {
      #expect(ProviderBlock(text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ("https://x.example", true), ("http://localhost:1234/a", true), ("https://[2001:db8::1]:8443", true),
    ("https://LOGS.Example", true), ("https://x.example.", true), ("ftp://x", true), ("logs.example", false),
    ("\"https://x\"", false), ("https://x # note", false), ("https://", false), ("https://-x", false),
    ("https://a..b", false), ("https://[::1::2]", false), ("https://x\n", false), ("", false),
  ])
  func botocoreAcceptsURLsWithSchemeAndHost(url: String, isAccepted: Bool) {
    #expect(EndpointURLCheck.botocoreAccepts(url) == isAccepted)
  }
}
