// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import ServiceCatalog
package import StrictJSON

/// What the files of a program tell of the AWS services that it uses.
package struct Workload: Sendable, Hashable {
  /// A kind of file that is looked at.
  package enum Source: Sendable, Hashable {
    /// An ECS task definition (JSON).
    case taskDefinition
    /// A Lambda function's configuration (JSON).
    case function
    /// Variables, a line each.
    case environmentFile
  }

  /// A service that a file shows, and what shows it.
  package struct Clue: Sendable, Hashable {
    /// The service: botocore's folder.
    package var service: String
    /// What shows it, such as `the log driver awslogs of web`; no value of a variable.
    package var reason: String
    /// Whether the platform calls the service rather than the program: settings of the program do not reach that call.
    package var isPlatform: Bool
  }

  /// The services.
  package var clues: [Clue] = []
  /// The region that the file names; `nil` where it names none, or several.
  package var region: String?
  /// The file as JSON; `nil` for variables.
  package var document: JSON?
  /// The names of the variables with endpoint settings that the file has already.
  package var ownSettings: [String] = []

  /// The folders of the services, sorted, each once.
  package var services: [String] { Set(clues.map(\.service)).sorted() }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - path: Its path, for messages.
  ///   - source: What it is.
  ///   - catalog: The services.
  /// - Throws: ``DocumentError`` for what is not of that kind.
  package init(
    _ bytes: [UInt8], path: String, as source: Source, catalog: Catalog
  ) throws(DocumentError) {
    let format: DocumentFormat =
      switch source {
      case .taskDefinition: .ecsTaskDefinition
      case .function: .lambda
      case .environmentFile: .environmentFile
      }
    let scopes = try SettingsDocument(bytes, path: path, format: format).scopes
    var regions: Set<String> = []
    for scope in scopes where scope.kind == .environment {
      for setting in scope.settings { read(setting, scope.name, catalog, &regions) }
    }
    if source != .environmentFile {
      do throws(JSONError) { document = try JSON(parsing: bytes) } catch {
        throw DocumentError(path: path, position: TextPosition(line: 1, column: 1), problem: "\(error)")
      }
      if source == .taskDefinition {
        readTaskDefinition(catalog, &regions)
      } else {
        readFunction(catalog, &regions)
      }
    }
    region = regions.count == 1 ? regions.first : nil
    var seen: Set<Clue> = []
    clues = clues.filter { seen.insert($0).inserted }
  }

  private mutating func add(_ service: String, _ reason: String, platform: Bool = false) {
    clues.append(Clue(service: service, reason: reason, isPlatform: platform))
  }

  // MARK: Variables

  private mutating func read(
    _ setting: LocatedSetting, _ scope: String, _ catalog: Catalog, _ regions: inout Set<String>
  ) {
    let owner = scope.isEmpty ? "" : " of \(scope)"
    let name = setting.name
    if name == "AWS_REGION" || name == "AWS_DEFAULT_REGION" { regions.insert(setting.value) }
    if name.hasPrefix("AWS_ENDPOINT_URL") || name == "AWS_USE_DUALSTACK_ENDPOINT" {
      ownSettings.append(name)
    }
    if name.hasPrefix("AWS_ENDPOINT_URL_") {
      let identifier = String(name.dropFirst("AWS_ENDPOINT_URL_".count))
      if let service = catalog.services.first(where: { ServiceIdentifier.text($0.serviceID) == identifier }) {
        add(service.folder, "the variable \(name)\(owner)")
      }
      return
    }
    guard setting.certainty == .literal else { return }
    if let service = Self.service(arn: setting.value, catalog) {
      add(service.folder, "an ARN in the variable \(name)\(owner)")
      if let region = service.region { regions.insert(region) }
    }
    if let service = Self.service(host: setting.value, catalog) {
      add(service, "a host in the variable \(name)\(owner)")
    }
  }

  /// The service of an ARN, and its region.
  private static func service(arn: String, _ catalog: Catalog) -> (folder: String, region: String?)? {
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"),
      let service = try? catalog.lookup(service: String(parts[2]))
    else { return nil }
    return (service.folder, parts[3].isEmpty ? nil : String(parts[3]))
  }

  /// The service of a URL or a host of AWS.
  private static func service(host text: String, _ catalog: Catalog) -> String? {
    let host = URLHost(text).map { String($0.host) } ?? text
    guard
      host.hasSuffix(".amazonaws.com") || host.hasSuffix(".api.aws") || host.hasSuffix(".amazonaws.com.cn")
    else { return nil }
    let labels = host.split(separator: ".")
    return labels.prefix(2).lazy.compactMap { try? catalog.lookup(service: String($0)).folder }.first
  }

  // MARK: Task definitions

  private mutating func readTaskDefinition(_ catalog: Catalog, _ regions: inout Set<String>) {
    let task = document?["taskDefinition"] ?? document
    for container in task?["containerDefinitions"]?.array ?? [] {
      let name = container["name"]?.string ?? "a container"
      readImage(container["image"]?.string ?? "", name, &regions)
      readLogging(container["logConfiguration"], name, &regions)
      for secret in container["secrets"]?.array ?? [] {
        let isParameter =
          secret["valueFrom"]?.string.map { $0.firstRange(of: ":secretsmanager:") == nil } ?? true
        add(
          isParameter ? "ssm" : "secretsmanager",
          "the secret \(secret["name"]?.string ?? "") of \(name)", platform: true)
      }
      if container["environmentFiles"]?.array?.isEmpty == false {
        add("s3", "the environment file of \(name)", platform: true)
      }
    }
    if task?["volumes"]?.array?.contains(where: { $0["efsVolumeConfiguration"] != nil }) == true {
      add("efs", "an EFS volume", platform: true)
    }
  }

  private mutating func readImage(_ image: String, _ container: String, _ regions: inout Set<String>) {
    let host = image.prefix { $0 != "/" }
    let labels = host.split(separator: ".")
    if host.hasPrefix("public.ecr.aws") || host.hasPrefix("ecr-public.aws.com") {
      add("ecr-public", "the image of \(container)", platform: true)
    } else if labels.count >= 4, labels[1] == "dkr" && labels[2] == "ecr" || labels[1] == "dkr-ecr" {
      regions.insert(String(labels[1] == "dkr" ? labels[3] : labels[2]))
      add("ecr", "the image of \(container)", platform: true)
      add("s3", "the layers of the image of \(container)", platform: true)
    }
  }

  private mutating func readLogging(_ logging: JSON?, _ container: String, _ regions: inout Set<String>) {
    let options = logging?["options"]
    switch logging?["logDriver"]?.string {
    case "awslogs":
      if let region = options?["awslogs-region"]?.string { regions.insert(region) }
      add("logs", "the log driver awslogs of \(container)", platform: true)
    case "awsfirelens":
      let plugin = (options?["Name"] ?? options?["name"])?.string ?? ""
      for (service, output) in FluentBitWriter.outputs.sorted(by: { $0.key < $1.key })
      where output == plugin || plugin == "cloudwatch" && service == "logs" || plugin == service {
        add(service, "FireLens's output \(plugin) of \(container)", platform: true)
      }
    default: break
    }
  }

  // MARK: Functions

  private mutating func readFunction(_ catalog: Catalog, _ regions: inout Set<String>) {
    let function = document?["Configuration"] ?? document
    if let arn = function?["FunctionArn"]?.string, let region = Self.service(arn: arn, catalog)?.region {
      regions.insert(region)
    }
    if function?["TracingConfig"]?["Mode"] == "Active" {
      add("xray", "active tracing", platform: true)
    }
    if let target = function?["DeadLetterConfig"]?["TargetArn"]?.string,
      let service = Self.service(arn: target, catalog)
    {
      add(service.folder, "the dead-letter target", platform: true)
    }
  }
}
