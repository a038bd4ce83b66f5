// SPDX-License-Identifier: Apache-2.0
package func probeGraph(_ rules: RuleSet, limit: Int = 200_000) throws -> (Int, Int, Int, Int) {
  let g = try GraphBuilder.graph(of: rules, stateLimit: limit)
  return (g.nodes.count, g.leaves.count, g.values.count, g.registers.count)
}
