// SPDX-License-Identifier: Apache-2.0

public import EndpointRules

/// A way to sign requests whose texts are in a buffer: the small form of ``AuthScheme``.
@_spi(Performance)
public struct EndpointSigning: Sendable, Hashable {
  /// A scheme that AWS uses.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// Signature version 4 for one region.
    case sigv4
    /// Signature version 4 for several regions.
    case sigv4a
    /// Signature version 4 with a session of a directory bucket.
    case sigv4S3Express = "sigv4-s3express"
  }

  /// The scheme; `nil` for one that is not known here.
  public internal(set) var scheme: Scheme?
  /// Where the name of the service to sign for is in the buffer; empty without one.
  public internal(set) var name = 0..<0
  /// Where the region to sign for is in the buffer, for `sigv4a` the first of the set; empty without one.
  public internal(set) var region = 0..<0
  /// Whether the path is escaped once instead of twice.
  public internal(set) var disableDoubleEncoding = false
  /// Whether the path is signed as it is.
  public internal(set) var disableNormalizePath = false
  /// How many bytes the texts have; when the buffer has fewer, nothing useful is in it.
  public internal(set) var count = 0
}

@_spi(Performance)
extension EndpointProgram {
  /// Writes how to sign for an endpoint into a buffer.
  ///
  /// - Parameters:
  ///   - arguments: Arguments made by this program.
  ///   - index: Which of the endpoint's schemes; the first is the best.
  ///   - buffer: Where the UTF-8 of name and region goes; bytes behind them may be overwritten, too.
  /// - Returns: The scheme; `nil` for anything but an endpoint, and when it has no such scheme.
  /// - Throws: ``ResolveError``, as ``RuleSet/resolve(_:partitions:)`` does.
  public func signing(
    _ arguments: EndpointArguments, scheme index: Int = 0, into buffer: inout MutableSpan<UInt8>
  ) throws(ResolveError) -> EndpointSigning? {
    try check(arguments)
    let found = run(arguments) { machine, leaf in
      Output.into(&buffer) { output in machine.signing(leaf, index, to: &output) }
    }
    switch found {
    case .found(let signing): return signing
    case .none: return nil
    case .failure: throw failure()
    }
  }
}
