// SPDX-License-Identifier: Apache-2.0

import Foundation
import ServiceCatalog
import TestKit
import Testing

@Test func timing() throws {
  let path = TestEnvironment.cache.appendingPathComponent("botocore-1.44.5-py3-none-any.whl").path
  let clock = ContinuousClock()
  var release: ReleaseModel?
  print("import", try clock.measure { release = try ReleaseImporter.read(path) })
  var image: [UInt8] = []
  print("write", clock.measure { image = ImageWriter.write(release!) })
  print(image.count)
  print("open", try clock.measure { print(try Catalog(image: image).counts) })
}
