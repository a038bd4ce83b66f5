// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Passes the datagrams of a UDP socket to the driver, which sends once per batch.
final class DatagramHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let driver: ScanDriver
  private let socket: Int

  init(driver: ScanDriver, socket: Int) {
    self.driver = driver
    self.socket = socket
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    driver.received(unwrapInboundIn(data).data, socket: socket)
  }

  func channelReadComplete(context: ChannelHandlerContext) { driver.batchEnded() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Errors such as ECONNREFUSED leave the socket usable. The driver decides what they mean for the resolver.
    driver.socketError(error, socket: socket)
  }
}
