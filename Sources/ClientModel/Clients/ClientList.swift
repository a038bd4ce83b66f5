// SPDX-License-Identifier: Apache-2.0

package import EgressBase
import ServiceCatalog
import StrictJSON

/// The clients that are known, from the project's own data file.
package struct ClientList: Sendable {
  /// A source of facts.
  package struct Source: Sendable, Hashable {
    /// The key by which facts name it.
    package var key: String
    /// Where it is.
    package var url: String
    /// Which state of it was read.
    package var state: String?
  }

  /// The clients in the order of the file.
  package var clients: [Client]
  /// The sources by key.
  package var sources: [Source]
  /// The day of the data.
  package var date: String

  /// The list that is part of the program.
  package static func embedded() throws(ClientListError) -> ClientList {
    switch read {
    case .success(let list): return list
    case .failure(let error): throw error
    }
  }

  private static let read: Result<ClientList, ClientListError> = {
    do throws(ClientListError) {
      return .success(try ClientList(EmbeddedFacts.clients))
    } catch {
      return .failure(error)
    }
  }()

  /// Reads a data file.
  ///
  /// - Parameter bytes: The file, JSON.
  /// - Throws: ``ClientListError/damaged(_:)``.
  package init(_ bytes: [UInt8]) throws(ClientListError) {
    let document: JSON
    do throws(JSONError) {
      document = try JSON(parsing: bytes)
    } catch {
      throw .damaged("\(error)")
    }
    date = document["as_of"]?.string ?? ""
    sources = (document["sources"]?.object ?? []).map { member in
      Source(
        key: member.name, url: member.value["url"]?.string ?? "", state: member.value["state"]?.string)
    }
    let families = document["families"] ?? .object([])
    var clients: [Client] = []
    for entry in document["clients"]?.array ?? [] {
      clients.append(try ClientReader(entry, families: families).client())
    }
    guard !clients.isEmpty else { throw .damaged("no clients") }
    self.clients = clients
  }

  /// The client of a record, such as `aws-cli 1.45.11` or `rclone 1.75.2 (aws-sdk-go-v2)`.
  ///
  /// - Parameter text: The client's name and version as recorded.
  /// - Returns: The client, and its version where the record has one.
  /// - Throws: ``ClientListError/unknownClient(_:nearest:)``.
  package func client(recordedAs text: String) throws(ClientListError) -> (Client, ReleaseVersion?) {
    let candidates = clients.flatMap { client in client.recordedAs.map { (client, $0) } }
    guard
      let (client, prefix) = candidates.filter({ text.hasPrefix($0.1) }).max(by: {
        $0.1.utf8.count < $1.1.utf8.count
      })
    else {
      guard let client = clients.first(where: { $0.id == text.lowercased() }) else {
        throw .unknownClient(text, nearest: NearestNames.of(text, among: clients.map(\.id)))
      }
      return (client, nil)
    }
    let name = prefix.prefix { $0 != " " }
    let words = text.dropFirst(name.count).split(separator: " ")
    return (client, words.lazy.compactMap { ReleaseVersion(String($0)) }.first)
  }
}

/// Why a client is not known.
package enum ClientListError: DomainError, Hashable {
  /// There is no such client.
  case unknownClient(String, nearest: [String])
  /// The data file cannot be read.
  case damaged(String)

  /// The kind of failure.
  package var code: ErrorCode {
    switch self {
    case .unknownClient: ErrorCode("client.unknown-name", .request)
    case .damaged: ErrorCode("client.data-damaged", .input)
    }
  }

  /// What was asked, and what could be asked instead.
  package var facts: [ErrorFact: String] {
    switch self {
    case .unknownClient(let name, let nearest): [.given: name, .nearest: nearest.joined(separator: ",")]
    case .damaged: [:]
    }
  }

  /// What is wrong.
  package var description: String {
    switch self {
    case .unknownClient(let name, let nearest):
      nearest.isEmpty
        ? "no client \"\(name)\"" : "no client \"\(name)\"; similar: \(nearest.joined(separator: ", "))"
    case .damaged(let text): "the data of clients cannot be read: \(text)"
    }
  }
}
