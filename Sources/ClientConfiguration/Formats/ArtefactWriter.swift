// SPDX-License-Identifier: Apache-2.0

import ClientModel
import EgressBase

/// Writes plans as files; equal plans give equal bytes.
package enum ArtefactWriter {
  /// Writes a plan.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - format: The form.
  ///   - origin: Where the settings come from.
  ///   - base: What the user's own file brings along.
  /// - Returns: The artefact, unproven.
  /// - Throws: ``ArtefactError`` where the form cannot hold the plan.
  package static func write(
    _ plan: ConfigurationPlan, as format: ArtefactFormat, origin: ArtefactOrigin,
    base: ArtefactBase = ArtefactBase()
  ) throws(ArtefactError) -> Artefact {
    let body: String
    switch format {
    case .shell: body = try EnvironmentWriter.shell(plan.variables)
    case .environmentFile: body = try EnvironmentWriter.environmentFile(plan.variables)
    case .dockerfile: body = try EnvironmentWriter.dockerfile(plan.variables)
    case .kubernetes: body = try EnvironmentWriter.configMap(plan)
    case .kubernetesList: body = try EnvironmentWriter.environmentList(plan.variables)
    case .ecs: body = try ContainerWriter.taskDefinition(plan, base.document)
    case .lambda: body = try ContainerWriter.function(plan, base.document)
    case .awsConfig: body = try SharedFileWriter.text(plan, profile: base.profile)
    case .terraform: body = try TerraformWriter.text(plan)
    case .cloudWatchAgent: body = AgentWriter.cloudWatchAgent(plan)
    case .ssmAgent: body = AgentWriter.ssmAgent(plan)
    case .ecsAgent: body = AgentWriter.ecsAgent(plan)
    case .dockerDaemon: body = AgentWriter.dockerDaemon(plan)
    case .fluentBit: body = FluentBitWriter.text(plan)
    case .boto3, .go, .java, .javascript, .rust, .swift, .dotnet:
      body = CodeWriter.text(plan, CodeLanguage(format))
    }
    return Artefact(format: format, header: ArtefactHeader.lines(plan, format, origin), body: body)
  }
}
