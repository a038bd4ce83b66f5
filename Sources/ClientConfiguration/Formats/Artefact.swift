// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import StrictJSON

/// Settings in one form, ready to be printed.
package struct Artefact: Sendable, Hashable {
  /// The form.
  package var format: ArtefactFormat
  /// What a person should know of it: what it is, from which data, how to undo it.
  package var header: [String]
  /// The text, without its header.
  package var body: String

  /// Makes an artefact.
  package init(format: ArtefactFormat, header: [String], body: String) {
    self.format = format
    self.header = header
    self.body = body
  }

  /// The text with the header as comments, where the form has any.
  package var text: String {
    guard let comment = format.comment else { return body }
    return header.map { $0.isEmpty ? comment + "\n" : comment + " " + $0 + "\n" }.joined() + body
  }

  /// What is said beside a form that has no comments.
  package var companionLines: [String] { format.comment == nil ? header : [] }
}

/// Where settings come from, for the comment of an artefact.
package struct ArtefactOrigin: Sendable, Hashable {
  /// The program and its version.
  package var program: String
  /// The data: a scan, public evidence, the release of the rules.
  package var data: [String]
  /// What is put before the first line, such as that nothing was proven.
  package var warning: String?

  /// Makes an origin.
  package init(program: String, data: [String], warning: String? = nil) {
    self.program = program
    self.data = data
    self.warning = warning
  }
}

/// What the user's own file brings along.
package struct ArtefactBase: Sendable, Hashable {
  /// The task definition or function that the settings are put into; `nil` for the settings alone.
  package var document: JSON?
  /// The profile of a shared configuration file.
  package var profile: String?

  /// Makes a base.
  package init(document: JSON? = nil, profile: String? = nil) {
    self.document = document
    self.profile = profile
  }
}

/// Why settings cannot be written in a form.
package struct ArtefactError: DomainError, Hashable {
  /// The kind of failure.
  package var code: ErrorCode
  /// One sentence.
  package var description: String
  /// What the error is about.
  package var facts: [ErrorFact: String]

  /// Settings that do not fit.
  static func tooLarge(_ text: String, services: [String]) -> ArtefactError {
    ArtefactError(
      code: ErrorCode("artefact.too-large", .request), description: text,
      facts: [.service: services.joined(separator: ",")])
  }

  /// A value that the form cannot hold.
  static func impossible(_ text: String) -> ArtefactError {
    ArtefactError(code: ErrorCode("artefact.impossible", .request), description: text, facts: [:])
  }
}
