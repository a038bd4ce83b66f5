// SPDX-License-Identifier: Apache-2.0

import EgressBase
import Foundation
import ServiceCatalog
import StrictJSON
import Testing

@testable import ClientModel

/// Every recorded run of a real client is reproduced: endpoint, host, and where recorded, what was signed for.
@Suite struct RecordedRunTests {
  /// A file of runs, and how many it holds.
  enum Source: String, CaseIterable, Sendable {
    case recorded = "recorded-runs"
    case own = "own-runs"

    var count: Int { self == .own ? 1291 : 1849 }
  }

  static func rows(_ source: Source) -> [JSON] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/clients/\(source.rawValue).jsonl")
    let lines = (try? Data(contentsOf: file))?.split(separator: UInt8(ascii: "\n")) ?? []
    return lines.compactMap { try? JSON(parsing: Array($0)) }
  }

  /// The members that say what came out.
  private static let results: Set = ["endpoint", "request_host", "signing_name", "signing_region", "error"]

  /// What differs between a row and the answer to its question; `nil` when nothing does.
  static func difference(_ row: JSON, _ answer: JSON) -> String? {
    if let error = row["error"]?.string {
      return answer["error"] == nil ? "stopped with \"\(error)\", but the answer is \(answer.text())" : nil
    }
    if let error = answer["error"]?.string { return "did not stop, but the answer is \"\(error)\"" }
    for name in results where name != "request_host" {
      guard let expected = row[name], expected != answer[name] else { continue }
      return "\(name) is \(expected.text()), not \(answer[name]?.text() ?? "nothing")"
    }
    // A row without a command does not say that the bucket was named.
    if let host = row["request_host"]?.string, let found = answer["request_host"]?.string, host != found,
      row["command"] != nil || host != "example-bucket." + found
    {
      return "request_host is \(host), not \(found)"
    }
    return nil
  }

  @Test(arguments: Source.allCases) func everyRunIsReproduced(from source: Source) throws {
    let rows = Self.rows(source)
    #expect(rows.count == source.count)
    let runs = RecordedRuns(try .embedded())
    var (matching, all): ([String: Int], [String: Int]) = ([:], [:])
    for row in rows {
      let suite = row["suite"]?.string ?? ""
      let question = JSON.object((row.object ?? []).filter { !Self.results.contains($0.name) })
      all[suite, default: 0] += 1
      if let difference = Self.difference(row, runs.answer(question)) {
        Issue.record(
          "row \(row["id"]?.text() ?? "?"), \(row["client"]?.string ?? ""), \(row["case"]?.string ?? ""): \(difference)"
        )
      } else {
        matching[suite, default: 0] += 1
      }
    }
    for (suite, count) in all.sorted(by: { $0.key < $1.key }) {
      print("recorded runs, \(suite): \(matching[suite] ?? 0) of \(count)")
    }
  }

  @Test func aRowNeedsNothingButItsClientAndItsService() throws {
    let runs = RecordedRuns(try .embedded())
    let answer = runs.answer([
      "id": "x", "client": "aws-cli 2.36.7", "service_id": "STS", "region": "eu-west-1",
    ])
    #expect(answer["endpoint"] == "https://sts.eu-west-1.amazonaws.com")
    #expect(answer["signing_region"] == "eu-west-1")
    for (row, text) in [
      (["id": 1, "client": "netscape 4.7", "service_id": "STS"] as JSON, "no client"),
      (["id": 1, "client": "aws-cli 2.36.7"] as JSON, "names no service"),
      (["id": 1, "client": "aws-cli 2.36.7", "service_id": "STS", "env": 5] as JSON, "not an object"),
      (["id": 1, "client": "aws-cli 2.36.7", "service_id": "STS", "env": ["A": 5]] as JSON, "not a string"),
      (
        ["id": 1, "client": "terraform-provider-aws 5.100.0", "service_id": "STS", "config": "endpoints {"]
          as JSON,
        "neither a configuration file nor a provider block"
      ),
    ] {
      let error = runs.answer(row)["error"]?.string ?? ""
      #expect(error.contains(text), "\(error)")
      #expect(runs.answer(row)["id"] == 1)
    }
  }

  @Test func aRegionThatIsNoTextIsRefused() throws {
    let answer = RecordedRuns(try .embedded()).answer([
      "id": 1, "client": "aws-cli 2.36.7", "service_id": "S3", "region": 7,
    ])
    #expect(answer["error"] == "\"region\" is not a string" && answer["endpoint"] == nil)
  }

  @Test func aLineOfABatchThatNamesAClientIsARow() throws {
    let evaluation = try BatchEvaluation(.embedded())
    let line = #"{"id":7,"client":"rclone 1.75.2 (aws-sdk-go-v2)","service_id":"S3","region":"eu-central-1"}"#
    let answer = try JSON(parsing: Array(evaluation.answer(Array(line.utf8)).utf8))
    #expect(answer["id"] == 7)
    #expect(answer["request_host"] == "s3.us-east-1.amazonaws.com")
  }
}
