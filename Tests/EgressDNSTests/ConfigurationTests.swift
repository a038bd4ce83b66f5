// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressDNS
import EgressTestKit
import IPAddressing
import Testing

/// Resolvers and settings, as text and as values.
@Suite struct ConfigurationTests {
  /// The text of a resolver's address, and the address as it is printed.
  struct Address: CustomTestStringConvertible, Sendable {
    var text: String
    var read: String?
    var testDescription: String { text }
  }

  @Test(
    "reads resolvers",
    arguments: [
      Address(text: "127.0.0.1:5353", read: "127.0.0.1:5353"),
      Address(text: "192.0.2.53", read: "192.0.2.53:53"),
      Address(text: "[::1]:53", read: "[::1]:53"), Address(text: "::1", read: "[::1]:53"),
      Address(text: "[2001:db8::53]", read: "[2001:db8::53]:53"),
      Address(text: "[fe80::1%eth0]:5353", read: "[fe80::1%eth0]:5353"),
      Address(text: "fe80::1%2", read: "[fe80::1%2]:53"),
      Address(text: ""), Address(text: "dns.example"), Address(text: "127.0.0.1:"),
      Address(text: "127.0.0.1:0"),
      Address(text: "127.0.0.1:65536"), Address(text: "127.0.0.1:+5"), Address(text: "[::1"),
      Address(text: "[::1]x"),
      Address(text: "[]:53"), Address(text: "127.0.0.1%eth0"), Address(text: "fe80::1%"),
      Address(text: "1.2.3:53"),
    ])
  func resolver(_ c: Address) throws {
    guard let read = c.read else {
      #expect { try ResolverAddress(c.text) } throws: { error in
        (error as? ScanError)?.code == .badResolver && "\(error)".contains("resolver \"\(c.text)\"")
      }
      return
    }
    #expect(try ResolverAddress(c.text).description == read)
    #expect(try ResolverAddress(read).description == read)
  }

  @Test("reads the nameserver lines of resolv.conf")
  func resolvConf() {
    let text = """
      # nameserver 192.0.2.1
      search example.com
      nameserver 169.254.169.253
      nameserver\t2001:db8::53 # comment
        nameserver fe80::1%eth0\r
      nameserver
      nameserver dns.example
      nameserver 169.254.169.253
      options edns0
      """
    #expect(
      SystemResolvers.fromResolvConf(text).map(\.description)
        == ["169.254.169.253:53", "[2001:db8::53]:53", "[fe80::1%eth0]:53"])
    #expect(SystemResolvers.fromResolvConf("").isEmpty)
    #expect(SystemResolvers.fromResolvConf(String(repeating: "nameserver ", count: 50_000)).isEmpty)
    let many = (1...40).map { "nameserver 192.0.2.\($0)" }.joined(separator: "\n")
    #expect(SystemResolvers.fromResolvConf(many).count == ScanConfiguration.mostResolvers)
  }

  /// A setting and the error that it causes.
  struct Setting: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var code: ErrorCode?
    var change: @Sendable (inout ScanConfiguration) -> Void
  }

  @Test(
    "accepts and refuses settings",
    arguments: [
      Setting(testDescription: "default", code: nil) { _ in },
      Setting(testDescription: "900", code: nil) { $0.rate = .perSecond(900) },
      Setting(testDescription: "901", code: .sharedRateExceeded) { $0.rate = .perSecond(901) },
      Setting(testDescription: "901 to an own resolver", code: nil) {
        $0.rate = .perSecond(901)
        $0.ownsResolvers = true
      },
      Setting(testDescription: "0", code: .rateOutOfRange) { $0.rate = .perSecond(0) },
      Setting(testDescription: "unlimited", code: .unlimitedRate) { $0.rate = .unlimited },
      Setting(testDescription: "5000", code: .sharedRateExceeded) { $0.rate = .perSecond(5000) },
      Setting(testDescription: "no resolver", code: .noResolver) { $0.resolvers = [] },
      Setting(testDescription: "no tries", code: .badSetting) { $0.tries = 0 },
      Setting(testDescription: "no time", code: .badSetting) { $0.firstTimeout = .zero },
      Setting(testDescription: "17 resolvers", code: .tooManyResolvers) {
        $0.resolvers = (1...17).map { ResolverAddress(.ipv4(IPv4Address($0))) }
      },
    ])
  func settings(_ c: Setting) {
    var configuration = ScanConfiguration(resolvers: [ResolverAddress(.ipv4(IPv4Address(0x7F00_0001)))])
    c.change(&configuration)
    do throws(ScanError) {
      _ = try ScanClient(configuration: configuration)
      #expect(c.code == nil)
    } catch {
      #expect(error.code == c.code)
    }
  }
}
