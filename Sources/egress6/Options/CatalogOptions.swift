// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressBase
import Foundation
import SDKRelease
import ServiceCatalog

/// Which SDK release a command works with.
struct CatalogOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A catalog image instead of the built-in one. [env: EGRESS6_CATALOG]", valueName: "file"))
  var catalog: String?

  func validate() throws { try OutputOptions.requireName(catalog, of: "--catalog") }

  /// Images are about a megabyte; this leaves room and keeps a wrong file from filling the memory.
  static let largestImage = 64 << 20

  /// The image that was named; `nil` for the built-in one.
  var path: String? {
    let variable = ProcessInfo.processInfo.environment["EGRESS6_CATALOG"] ?? ""
    return catalog ?? (variable.isEmpty ? nil : variable)
  }

  /// Opens the catalog.
  func open() throws -> Catalog {
    guard let path else { return try Catalog.embedded() }
    return try Self.open(path)
  }

  /// Opens an image, or reads a release, whichever the path leads to.
  static func open(any path: String) throws -> Catalog {
    if !Files.isFolder(path) {
      do {
        return try Catalog(image: FileAccess.read(path, limit: ArchiveLimits.standard.archiveBytes))
      } catch ImageError.notAnImage {
        // A release, then.
      }
    }
    return try Catalog(image: try ImageWriter.write(ReleaseImporter.read(path)))
  }

  /// Opens an image file.
  static func open(_ path: String) throws -> Catalog {
    let bytes = try FileAccess.read(path, limit: largestImage)
    do {
      return try Catalog(image: bytes)
    } catch {
      throw CommandFailure(
        .input, "\(error)", at: path,
        help: "make an image with: egress6 catalog import <botocore wheel> --to <file>")
    }
  }
}
