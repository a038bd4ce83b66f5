// SPDX-License-Identifier: Apache-2.0

/// What came of looking for a scheme.
enum SigningOutcome {
  case found(EndpointSigning)
  /// There is no such scheme.
  case none
  /// A value that is needed is unset, or a text is too large.
  case failure
}

extension Machine {
  /// Finds a scheme among the properties of a result and writes its texts.
  mutating func signing(_ leaf: Int, _ index: Int, to output: inout Output) -> SigningOutcome {
    if inputs.code(leaf) == .failure { return .failure }
    guard inputs.code(leaf) == .endpoint, var place = properties(leaf) else { return .none }
    for _ in 0..<memberCount(&place) {
      let isSchemes = name(&place).isEqual("authSchemes")
      guard isSchemes, image.u8(place) == PropertyCode.array.rawValue else {
        skipProperty(&place)
        continue
      }
      place += 1
      let count = memberCount(&place)
      guard index >= 0, index < count else { return .none }
      for _ in 0..<index { skipProperty(&place) }
      guard image.u8(place) == PropertyCode.object.rawValue else { return .none }
      place += 1
      return scheme(&place, to: &output)
    }
    return .none
  }

  private mutating func scheme(_ place: inout Int, to output: inout Output) -> SigningOutcome {
    var signing = EndpointSigning()
    for _ in 0..<memberCount(&place) {
      let name = name(&place)
      let value = place
      let code = image.u8(value)
      skipProperty(&place)
      if name.isEqual("name"), code == PropertyCode.text.rawValue {
        guard let text = literal(value + 1) ?? filled(template: value + 1) else { return .failure }
        signing.scheme =
          text.isEqual("sigv4")
          ? .sigv4
          : text.isEqual("sigv4a") ? .sigv4a : text.isEqual("sigv4-s3express") ? .sigv4S3Express : nil
      } else if name.isEqual("signingName"), code == PropertyCode.text.rawValue {
        guard let range = write(property: value, to: &output) else { return .failure }
        signing.name = range
      } else if name.isEqual("signingRegion"), code == PropertyCode.text.rawValue {
        guard let range = write(property: value, to: &output) else { return .failure }
        signing.region = range
      } else if name.isEqual("signingRegionSet"), code == PropertyCode.array.rawValue,
        image.u16(value + 1) > 0
      {
        guard let range = write(property: value + 3, to: &output) else { return .failure }
        signing.region = range
      } else if name.isEqual("disableDoubleEncoding") {
        signing.disableDoubleEncoding = code == PropertyCode.yes.rawValue
      } else if name.isEqual("disableNormalizePath") {
        signing.disableNormalizePath = code == PropertyCode.yes.rawValue
      }
    }
    signing.count = output.count
    return .found(signing)
  }

  /// Writes a property that is a text, and tells where.
  private mutating func write(property place: Int, to output: inout Output) -> Range<Int>? {
    let start = output.count
    guard image.u8(place) == PropertyCode.text.rawValue else { return 0..<0 }
    guard write(template: place + 1, to: &output) else { return nil }
    return start..<output.count
  }

  /// The text of a template that is one literal, as the names of schemes are.
  private func literal(_ place: Int) -> Text? {
    let count = Int(image.u8(place))
    guard count <= TemplateCode.maximumRun, image.u8(place + 1 + count) == TemplateCode.end else {
      return nil
    }
    return image.text(place + 1, count)
  }

  // MARK: The tree of properties

  /// Where the properties of an endpoint start; `nil` when it has neither headers nor properties.
  private func properties(_ leaf: Int) -> Int? {
    var place = extras(of: leaf)
    if place == 0 { return nil }
    let headers = image.u8(place)
    place += 1
    for _ in 0..<headers {
      place += 2 + image.u16(place)
      let values = image.u8(place)
      place += 1
      for _ in 0..<values { skipTemplate(&place) }
    }
    return place
  }

  private func memberCount(_ place: inout Int) -> Int {
    defer { place += 2 }
    return image.u16(place)
  }

  private func name(_ place: inout Int) -> Text {
    let count = memberCount(&place)
    defer { place += count }
    return image.text(place, count)
  }

  private func skipProperty(_ place: inout Int) {
    let code = PropertyCode(rawValue: image.u8(place))
    place += 1
    switch code {
    case .text: skipTemplate(&place)
    case .integer: place += 8
    case .array: for _ in 0..<memberCount(&place) { skipProperty(&place) }
    case .object:
      for _ in 0..<memberCount(&place) {
        _ = name(&place)
        skipProperty(&place)
      }
    case .no, .yes, nil: break
    }
  }
}
