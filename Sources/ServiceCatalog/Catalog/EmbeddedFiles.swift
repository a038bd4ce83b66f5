// SPDX-License-Identifier: Apache-2.0

import CCatalogImage

/// The files that are part of the program.
enum EmbeddedFiles {
  /// The image of the pinned SDK release.
  static var catalogImage: ImageMemory {
    var count = 0
    let bytes = unsafe egress6_catalog_image(&count)
    return unsafe ImageMemory(permanent: UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// Names outside the SDK rules.
  static var facts: [UInt8] {
    var count = 0
    let bytes = unsafe egress6_facts(&count)
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Public evidence.
  static var evidence: ImageMemory {
    var count = 0
    let bytes = unsafe egress6_evidence(&count)
    return unsafe ImageMemory(permanent: UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// What older releases say otherwise.
  static var olderRules: ImageMemory {
    var count = 0
    let bytes = unsafe egress6_older_rules(&count)
    return unsafe ImageMemory(permanent: UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// AWS's public address ranges, packed.
  static var addressRanges: [UInt8] {
    var count = 0
    let bytes = unsafe egress6_address_ranges(&count)
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}

/// The project's own data files that other targets read.
package enum EmbeddedFacts {
  /// What AWS clients can be told, and what they do with it: JSON.
  package static var clients: [UInt8] {
    var count = 0
    let bytes = unsafe egress6_clients(&count)
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
