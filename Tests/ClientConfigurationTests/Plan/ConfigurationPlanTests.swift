// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ClientModel
import Testing

@Suite("Plans for clients")
struct ConfigurationPlanTests {
  @Test("a switch stands alone")
  func switchAlone() {
    let plan = ConfigurationPlan(
      client: Client(id: "boto3", name: "boto3"), version: nil, region: "eu-west-1",
      usesDualStackSwitch: true,
      services: [])
    #expect(plan.variables.map(\.name) == ["AWS_USE_DUALSTACK_ENDPOINT"])
  }
}
