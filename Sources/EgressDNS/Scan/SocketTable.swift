// SPDX-License-Identifier: Apache-2.0

/// The UDP sockets of a scan: their source ports, and which job waits for which id on each.
struct SocketTable {
  /// The most queries that are open on one socket; the rest of the 65,536 ids keeps the search for a free one short.
  private static let mostOpen = 60_000

  private struct Socket {
    let resolver: Int
    /// The job that waits for each id, or -1.
    var slots = [Int32](repeating: -1, count: 65_536)
    var sent = 0
    var open = 0
    var isReady = false
    var isRetired = false
  }

  private struct Ports {
    var sockets: [Int] = []
    /// The index in `sockets` of the next to send from.
    var next = 0
    var inFlight = 0
  }

  private let socketsPerResolver: Int
  private let queriesPerSocket: Int
  private var sockets: [Socket?] = []
  private var freeNumbers: [Int] = []
  private var ports: [Ports] = []

  /// Makes an empty table.
  init(socketsPerResolver: Int, queriesPerSocket: Int) {
    self.socketsPerResolver = socketsPerResolver
    self.queriesPerSocket = queriesPerSocket
  }

  /// Makes room for another resolver.
  mutating func addResolver() { ports.append(Ports()) }

  /// Adds all sockets of a resolver.
  ///
  /// - Returns: The sockets to open.
  mutating func openAll(of resolver: Int) -> [Int] {
    (ports[resolver].sockets.count..<socketsPerResolver).map { _ in open(for: resolver) }
  }

  private mutating func open(for resolver: Int) -> Int {
    let number: Int
    if let free = freeNumbers.popLast() {
      number = free
      sockets[number] = Socket(resolver: resolver)
    } else {
      number = sockets.count
      sockets.append(Socket(resolver: resolver))
    }
    ports[resolver].sockets.append(number)
    return number
  }

  /// Removes a socket that could not be opened.
  ///
  /// - Returns: Whether the resolver has no other socket.
  mutating func failed(_ number: Int) -> Bool {
    guard let resolver = sockets[number]?.resolver else { return false }
    ports[resolver].sockets.removeAll { $0 == number }
    sockets[number] = nil
    freeNumbers.append(number)
    return ports[resolver].sockets.isEmpty
  }

  /// Records that a socket can be sent from.
  mutating func opened(_ number: Int) { sockets[number]?.isReady = true }

  /// The resolver that a socket is connected to; `nil` for a socket that is not open.
  func resolver(of number: Int) -> Int? { sockets.indices.contains(number) ? sockets[number]?.resolver : nil }

  /// Whether a query could be sent to a resolver.
  func hasReadySocket(of resolver: Int) -> Bool {
    ports[resolver].sockets.contains { sockets[$0]?.isReady == true }
  }

  /// The queries to a resolver that wait for an answer.
  func inFlight(of resolver: Int) -> Int { ports[resolver].inFlight }

  /// The job that waits for an id on a socket.
  func job(waitingFor id: UInt16, on number: Int) -> Int? {
    guard let slot = sockets[number]?.slots[Int(id)], slot >= 0 else { return nil }
    return Int(slot)
  }

  /// Takes a free id on the next of a resolver's sockets.
  ///
  /// - Parameters:
  ///   - resolver: The resolver.
  ///   - slot: The job that will wait for the id.
  ///   - bits: Random bits that choose the id.
  /// - Returns: The socket and the id; `nil` when no socket is ready or it has no free id.
  mutating func takeID(of resolver: Int, for slot: Int, bits: UInt64) -> (socket: Int, id: UInt16)? {
    guard let number = nextSocket(of: resolver), let id = freeID(of: number, bits: bits) else { return nil }
    sockets[number]?.slots[Int(id)] = Int32(slot)
    sockets[number]?.open += 1
    sockets[number]?.sent += 1
    ports[resolver].inFlight += 1
    return (number, id)
  }

  private mutating func nextSocket(of resolver: Int) -> Int? {
    let list = ports[resolver].sockets
    for step in 0..<list.count {
      let index = (ports[resolver].next + step) % list.count
      guard sockets[list[index]]?.isReady == true else { continue }
      ports[resolver].next = index + 1
      return list[index]
    }
    return nil
  }

  private func freeID(of number: Int, bits: UInt64) -> UInt16? {
    guard let open = sockets[number]?.open, open < Self.mostOpen else { return nil }
    var id = UInt16(truncatingIfNeeded: bits)
    while job(waitingFor: id, on: number) != nil { id &+= UInt16(truncatingIfNeeded: bits >> 16) | 1 }
    return id
  }

  /// Counts the query of an id as no longer in flight, or as in flight again; the id stays in use.
  mutating func setLate(_ isLate: Bool, on number: Int) {
    guard let resolver = sockets[number]?.resolver else { return }
    ports[resolver].inFlight += isLate ? -1 : 1
  }

  /// Frees an id.
  ///
  /// - Parameters:
  ///   - id: The id.
  ///   - number: The socket.
  ///   - isLate: Whether its query no longer counted as in flight.
  /// - Returns: Whether the socket is to be closed, because it was replaced and this was its last open query.
  mutating func freeID(_ id: UInt16, on number: Int, isLate: Bool = false) -> Bool {
    guard let resolver = sockets[number]?.resolver else { return false }
    sockets[number]?.slots[Int(id)] = -1
    sockets[number]?.open -= 1
    if !isLate { ports[resolver].inFlight -= 1 }
    return removeIfDone(number)
  }

  private mutating func removeIfDone(_ number: Int) -> Bool {
    guard let socket = sockets[number], socket.isRetired, socket.open == 0 else { return false }
    sockets[number] = nil
    freeNumbers.append(number)
    return true
  }

  /// Replaces a socket that has sent its share, so that its port cannot be learnt (RFC 5452, section 9.2).
  ///
  /// The other sockets go on sending while the new one opens. The old one stays until its last query is answered.
  /// - Returns: The socket to open; `nil` when the old one has queries left.
  mutating func replaceIfSpent(_ number: Int) -> Int? {
    guard let socket = sockets[number], socket.sent >= queriesPerSocket else { return nil }
    ports[socket.resolver].sockets.removeAll { $0 == number }
    sockets[number]?.isRetired = true
    return open(for: socket.resolver)
  }
}
