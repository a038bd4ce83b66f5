// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase StrictJSON

import StrictJSON

/// Any bytes are read or refused; reading and skipping agree; what was read survives writing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let value = try? JSON(parsing: bytes)
  var isValid = false
  if var scanner = try? JSONScanner(bytes), (try? scanner.skipValue()) != nil, (try? scanner.finish()) != nil
  {
    isValid = true
  }
  // Skipping does not convert numbers, so a number out of range is the one thing that only reading refuses.
  if value != nil { precondition(isValid, "read, but not skipped") }
  if let value {
    for layout in [JSON.Layout.compact, .pretty] {
      let again = try? JSON(parsing: value.bytes(layout), options: .init(maximumSize: .max))
      precondition(again == value, "changed by writing")
    }
  }
  return 0
}
