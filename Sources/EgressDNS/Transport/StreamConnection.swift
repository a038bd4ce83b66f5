// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A TCP connection to a resolver.
///
/// It pipelines queries, and closes when it is idle for a while (RFC 7766).
final class StreamConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let driver: ScanDriver
  let resolver: Int
  private var framing = StreamFraming()
  private var channel: (any Channel)?
  private var pending = ByteBuffer()
  private var isClosed = false
  private var lastUse = NIODeadline.now()

  init(driver: ScanDriver, resolver: Int) {
    self.driver = driver
    self.resolver = resolver
  }

  /// Sends a message, now or when the connection is established.
  func send(_ message: [UInt8]) {
    lastUse = .now()
    pending.writeInteger(UInt16(truncatingIfNeeded: message.count))
    pending.writeBytes(message)
    flush()
  }

  /// Closes the connection without telling the driver.
  func close() {
    isClosed = true
    channel?.close(promise: nil)
  }

  /// Handles a failed attempt to connect.
  func connectFailed(_ error: any Error) { end("\(error)") }

  func channelActive(context: ChannelHandlerContext) {
    guard !isClosed else { return context.close(promise: nil) }
    channel = context.channel
    flush()
    watchIdleness(context.eventLoop)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastUse = .now()
    let buffer = unwrapInboundIn(data)
    for message in framing.append(buffer.readableBytesUInt8Span) {
      driver.streamReceived(message, resolver: resolver)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { driver.batchEnded() }

  func channelInactive(context: ChannelHandlerContext) { end("connection closed") }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end("\(error)")
    context.close(promise: nil)
  }

  private func flush() {
    guard let channel, pending.readableBytes > 0 else { return }
    channel.writeAndFlush(pending, promise: nil)
    pending = ByteBuffer()
  }

  private func end(_ reason: String) {
    channel = nil
    guard !isClosed else { return }
    isClosed = true
    driver.streamEnded(self, reason: reason)
  }

  private func watchIdleness(_ eventLoop: any EventLoop) {
    let limit = driver.streamIdleTimeout
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: limit) {
      let connection = bound.value
      guard !connection.isClosed else { return }
      if NIODeadline.now() - connection.lastUse >= limit {
        connection.channel?.close(promise: nil)
      } else {
        connection.watchIdleness(eventLoop)
      }
    }
  }
}
