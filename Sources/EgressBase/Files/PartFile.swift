// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file that takes the content of another one until it is complete.
///
/// It lies beside its target and is named `TARGET.PROCESS-NUMBER.part`. Its process holds a lock on it, which the kernel
/// releases however the process ends: so the next one that writes the same target can remove what a kill left behind. A
/// signal that ends the process removes it, too (``PartFileCleanup``).
@safe final class PartFile {
  /// The file.
  let path: String
  /// An open descriptor for writing.
  let descriptor: Int32
  private let registration: PartFileCleanup.Registration

  /// What a part file may have beside it: SQLite's own files, and a copy of a damaged store with its files.
  static let companions = [
    "", "-journal", "-wal", "-shm", "-copy", "-copy-journal", "-copy-wal", "-copy-shm",
  ]
  private static let ending = ".part"
  /// The bytes of the target's name that are kept, so that every name fits into the 255 bytes that file systems allow.
  private static let stemLimit = 200
  /// The part files that one process may have for one target.
  private static let numberLimit = 1000

  /// Makes the file, and removes those of processes that are gone.
  ///
  /// - Parameter target: The file to make, whose folder exists.
  /// - Throws: ``FileError``.
  init(beside target: String) throws(FileError) {
    let folder = AtomicFile.folder(of: target)
    let stem = Self.stem(of: target)
    Self.removeAbandoned(in: folder, stem: stem)
    for number in 0..<Self.numberLimit {
      let path = "\(folder)/\(stem).\(getpid())-\(number)\(Self.ending)"
      // Registered before it exists: a signal may come at any moment.
      let registration = PartFileCleanup.Registration(Self.companions.map { path + $0 })
      let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0, Self.lock(descriptor) {
        for companion in Self.companions.dropFirst() { AtomicFile.remove(path + companion) }
        (self.path, self.descriptor, self.registration) = (path, descriptor, registration)
        return
      }
      let error = errno
      registration.end()
      if descriptor >= 0 {
        _ = close(descriptor)
      } else if error != EEXIST {
        errno = error
        throw FileError(.unwritable(reason: FileAccess.systemReason()), path: target)
      }
    }
    throw FileError(.unwritable(reason: "too many part files lie beside it"), path: target)
  }

  /// Removes the file, unless it was renamed, with everything beside it.
  func remove() {
    for companion in Self.companions { AtomicFile.remove(path + companion) }
    registration.end()
    _ = close(descriptor)
  }

  /// The beginning of the names of a target's part files, cut between characters.
  private static func stem(of target: String) -> String {
    var stem = FileAccess.name(of: target)
    while stem.utf8.count > stemLimit { stem.removeLast() }
    return stem
  }

  /// Whether the lock is taken and the file is still there: another process may have found it without its lock.
  private static func lock(_ descriptor: Int32) -> Bool {
    #if canImport(Darwin)
      return true
    #else
      var status = stat()
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
      guard unsafe fstat(descriptor, &status) == 0 else { return false }
      return status.st_nlink > 0
    #endif
  }

  /// Removes the part files of a target whose processes are gone.
  static func removeAbandoned(beside target: String) {
    removeAbandoned(in: AtomicFile.folder(of: target), stem: stem(of: target))
  }

  private static func removeAbandoned(in folder: String, stem: String) {
    guard let entries = unsafe opendir(folder) else { return }
    defer { unsafe closedir(entries) }
    var found: Set<String> = []
    while let entry = unsafe readdir(entries) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let part = partName(in: name, stem: stem) { found.insert(part) }
    }
    for name in found where isAbandoned(folder + "/" + name, process: process(in: name, stem: stem)) {
      for companion in companions.reversed() { AtomicFile.remove("\(folder)/\(name)\(companion)") }
    }
  }

  /// The name of the part file that a file is or belongs to; `nil` for every other file.
  private static func partName(in name: String, stem: String) -> String? {
    guard let suffix = companions.last(where: { name.hasSuffix(ending + $0) }) else { return nil }
    let part = String(name.dropLast(suffix.count))
    return process(in: part, stem: stem) == nil ? nil : part
  }

  /// The process in the name of a part file; `nil` when it is not one.
  private static func process(in name: String, stem: String) -> Int32? {
    guard name.hasPrefix(stem + "."), name.hasSuffix(ending) else { return nil }
    let numbers = name.dropFirst(stem.count + 1).dropLast(ending.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, numbers.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
      Int(numbers[1]) != nil
    else { return nil }
    return Int32(numbers[0])
  }

  /// Whether nobody writes a part file any more.
  private static func isAbandoned(_ path: String, process: Int32?) -> Bool {
    if PartFileCleanup.isRegistered(path) { return false }
    #if canImport(Darwin)
      // There a lock of this kind and those of SQLite exclude each other, so the number of the process has to do.
      return process.map { kill($0, 0) != 0 && errno == ESRCH } ?? false
    #else
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { return errno == ENOENT }
      defer { _ = close(descriptor) }
      return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    #endif
  }
}
