// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// CPU time of this process in nanoseconds.
func cpuTime() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Nanoseconds of CPU time per operation.
struct Measurement {
  var median: Double
  var minimum: Double

  /// Runs a body that does a number of operations, in repetitions of about `span` nanoseconds.
  init(operations: Int = 1, span: UInt64 = 10_000_000, repetitions: Int = 15, _ body: () throws -> Void)
    rethrows
  {
    try body()
    var rounds = 1
    while true {
      let start = cpuTime()
      for _ in 0..<rounds { try body() }
      if cpuTime() - start >= span || rounds >= 1 << 30 { break }
      rounds *= 2
    }
    var times: [Double] = []
    for _ in 0..<repetitions {
      let start = cpuTime()
      for _ in 0..<rounds { try body() }
      times.append(Double(cpuTime() - start) / Double(rounds * operations))
    }
    times.sort()
    median = times[times.count / 2]
    minimum = times[0]
  }
}

/// Uses a value where the optimiser cannot see it.
@inline(never)
func keep<Value>(_ value: Value) {}

/// The memory of this process that is its own, in bytes, without what is mapped from files; 0 where the system does not say.
func ownMemory() -> Int {
  guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
  defer { unsafe fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard unsafe fgets(&line, 128, file) != nil else { return 0 }
  let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let fields = text.split(separator: " ")
  return fields.count > 2 ? ((Int(fields[1]) ?? 0) - (Int(fields[2]) ?? 0)) * 4096 : 0
}

/// The bytes of a file; none when it cannot be read.
func contents(_ path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "rb") else { return [] }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe fread(&chunk, 1, chunk.count, file)
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}
