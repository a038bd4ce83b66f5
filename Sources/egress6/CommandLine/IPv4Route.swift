// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Whether this machine reaches the IPv4 internet by itself.
enum IPv4Route {
  /// 192.0.2.1, an address for documentation (RFC 5737).
  private static let destination: UInt32 = 0xC000_0201
  /// 169.254.0.0/16 without its last bits: link-local addresses lead nowhere else (RFC 3927).
  private static let linkLocal: UInt32 = 0xA9FE

  /// Whether the system has a route to public IPv4 addresses, from an address that is not link-local.
  ///
  /// It connects a UDP socket, which looks the route up and sends nothing.
  static var exists: Bool {
    #if canImport(Glibc)
      let kind = Int32(SOCK_DGRAM.rawValue)
    #else
      let kind = SOCK_DGRAM
    #endif
    let socket = socket(AF_INET, kind, 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(443).bigEndian
    address.sin_addr.s_addr = destination.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let hasRoute = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
      }
    }
    return hasRoute && UInt32(bigEndian: address.sin_addr.s_addr) >> 16 != linkLocal
  }
}
