// SPDX-License-Identifier: Apache-2.0

import EndpointRules
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
  try Data(image).write(to: URL(fileURLWithPath: "/tmp/eg/cat-scratch/catalog.image"))
  var catalog: Catalog?
  print("open", try clock.measure { catalog = try Catalog(image: image); print(catalog!.counts) })
  let c = catalog!
  var same = 0
  for service in release!.services {
    for version in service.versions {
      let mine = c.service(folder: service.folder)!.version(version.apiVersion)!
      #expect(try c.rules(of: mine) == version.rules)
      if let model = version.model { #expect(c.operations(of: mine) == model.operations); same += 1 }
    }
  }
  print("same", same)
  let ec2 = try c.rules(of: c.service(folder: "ec2")!.current)!
  let s3 = try c.rules(of: c.service(folder: "s3")!.current)!
  print("100 ec2", try clock.measure { for _ in 0..<100 { _ = try ec2.resolve(["Region": "us-gov-west-1", "UseFIPS": false, "UseDualStack": true], partitions: c.rulePartitions) } })
  print("100 s3", try clock.measure { for _ in 0..<100 { _ = try s3.resolve(["Region": "us-gov-west-1", "UseFIPS": false, "UseDualStack": true, "Bucket": "foo"], partitions: c.rulePartitions) } })
}
