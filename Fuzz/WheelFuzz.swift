// SPDX-License-Identifier: Apache-2.0
// Modules: EgressBase IPAddressing StrictJSON EndpointRules EndpointRulesCompiled CEgressZlib CCatalogImage ServiceCatalog SDKRelease

import EndpointRules
import EndpointRulesCompiled
import SDKRelease
import ServiceCatalog

/// The files of a release that an input may stand for; the first byte chooses, 0 means a whole archive.
private let names = [
  "", "botocore/data/partitions.json", "botocore/data/endpoints.json", "botocore/data/a/1/service-2.json",
  "botocore/data/a/1/endpoint-rule-set-1.json.gz", "botocore/data/a/1/service-2.sdk-extras.json",
]

private let partitions = Array(
  """
  {"partitions":[{"id":"aws","regionRegex":"^us-a$","regions":{},"outputs":{"name":"aws","dnsSuffix":"a.b",\
  "dualStackDnsSuffix":"c.d","implicitGlobalRegion":"us-a","supportsFIPS":true,"supportsDualStack":true}}]}
  """.utf8)

private let limits: ArchiveLimits = {
  var limits = ArchiveLimits()
  limits.totalBytes = 16 << 20
  limits.fileBytes = 4 << 20
  return limits
}()

/// Any bytes are a release or are refused; what was read can be written as an image that opens.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = bytes.first else { return 0 }
  let name = names[Int(choice) % names.count]
  var archive = Array(bytes.dropFirst())
  if !name.isEmpty {
    var files = [(name, archive), ("botocore/data/b/1/service-2.json", Array("{}".utf8))]
    if name != names[1] { files.append((names[1], partitions)) }
    archive = zip(files)
  }
  guard let release = try? ReleaseImporter.read(archive, path: "input", limits: limits) else { return 0 }
  let image: [UInt8]
  do throws(RuleCompilerError) {
    image = try ImageWriter.write(release)
  } catch {
    // Rules may be too large to be compiled, but no program may give another answer than its rules.
    precondition(error.reason != .differs, error.message)
    return 0
  }
  do {
    let catalog = try Catalog(image: image)
    precondition(catalog.services.count == release.services.count)
  } catch {
    // An image may be larger or deeper than images may be, nothing else.
    guard case ImageError.damaged = error else { preconditionFailure("\(error)") }
  }
  return 0
}

/// A zip file with stored entries.
private func zip(_ files: [(name: String, contents: [UInt8])]) -> [UInt8] {
  var (body, directory): ([UInt8], [UInt8]) = ([], [])
  func four(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  func two(_ value: Int) -> [UInt8] { Array(four(value).prefix(2)) }
  for file in files {
    let middle =
      four(Int(sum(file.contents[...]))) + four(file.contents.count) + four(file.contents.count)
      + two(file.name.utf8.count)
    directory += four(0x0201_4B50) + two(20) + two(20) + [UInt8](repeating: 0, count: 8) + middle
    directory += [UInt8](repeating: 0, count: 12) + four(body.count) + Array(file.name.utf8)
    body += four(0x0403_4B50) + two(20) + [UInt8](repeating: 0, count: 8) + middle + two(0)
    body += Array(file.name.utf8) + file.contents
  }
  let end = four(0x0605_4B50) + two(0) + two(0) + two(files.count) + two(files.count)
  return body + directory + end + four(directory.count) + four(body.count) + two(0)
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
