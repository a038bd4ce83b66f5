// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import ServiceCatalog
import Testing

/// The provider's own names of services.
@Suite("Terraform's keys")
struct TerraformKeyTests {
  @Test("each key belongs to one service, and the provider follows it", arguments: ["eu-west-1"])
  func keys(region: String) throws {
    let world = try PlanWorld(region)
    let emulator = try world.emulator("terraform")
    var seen: [String: String] = [:]
    var (asked, followed) = (0, 0)
    for service in world.catalog.services where service.hasClient {
      let identifier = ServiceIdentifier.text(service.serviceID)
      guard let key = TerraformServiceKeys.key(identifier) else { continue }
      #expect(seen.updateValue(service.folder, forKey: key) == nil, "\(key): \(service.folder)")
      let invocation = SettingsChannel.ownOptions.setting(
        SettingsChannel.start(in: region), endpoint: "https://\(key).example.com", of: identifier,
        option: "endpoints." + key)
      // The rules of some services depend on the operation.
      guard let answer = try? emulator.answer(ClientCall(service: service.folder), invocation) else {
        continue
      }
      asked += 1
      if answer.requestHost.hasSuffix("\(key).example.com") {
        followed += 1
      } else {
        print("not followed: \(key)")
      }
    }
    #expect(seen["logs"] == "logs" && seen["s3"] == "s3" && seen["events"] == "events")
    #expect(asked > 230 && followed >= asked - 2, "\(followed) of \(asked)")
  }
}
