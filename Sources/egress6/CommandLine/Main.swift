// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CEgressProcess
import EgressTerminal
import Foundation

@main
enum Main {
  static func main() async {
    let arguments = Self.arguments
    if arguments.first == "help", arguments.count == 2, let topic = HelpTopic(rawValue: arguments[1]) {
      finish(Result { try StandardStream.output.write(topic.text) }.mapError { $0 as any Error })
    }
    ProcessSetup.run()
    do { try ProcessSetup.requireText() } catch { finish(.failure(error)) }
    if arguments.first == "help", arguments.count == 2, let failure = UsageAdvice.unknownTopic(arguments[1]) {
      finish(.failure(failure))
    }
    do {
      var command = try Egress6.parseAsRoot(arguments)
      if command is ScanCommand { try ProcessSetup.requireProcFileSystem() }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      finish(.success(()))
    } catch {
      finish(.failure(error))
    }
  }

  /// The words after the program's name.
  ///
  /// Swift reads them from /proc on Linux, which a bare chroot may lack; C always has them.
  private static let arguments: [String] = {
    let words = (0..<egress6_argument_count()).compactMap { index in
      unsafe egress6_argument(index).map { unsafe String(cString: $0) }
    }
    return Array((words.isEmpty ? CommandLine.arguments : words).dropFirst())
  }()

  /// Ends the process with the documented exit code, saying on standard error what went wrong.
  private static func finish(_ result: Result<Void, any Error>) -> Never {
    switch result {
    case .success:
      exit(ExitStatus.done.rawValue)
    case .failure(let failure as CommandFailure):
      report(failure)
      exit(status(of: failure.status))
    case .failure(let status as ExitStatus):
      exit(status.rawValue)
    case .failure(let failure as StandardStream.Failure) where failure == .closed:
      // The reader has what it wanted (… | head): as quiet as a program that dies of SIGPIPE.
      exit(ExitStatus.done.rawValue)
    case .failure(let error):
      let code = Egress6.exitCode(for: error)
      let message = Egress6.fullMessage(for: error)
      if code.isSuccess {
        // A request for help, a version or a completion script.
        finish(
          Result { try StandardStream.output.write(message + (message.hasSuffix("\n") ? "" : "\n")) }
            .mapError { $0 as any Error })
      }
      if code == .validationFailure {
        report(UsageAdvice.failure(message: message, arguments: arguments))
        exit(status(of: .usage))
      }
      let failure = CommandFailure(describing: error)
      report(failure)
      exit(status(of: failure.status))
    }
  }

  /// The exit code for a status: `exec` has the statuses of its command, so its own failures have one that no command has.
  private static func status(of status: ExitStatus) -> Int32 {
    let isOwn = arguments.first != "exec" || status == .notExecutable || status == .notFound
    return (isOwn ? status : .notStarted).rawValue
  }

  private static func report(_ failure: CommandFailure) {
    let stream = StandardStream.errors
    let style = Style(
      choice: .auto, isTerminal: stream.isTerminal, environment: ProcessInfo.processInfo.environment)
    try? stream.write(failure.text(style: style))
  }
}
