// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Removes part files when a signal ends the process.
///
/// SIGINT, SIGTERM and SIGHUP have a handler while a part file exists, and only where they would end the process: a
/// signal that is ignored (`nohup`) or handled (a scan) stays so. The handler removes the files and lets the signal do what
/// it does without a handler, so that the parent process sees it.
enum PartFileCleanup {
  /// The files of one part file, from before it exists until it is renamed or removed.
  struct Registration: Sendable {
    private let slot: Int?
    private let path: String

    /// Registers files; when all slots are taken, a signal leaves them to the next run.
    init(_ paths: [String]) {
      path = paths.first ?? ""
      slot = PartFileCleanup.register(paths)
    }

    /// Ends it.
    func end() { PartFileCleanup.unregister(path, slot) }
  }

  fileprivate static let slotCount = 64
  /// Each a list of C strings, one after the other, that ends with an empty one.
  ///
  /// A handler may read it at any moment, so the lists, about a kilobyte each, are not freed.
  fileprivate static let slots = (0..<slotCount).map { _ in Slot() }

  fileprivate final class Slot: Sendable {
    /// The address of the list; 0 when the slot is free.
    let list = Atomic<UInt>(0)
  }

  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let registered = Mutex<[String: Int]>([:])

  /// Whether this process writes a file.
  static func isRegistered(_ path: String) -> Bool { registered.withLock { $0[path] != nil } }

  private static func register(_ paths: [String]) -> Int? {
    registered.withLock { registered -> Int? in
      if registered.isEmpty { handle() }
      registered[paths.first ?? "", default: 0] += 1
      guard let free = slots.firstIndex(where: { $0.list.load(ordering: .acquiring) == 0 }) else {
        return nil
      }
      let bytes: [UInt8] = paths.flatMap { Array($0.utf8) + [0] } + [0]
      let list = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
      unsafe list.initialize(from: bytes, count: bytes.count)
      slots[free].list.store(UInt(bitPattern: list), ordering: .releasing)
      return free
    }
  }

  private static func unregister(_ path: String, _ slot: Int?) {
    registered.withLock { registered in
      if let slot { slots[slot].list.store(0, ordering: .releasing) }
      registered[path, default: 1] -= 1
      if registered[path] == 0 { registered[path] = nil }
      if registered.isEmpty { leave() }
    }
  }

  /// Sets the handler where nothing else is set.
  private static func handle() {
    for number in signals {
      let before = signal(number, removePartFiles)
      if address(before) != address(SIG_DFL) { _ = signal(number, before) }
    }
  }

  /// Takes the handler away again.
  private static func leave() {
    for number in signals {
      let before = signal(number, SIG_DFL)
      if address(before) != address(removePartFiles) { _ = signal(number, before) }
    }
  }

  private typealias Handler = @convention(c) (Int32) -> Void

  private static func address(_ handler: Handler?) -> UInt { unsafe unsafeBitCast(handler, to: UInt.self) }
}

/// The signal handler: it may only call what is safe in one, and allocates nothing.
private func removePartFiles(_ number: Int32) {
  for index in 0..<PartFileCleanup.slotCount {
    var path = unsafe UnsafePointer<CChar>(
      bitPattern: PartFileCleanup.slots[index].list.load(ordering: .acquiring))
    while let file = unsafe path, unsafe file.pointee != 0 {
      unsafe unlink(file)
      unsafe path = file + strlen(file) + 1
    }
  }
  _ = signal(number, SIG_DFL)
  raise(number)
}
