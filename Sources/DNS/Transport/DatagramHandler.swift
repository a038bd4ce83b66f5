// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Hands what a UDP socket receives to the driver, and sends once per batch.
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
    // ECONNREFUSED and its like: the socket stays usable, the time-out decides, unless the resolver never answered.
    driver.socketError(error, socket: socket)
  }
}
