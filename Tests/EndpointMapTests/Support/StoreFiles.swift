// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointMap
import Foundation

extension TemporaryFolder {
  /// The folder's path.
  var path: String { url.path }

  /// The path of a file in the folder.
  func file(_ name: String = "map.sqlite") -> String { url.path + "/" + name }
}

/// The size of a file in bytes.
func size(of path: String) -> Int {
  (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
}

/// The store's error that a piece of work ends with; `nil` when it succeeds.
func storeError<Value>(_ body: () throws -> Value) throws -> StoreError? {
  do {
    _ = try body()
    return nil
  } catch let error as StoreError {
    return error
  }
}

/// The code of the store's error that a piece of work ends with; `nil` when it succeeds.
func kind<Value>(of body: () throws -> Value) throws -> StoreError.Kind? { try storeError(body)?.kind }
