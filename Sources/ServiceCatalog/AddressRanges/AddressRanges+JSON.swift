// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import IPAddressing
internal import StrictJSON

/// Why a file does not hold AWS's address ranges.
package struct AddressRangesError: DomainError, Hashable {
  /// The file.
  package var path: String
  /// Where in the file; `nil` for the whole file.
  package var place: String?
  /// What is wrong there.
  package var problem: String

  /// The kind of failure.
  package var code: ErrorCode { ErrorCode("ranges.malformed", .input) }
  /// The file, and the place in it.
  package var facts: [ErrorFact: String] {
    place.map { [.path: path, .entry: $0] } ?? [.path: path]
  }
  /// One sentence.
  package var description: String { "\(path): \(place.map { "\($0): " } ?? "")\(problem)" }
}

extension AddressRanges {
  /// AWS's list has some 3 MB.
  private static let largestFile = 64 << 20

  /// Reads a file in the format of AWS's `ip-ranges.json`.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError`, or ``AddressRangesError`` with the place of the first fault.
  package init(file path: String) throws {
    try self.init(json: FileAccess.read(path, limit: Self.largestFile), path: path)
  }

  /// Reads the text of such a file.
  ///
  /// Fields that the format does not have today are ignored: AWS has added some before.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - path: The file's name, for errors.
  /// - Throws: ``AddressRangesError`` with the place of the first fault.
  package init(json bytes: [UInt8], path: String) throws(AddressRangesError) {
    let document: JSON
    do {
      document = try JSON(parsing: bytes)
    } catch {
      throw AddressRangesError(path: path, place: "line \(error.line)", problem: "\(error.problem)")
    }
    guard case .object = document else {
      throw AddressRangesError(path: path, problem: "it holds \(document.kindText), not an object")
    }
    guard let text = document["createDate"]?.string, let created = Self.moment(text) else {
      throw AddressRangesError(
        path: path, place: "createDate", problem: "is not a moment such as 2026-08-22-15-17-05")
    }
    var reader = RangeReader(path: path)
    try reader.read(document, list: "prefixes", field: "ip_prefix", family: .ipv4)
    try reader.read(document, list: "ipv6_prefixes", field: "ipv6_prefix", family: .ipv6)
    guard !reader.rows.isEmpty else {
      throw AddressRangesError(path: path, problem: "it has no prefixes")
    }
    try self.init(created: created, rows: reader.rows, path: path)
  }

  private init(
    created: Timestamp, rows: [(prefix: IPPrefix, entry: RangeReader.Row)], path: String
  ) throws(AddressRangesError) {
    var owners: [Owner] = []
    var numbers: [Owner: UInt16] = [:]
    var overflows = false
    let table = AddressTable(rows) { nest in
      let owner = Owner(region: nest.last?.region ?? "", services: Set(nest.map(\.service)).sorted())
      if let number = numbers[owner] { return number }
      guard let number = UInt16(exactly: owners.count) else {
        overflows = true
        return 0
      }
      owners.append(owner)
      numbers[owner] = number
      return number
    }
    guard !overflows else {
      throw AddressRangesError(path: path, problem: "it names more than 65536 pairs of region and services")
    }
    self.init(created: created, table: table, owners: owners)
  }

  /// Reads `2026-08-22-15-17-05`.
  private static func moment(_ text: String) -> Timestamp? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 6 else { return nil }
    return Timestamp(
      "\(parts[..<3].joined(separator: "-"))T\(parts[3...].joined(separator: ":"))Z")
  }
}

/// Reads the lists of prefixes.
private struct RangeReader {
  struct Row {
    var region: String
    var service: String
  }

  let path: String
  private(set) var rows: [(prefix: IPPrefix, entry: Row)] = []

  init(path: String) { self.path = path }

  mutating func read(
    _ document: JSON, list: String, field: String, family: AddressFamily
  ) throws(AddressRangesError) {
    guard let elements = document[list]?.array else {
      throw AddressRangesError(
        path: path, place: list,
        problem: document[list].map { "is \($0.kindText), not an array" } ?? "is missing")
    }
    for (index, element) in elements.enumerated() {
      let text = try self.text(element, field, "\(list)[\(index)]")
      guard let prefix = IPPrefix(text), prefix.address.family == family else {
        throw AddressRangesError(
          path: path, place: "\(list)[\(index)].\(field)",
          problem: "'\(text.prefix(50))' is not an \(family == .ipv4 ? "IPv4" : "IPv6") prefix")
      }
      guard prefix.address.scope == .global else {
        throw AddressRangesError(
          path: path, place: "\(list)[\(index)].\(field)",
          problem: "'\(text)' is not a block of the public internet (\(prefix.address.scope.name))")
      }
      let row = Row(
        region: try self.text(element, "region", "\(list)[\(index)]"),
        service: try self.text(element, "service", "\(list)[\(index)]"))
      rows.append((prefix, row))
    }
  }

  private func text(_ element: JSON, _ field: String, _ place: String) throws(AddressRangesError) -> String {
    guard let text = element[field]?.string, !text.isEmpty else {
      throw AddressRangesError(
        path: path, place: "\(place).\(field)",
        problem: element[field].map { $0.string == nil ? "is \($0.kindText), not a string" : "is empty" }
          ?? "is missing")
    }
    return text
  }
}
