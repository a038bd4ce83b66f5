// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
package import SDKRelease
package import ServiceCatalog

/// What is made from the pinned SDK release; each value is made once.
package enum Release {
  /// The wheel.
  package static var wheel: String { PinnedRelease.wheel }
  /// The source archive.
  package static var sourceArchive: String { PinnedRelease.sourceArchive }
  /// The unpacked source archive.
  package static var folder: String { PinnedRelease.folder }
  /// The Python of the test set-up.
  package static var python: String { TestEnvironment.python }
  /// The release's data folder.
  package static let data = PinnedRelease.folder + "/botocore/data"

  /// The release of the wheel in memory.
  package static let model: Result<ReleaseModel, ImportError> = Result { () throws(ImportError) in
    try ReleaseImporter.read(PinnedRelease.wheel)
  }
  /// The image of that release: compiled, proved and written once.
  package static let image: Result<[UInt8], any Error> = Result { try ImageWriter.write(model.get()) }
  /// The embedded catalog.
  package static let catalog: Result<Catalog, ImageError> = Result { () throws(ImageError) in
    try Catalog.embedded()
  }
  /// Its hosts.
  package static let hosts: Result<HostList, ImageError> = Result { () throws(ImageError) in
    try catalog.get().hosts()
  }

  /// A small release: all partitions, few services.
  package static func small(_ services: Set<String> = ["ec2", "s3", "sts", "iam", "dynamodb"]) throws
    -> ReleaseModel
  {
    var release = try model.get()
    release.services.removeAll { !services.contains($0.folder) }
    return release
  }
}
