// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

extension Partitions {
  /// The largest partitions text that is read; that of AWS has 10 kB.
  public static let maximumTextSize = 4 << 20

  /// Reads a `partitions.json` of an SDK.
  ///
  /// - Parameter json: The text, at most ``maximumTextSize`` bytes.
  /// - Throws: ``RuleSetError`` for the first thing that is wrong.
  public init(json: [UInt8]) throws(RuleSetError) {
    let document: JSON
    do {
      document = try JSON(parsing: json, options: .init(maximumSize: Self.maximumTextSize))
    } catch {
      throw RuleSetError(error)
    }
    try self.init(document: document)
  }

  /// Reads partitions that are already parsed.
  package init(document: JSON) throws(RuleSetError) {
    let path = JSONPath.root.appending("partitions")
    guard let elements = document["partitions"]?.array else { throw RuleSetError(path, "expected an array") }
    var partitions: [Partition] = []
    for (index, element) in elements.enumerated() {
      partitions.append(try Self.partition(element, path.appending(index)))
    }
    guard let result = Partitions(partitions) else { throw RuleSetError(path, "the list is empty") }
    self = result
  }

  private static func partition(_ json: JSON, _ path: JSONPath) throws(RuleSetError) -> Partition {
    guard json.object != nil else { throw RuleSetError(path, "expected an object, found \(json.kindText)") }
    let outputsPath = path.appending("outputs")
    guard let outputs = json["outputs"], outputs.object != nil else {
      throw RuleSetError(outputsPath, "expected an object")
    }
    let patternText = try string(json, "regionRegex", path)
    guard let pattern = RegionPattern(patternText) else {
      throw RuleSetError(
        path.appending("regionRegex"),
        "the pattern \"\(patternText)\" is not supported; use literals, (a|b), \\w+ and \\d+ between ^ and $")
    }
    let regionsPath = path.appending("regions")
    guard let regions = json["regions"]?.object else { throw RuleSetError(regionsPath, "expected an object") }
    var globalRegion: String?
    if outputs["implicitGlobalRegion"] != nil {
      globalRegion = try string(outputs, "implicitGlobalRegion", outputsPath)
    }
    return Partition(
      id: try string(json, "id", path), regionPattern: pattern,
      regions: regions.map { Region(name: $0.name, description: $0.value["description"]?.string) },
      dnsSuffix: try string(outputs, "dnsSuffix", outputsPath),
      dualStackDnsSuffix: try string(outputs, "dualStackDnsSuffix", outputsPath),
      supportsFIPS: try boolean(outputs, "supportsFIPS", outputsPath),
      supportsDualStack: try boolean(outputs, "supportsDualStack", outputsPath),
      implicitGlobalRegion: globalRegion)
  }

  private static func string(_ json: JSON, _ name: String, _ path: JSONPath) throws(RuleSetError) -> String {
    guard let text = json[name]?.string else { throw RuleSetError(path.appending(name), "expected a string") }
    return text
  }

  private static func boolean(_ json: JSON, _ name: String, _ path: JSONPath) throws(RuleSetError) -> Bool {
    guard let flag = json[name]?.bool else {
      throw RuleSetError(path.appending(name), "expected true or false")
    }
    return flag
  }
}
