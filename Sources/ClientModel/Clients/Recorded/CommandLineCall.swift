// SPDX-License-Identifier: Apache-2.0

import ServiceCatalog
import StrictJSON

/// A command line of the AWS CLI, as far as it decides which endpoint is called.
struct CommandLineCall {
  /// The service as the AWS CLI names it.
  var service = ""
  /// The operation as the AWS CLI names it.
  var operation: String?
  /// The operation's options with their values; an option without a value has none.
  var options: [(name: String, values: [String])] = []
  /// Words that belong to no option.
  var words: [String] = []

  /// Options of the AWS CLI itself that have no value.
  private static let switches: Set = [
    "debug", "no-verify-ssl", "no-paginate", "no-sign-request", "no-cli-pager", "no-cli-auto-prompt",
    "cli-auto-prompt",
  ]

  /// Reads a command line without the name of the program.
  init(_ text: String) {
    var words = Self.words(of: text)
    if words.first == "aws" { words.removeFirst() }
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("-"), word.hasPrefix("-" + "-"), word.utf8.count > 2 else {
        if service.isEmpty {
          service = word
        } else if operation == nil {
          operation = word
        } else {
          self.words.append(word)
        }
        continue
      }
      var name = String(word.dropFirst(2))
      var values: [String] = []
      if let equals = name.firstIndex(of: "=") {
        values.append(String(name[name.index(after: equals)...]))
        name = String(name[..<equals])
      } else if !Self.switches.contains(name) {
        // Before the operation, an option has one value; the names of service and operation follow.
        let limit = operation == nil ? 1 : Int.max
        while index < words.count, values.count < limit, !words[index].hasPrefix("-" + "-") {
          values.append(words[index])
          index += 1
        }
      }
      options.append((name, values))
    }
  }

  /// The value of an option of the AWS CLI itself.
  func value(_ name: String) -> String? { options.last { $0.name == name }?.values.first }

  /// Splits a line as a shell does, with quotes and backslashes.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" {
        if let full = word { words.append(full) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  /// The service's folder where the AWS CLI has a name of its own for it.
  var folder: String {
    switch service {
    case "s3api": "s3"
    case "configservice": "config"
    case "deploy": "codedeploy"
    default: service
    }
  }

  /// The operation that a command calls first.
  var calledOperation: String? {
    guard service == "s3" else { return operation }
    switch operation {
    case "ls": return bucket == nil ? "ListBuckets" : "ListObjectsV2"
    case "mb": return "CreateBucket"
    case "rb": return "DeleteBucket"
    case "cp", "mv", "sync", "rm": return "ListObjectsV2"
    default: return nil
    }
  }

  /// The bucket of the first `s3://` URL.
  private var bucket: String? {
    guard let url = words.first(where: { $0.hasPrefix("s3://") }) else { return nil }
    return url.dropFirst(5).split(separator: "/").first.map(String.init)
  }

  /// The operation's input.
  ///
  /// - Parameter members: The members of the operation's input; other options are the AWS CLI's own.
  /// - Returns: An object.
  func input(_ members: [String]) -> JSON {
    var result: [JSON.Member] = []
    if service == "s3", let bucket { result.append(.init("Bucket", .string(bucket))) }
    for (name, values) in options {
      let key = ServiceName.key(name)
      if let member = members.first(where: { ServiceName.key($0) == key }) {
        result.append(.init(member, Self.value(values) ?? .bool(true)))
      } else if name.hasPrefix("no-"), values.isEmpty,
        let member = members.first(where: {
          ServiceName.key($0) == ServiceName.key(String(name.dropFirst(3)))
        })
      {
        result.append(.init(member, .bool(false)))
      }
    }
    return .object(result)
  }

  private static func value(_ values: [String]) -> JSON? {
    guard let first = values.first else { return nil }
    if first.hasPrefix("[") || first.hasPrefix("{"), let value = try? JSON(parsing: Array(first.utf8)) {
      return value
    }
    return values.count == 1 ? .string(first) : .array(values.map { .string($0) })
  }
}
