// SPDX-License-Identifier: Apache-2.0

extension ProgramValidator {
  func checkLeaf(_ place: Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    var text = try bytes.u32(place + LeafLayout.text)
    let extras = try bytes.u32(place + LeafLayout.extras)
    let rule = try bytes.u32(place + LeafLayout.kindAndRule) & 0x3FFF_FFFF
    try bytes.checkRange(rule + 1, 2 * Int(try bytes.u8(rule)))
    checks.result = TextSize()
    if extras != 0 {
      if extras != checks.lastExtras.place {
        try checkExtras(extras, &checks)
        checks.lastExtras = (extras, checks.result)
      }
      checks.result = checks.lastExtras.size
    }
    try checkTemplate(&text, &checks)
    try check(checks.result.isBounded, "a result can get too long", place)
  }

  private func checkExtras(_ start: Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    var place = start + 1
    for _ in 0..<(try bytes.u8(start)) {
      try checkName(&place, &checks)
      let values = try bytes.u8(place)
      place += 1
      for _ in 0..<values {
        checks.result.add(.part)
        try checkTemplate(&place, &checks)
      }
    }
    try checkMembers(&place, &checks, depth: 0)
    try note(place - start, &checks)
  }

  private func checkName(_ place: inout Int, _ checks: inout ValueChecks) throws(RuleImageError) {
    let count = try bytes.u16(place)
    try bytes.checkRange(place + 2, count)
    checks.result.add(TextSize(constant: count))
    place += 2 + count
  }

  private func checkMembers(_ place: inout Int, _ checks: inout ValueChecks, depth: Int)
    throws(RuleImageError)
  {
    let count = try bytes.u16(place)
    place += 2
    for _ in 0..<count {
      try checkName(&place, &checks)
      try checkProperty(&place, &checks, depth: depth)
    }
  }

  private func checkProperty(_ place: inout Int, _ checks: inout ValueChecks, depth: Int)
    throws(RuleImageError)
  {
    try check(depth <= RuleCompiler.maximumDepth, "properties nest too deep", place)
    checks.result.add(.part)
    let code = PropertyCode(rawValue: try bytes.u8(place))
    place += 1
    switch code {
    case .no, .yes: break
    case .text: try checkTemplate(&place, &checks)
    case .integer:
      try bytes.checkRange(place, 8)
      place += 8
    case .object: try checkMembers(&place, &checks, depth: depth + 1)
    case .array:
      let count = try bytes.u16(place)
      place += 2
      for _ in 0..<count { try checkProperty(&place, &checks, depth: depth + 1) }
    case nil: throw .malformed(what: "there is no such kind of property", offset: place - 1)
    }
  }
}
