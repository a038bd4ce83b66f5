// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EndpointRules

/// `parseURL`, trap by trap.
@Suite struct ParseURLTests {
  struct Case: Sendable {
    var url: String
    var authority: String?
    var path: String
    var normalizedPath: String
    var isIP: Bool

    init(
      _ url: String, _ authority: String?, _ path: String = "", _ normalizedPath: String = "/",
      isIP: Bool = false
    ) {
      self.url = url
      self.authority = authority
      self.path = path
      self.normalizedPath = normalizedPath
      self.isIP = isIP
    }
  }

  @Test(
    "the path is empty when absent; the normalized one has slashes at both ends and no dot segments",
    arguments: [
      Case("https://example.com", "example.com"), Case("https://example.com/", "example.com", "/"),
      Case("http://example.com:80/foo/bar", "example.com:80", "/foo/bar", "/foo/bar/"),
      Case("https://h//a/./b/../c", "h", "//a/./b/../c", "/a/c/"),
      Case("https://h/../..", "h", "/../..", "/"),
      Case("https://h/%41 b", "h", "/%41 b", "/%2541%20b/"), Case("https://h/ü", "h", "/ü", "/%C3%BC/"),
      Case("https://h/a;x", "h", "/a", "/a/"), Case("https://h/a;x/b", "h", "/a;x/b", "/a%3Bx/b/"),
    ])
  func paths(_ test: Case) throws { try check(test) }

  @Test(
    "only http and https, in any case; no query; a fragment is dropped; user information stays",
    arguments: [
      Case("HTTPS://Example.com", "Example.com"), Case("https://h?", "h"),
      Case("https://h/a?", "h", "/a", "/a/"),
      Case("https://h?a=b", nil), Case("https://h/a?b#c", nil), Case("https://h#f", "h"),
      Case("https://h/#?a", "h", "/"),
      Case("ftp://h", nil), Case("h", nil), Case("", nil), Case("https:/h", nil), Case("https:h", nil),
      Case("https://", nil), Case("https:///a", nil), Case("https://user@host", "user@host"),
      Case("https://u@", nil),
      Case("https://h\n", nil), Case(" https://h", nil), Case("https://:80", nil),
    ])
  func validity(_ test: Case) throws { try check(test) }

  @Test(
    "a port is digits up to 65535, or not given",
    arguments: [
      Case("https://h:", "h:"), Case("https://h:0", "h:0"), Case("https://h:65535", "h:65535"),
      Case("https://h:65536", nil),
      Case("https://h:99999999999999999999", nil), Case("https://h:x", nil), Case("https://h:-1", nil),
      Case("https://a:b:80", nil), Case("https://h:000080", "h:000080"),
    ])
  func ports(_ test: Case) throws { try check(test) }

  @Test(
    "isIp: dotted quads and bracketed IPv6, with zone or embedded IPv4",
    arguments: [
      Case("https://127.0.0.1:8443", "127.0.0.1:8443", isIP: true),
      Case("https://999.1.1.1", "999.1.1.1", isIP: true),
      Case("https://1.2.3", "1.2.3"), Case("https://1.2.3.4.", "1.2.3.4."),
      Case("https://[::1]", "[::1]", isIP: true),
      Case("https://u@[::1]:1", "u@[::1]:1", isIP: true),
      Case("https://[fe80::1%25eth0]/a", "[fe80::1%25eth0]", "/a", "/a/", isIP: true),
      Case("https://[fe80::1%eth0]", "[fe80::1%eth0]", isIP: true),
      Case("https://[fe80::1%e$h0]", "[fe80::1%e$h0]"),
      Case("https://[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", isIP: true), Case("https://[1.2.3.4]", nil),
      Case("https://[x]", nil), Case("https://[]", nil), Case("https://[::1", nil), Case("https://::1]", nil),
      Case("https://[::1]x", nil), Case("https://a[::1]", nil), Case("https://[fe80::1%]", nil),
      Case("https://::1", nil),
    ])
  func addresses(_ test: Case) throws { try check(test) }

  private func check(_ test: Case) throws {
    let url = ParsedURL(test.url)
    #expect(url?.authority == test.authority)
    guard let url else { return }
    #expect(url.scheme == "http" || url.scheme == "https")
    #expect(url.path == test.path)
    #expect(url.normalizedPath == test.normalizedPath)
    #expect(url.isIP == test.isIP)
  }
}
