// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase IPAddressing StrictJSON EndpointRules EndpointRulesCompiled CEgressZlib CCatalogImage ServiceCatalog ClientModel

import ClientModel
import EndpointRules
import EndpointRulesCompiled
import ServiceCatalog

/// Any bytes are a catalog image or are refused; of an image everything can be read and asked.
///
/// Check sums and the length are made right first: otherwise hardly any input would get past them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  use(bytes)
  guard bytes.count > 24 else { return 0 }
  sealPrograms(&bytes)
  write(UInt32(bytes.count), at: 12, in: &bytes)
  write(sum(bytes[20...]), at: 16, in: &bytes)
  use(bytes)
  return 0
}

private func use(_ bytes: [UInt8]) {
  guard let catalog = try? Catalog(image: bytes) else { return }
  _ = catalog.counts
  _ = try? catalog.endpointsFile()
  _ = try? catalog.declared()
  let resolver = ClientResolver(catalog)
  for service in catalog.services.prefix(8) {
    precondition(catalog.service(folder: service.folder) != nil, "a service is not found")
    _ = try? catalog.lookup(service: service.serviceID)
    for version in service.versions.prefix(4) {
      _ = catalog.operations(of: version)
      _ = try? catalog.rules(of: version)
      _ = catalog.program(of: version)?.parameters
    }
    _ = try? resolver.resolve(EndpointQuery(service: service.folder, region: "eu-west-1", useDualStack: true))
  }
}

/// Makes the check sum of the compiled rules right, which is section 11.
private func sealPrograms(_ bytes: inout [UInt8]) {
  func number(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) } }
  for entry in stride(from: 24, to: min(bytes.count - 12, 24 + 12 * 16), by: 12) where number(entry) == 11 {
    let (start, count) = (number(entry + 4), number(entry + 8))
    guard count >= 64, start + count <= bytes.count else { return }
    var programs = Array(bytes[start..<start + count])
    ImageChecksum.seal(&programs)
    bytes.replaceSubrange(start..<start + count, with: programs)
    return
  }
}

private func write(_ value: UInt32, at index: Int, in bytes: inout [UInt8]) {
  for byte in 0..<4 { bytes[index + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
}

/// CRC-32 bit by bit.
private func sum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var register: UInt32 = .max
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~register
}
