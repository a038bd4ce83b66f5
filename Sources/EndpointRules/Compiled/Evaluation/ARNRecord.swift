// SPDX-License-Identifier: Apache-2.0

/// An ARN taken apart into places of its text, the same way as ``ParsedARN``.
@safe struct ARNRecord: BitwiseCopyable {
  private let start: UnsafeRawPointer?
  private let count: Int32
  /// Where the five colons are that end `arn`, partition, service, region and account.
  private var colons: SIMD8<Int32> = .zero

  /// What is no ARN.
  static var none: ARNRecord { ARNRecord() }

  private init() {
    unsafe start = nil
    count = 0
  }

  /// Takes a text apart.
  @inline(__always)
  init(_ text: Text) {
    guard text.count >= 4, text.count < Int(Int32.max), text.slice(0, 4).isEqual("arn:") else {
      self = .none
      return
    }
    colons[0] = 3
    var found = 1
    var index = 4
    while index < text.count, found < 5 {
      if text[index] == UInt8(ascii: ":") {
        colons[found] = Int32(truncatingIfNeeded: index)
        found &+= 1
      }
      index &+= 1
    }
    guard found == 5, colons[1] > 4, colons[2] &- colons[1] > 1, Int(colons[4]) &+ 1 < text.count else {
      self = .none
      return
    }
    unsafe start = unsafe text.start
    count = Int32(truncatingIfNeeded: text.count)
  }

  @inline(__always)
  var isSet: Bool { unsafe start != nil }

  /// One of the parts before the resource.
  @inline(__always)
  func part(_ attribute: Int) -> Text? {
    guard let start = unsafe start else { return nil }
    let from = Int(colons[attribute & 3]) &+ 1
    return unsafe Text(start: start + from, count: Int(colons[(attribute & 3) &+ 1]) &- from)
  }

  /// A piece of the resource; a negative index counts from the end.
  func resource(_ index: Int) -> Text? {
    guard let start = unsafe start else { return nil }
    let from = Int(colons[4]) &+ 1
    let resource = unsafe Text(start: start + from, count: Int(count) &- from)
    return resource.piece(index) { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
  }
}

extension Text {
  /// A piece of the text between separators; a negative index counts from the end.
  @inline(__always)
  func piece(_ index: Int, _ isSeparator: (UInt8) -> Bool) -> Text? {
    var wanted = index
    if index < 0 {
      var pieces = 1
      for place in 0..<count where isSeparator(self[place]) { pieces &+= 1 }
      wanted = pieces &+ index
      if wanted < 0 { return nil }
    }
    var from = 0
    var place = 0
    while place < count {
      if isSeparator(self[place]) {
        if wanted == 0 { return slice(from, place) }
        wanted &-= 1
        from = place &+ 1
      }
      place &+= 1
    }
    return wanted == 0 ? slice(from, count) : nil
  }
}
