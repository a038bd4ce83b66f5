// SPDX-License-Identifier: Apache-2.0

extension ScanMachine {
  /// What the owner has to do.
  enum Action: Equatable {
    /// Open a UDP socket to the address and call `socketOpened` or `socketFailed`.
    case openSocket(Int, ResolverAddress)
    /// Close a UDP socket.
    case closeSocket(Int)
    /// Send a message to a resolver over TCP, on an open connection or a new one.
    case sendStream(resolver: Int, ResolverAddress, [UInt8])
    /// End the scan.
    case finish
  }

  /// What the last events led to.
  struct Output {
    /// A datagram to send: a range of `packetBytes`.
    struct Packet {
      var socket: Int
      var bytes: Range<Int>
    }

    var actions: [Action] = []
    var packets: [Packet] = []
    var packetBytes: [UInt8] = []
    var observations: [HostObservation] = []
  }
}
