// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EgressTerminal
import Foundation
import MapViews

extension OutputFormat: ExpressibleByArgument {}
extension Style.Choice: ExpressibleByArgument {}

/// Options of every command that prints rows.
struct OutputOptions: ParsableArguments {
  @Option(name: [.short, .long], help: ArgumentHelp("How to print the result.", valueName: "format"))
  var output: OutputFormat?

  @Flag(name: .long, help: "The same as -o json.")
  var json = false

  @Option(name: .long, help: ArgumentHelp("Print these fields only, in this order.", valueName: "a,b,c"))
  var fields: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Order rows by a field; -FIELD for the reverse.", valueName: "field"))
  var sort: String?

  @Flag(name: .long, help: "Leave out the line of headings (table, csv).")
  var noHeaders = false

  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if json, let output, output != .json {
      throw ValidationError("--json and -o \(output.rawValue) contradict each other: give one of them")
    }
    if let fields, fields.allSatisfy({ $0 == "," || $0.isWhitespace }) {
      throw ValidationError("--fields names no field: write them as --fields a,b,c")
    }
    var seen: Set<String> = []
    for field in fields.map({ SelectionOptions.words([$0]) }) ?? [] where !seen.insert(field).inserted {
      throw ValidationError("--fields names '\(field)' twice: name it once")
    }
  }

  /// Refuses an option for a name that is empty.
  static func requireName(_ name: String?, of option: String) throws {
    if let name, name.isEmpty {
      throw ValidationError("\(option) has an empty name: give a name, or leave the option out")
    }
  }

  /// The format that was asked for.
  var format: OutputFormat { json ? .json : output ?? .table }

  /// Prints a view on standard output.
  func print<Row>(_ view: View<Row>) throws {
    try view.sheet.write(layout) { try StandardStream.output.write($0) }
  }

  /// Says what a person at a terminal may want to do next, as the last line; programs and pipes get nothing.
  func nextStep(_ command: String) {
    guard showsNextStep else { return }
    messages.note("next: \(command)")
  }

  /// Whether a person reads a table at a terminal.
  var showsNextStep: Bool {
    format == .table && !messages.quiet && StandardStream.output.isTerminal
      && StandardStream.errors.isTerminal
  }

  /// How a view is written.
  var layout: ViewLayout {
    ViewLayout(
      format: format,
      fields: fields.map { SelectionOptions.words([$0]) },
      sort: sort, hasHeadings: !noHeaders, style: messages.outputStyle)
  }
}

/// Options of every command: color, and how much is said beside the result.
struct MessageOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Color: auto, always or never.", valueName: "when"))
  var color: Style.Choice = .auto

  @Flag(name: [.short, .long], help: "Say nothing but the result and errors.")
  var quiet = false

  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// How standard output may look.
  var outputStyle: Style {
    Style(choice: color, isTerminal: StandardStream.output.isTerminal, environment: environment)
  }

  /// How standard error may look.
  var messageStyle: Style {
    Style(choice: color, isTerminal: StandardStream.errors.isTerminal, environment: environment)
  }

  /// Says something that is neither a result nor an error.
  func note(_ text: String) {
    guard !quiet else { return }
    // Names in a store come from outside and must not steer the terminal.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    try? StandardStream.errors.write(lines.map { String($0).withoutControls + "\n" }.joined())
  }
}
