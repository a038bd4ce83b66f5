// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The number of files and sockets that the system lets this process open.
///
/// It is checked before the first socket is made, because the event loops cannot be made with too few.
enum OpenFiles {
  /// The files of one event loop: its poll, its wake-up and its timer.
  private static let perEventLoop = 3
  /// Files that a scan opens besides: the store with its journal and lock, and the handling of signals.
  private static let reserve = 16
  /// The descriptors that are looked at to count the open ones.
  private static let mostCounted: Int32 = 1024

  /// Whether the event loops were made, so that their files are among the open ones.
  private static let hasEventLoops = Atomic(false)

  /// Whether an error means that no further file may be opened.
  static func isLimit(_ error: IOError) -> Bool { error.errnoCode == EMFILE || error.errnoCode == ENFILE }

  /// Checks that a scan can open its sockets; raises the soft limit as far as it has to.
  ///
  /// - Throws: `ScanError.tooFewOpenFiles`.
  static func require(for configuration: ScanConfiguration) throws(ScanError) {
    let needed = needed(for: configuration)
    let allowed = allowed(wanted: needed)
    guard allowed >= needed else { throw .tooFewOpenFiles(allowed: allowed, needed: needed) }
    hasEventLoops.store(true, ordering: .relaxed)
  }

  /// The error for a scan that could not open a socket.
  static func shortage(for configuration: ScanConfiguration) -> ScanError {
    let needed = needed(for: configuration)
    return .tooFewOpenFiles(allowed: allowed(wanted: needed), needed: needed)
  }

  /// What is open, and what a scan will open: a replaced socket stays until its last answer, and each resolver may get a
  /// TCP connection.
  private static func needed(for configuration: ScanConfiguration) -> Int {
    let open = (0..<mostCounted).count { fcntl($0, F_GETFD) != -1 }
    let sockets = configuration.resolvers.count * (2 * configuration.socketsPerResolver + 1)
    let others = hasEventLoops.load(ordering: .relaxed) ? 2 : System.coreCount * perEventLoop + reserve
    return open + sockets + others
  }

  private static func allowed(wanted: Int) -> Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    guard unsafe getrlimit(resource, &limit) == 0 else { return .max }
    let wanted = rlim_t(wanted)
    if limit.rlim_cur < wanted, limit.rlim_max >= wanted {
      var raised = limit
      raised.rlim_cur = wanted
      if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
