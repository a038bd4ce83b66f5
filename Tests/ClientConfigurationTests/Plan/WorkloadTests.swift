// SPDX-License-Identifier: Apache-2.0

import ClientConfiguration
import ServiceCatalog
import Testing

/// Which services a program's files show.
@Suite("What files show of a program")
struct WorkloadTests {
  private func read(_ text: String, _ source: Workload.Source) throws -> Workload {
    try Workload(Array(text.utf8), path: "file", as: source, catalog: Catalog.embedded())
  }

  @Test("a task definition shows its program's services and the platform's, apart")
  func taskDefinition() throws {
    let workload = try read(
      """
      {"containerDefinitions": [
        {"name": "app", "image": "123456789012.dkr-ecr.eu-west-1.on.aws/app",
         "environment": [
           {"name": "TOPIC", "value": "arn:aws:sns:eu-west-1:123456789012:t"},
           {"name": "AWS_ENDPOINT_URL_DYNAMODB", "value": "http://localhost:8000"},
           {"name": "BUCKET_HOST", "value": "s3.eu-west-1.amazonaws.com"},
           {"name": "OTHER", "value": "https://example.com/sqs.amazonaws.com"}],
         "secrets": [{"name": "A", "valueFrom": "arn:aws:secretsmanager:eu-west-1:1:secret:x"},
                     {"name": "B", "valueFrom": "/parameter"}],
         "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/file"}]},
        {"name": "log", "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit",
         "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "kinesis_firehose"}}}],
       "volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}]}
      """, .taskDefinition)
    let own = workload.clues.filter { !$0.isPlatform }.map(\.service).sorted()
    #expect(own == ["dynamodb", "s3", "sns"])
    let platform = Set(workload.clues.filter(\.isPlatform).map(\.service))
    #expect(platform == ["ecr", "s3", "secretsmanager", "ssm", "ecr-public", "firehose", "efs"])
    #expect(workload.region == "eu-west-1" && workload.ownSettings == ["AWS_ENDPOINT_URL_DYNAMODB"])
    #expect(!workload.clues.contains { $0.reason.contains("localhost") || $0.reason.contains("arn:") })
  }

  @Test("the output of describe-task-definition, a function and a file of variables are read, too")
  func others() throws {
    let task = try read(
      "{\"taskDefinition\": {\"containerDefinitions\": [{\"name\": \"a\", \"logConfiguration\": {\"logDriver\": "
        + "\"awslogs\", \"options\": {\"awslogs-region\": \"us-east-1\"}}}]}}", .taskDefinition)
    #expect(task.services == ["logs"] && task.region == "us-east-1")
    let function = try read(
      """
      {"FunctionName": "f", "FunctionArn": "arn:aws:lambda:eu-west-1:1:function:f",
       "Environment": {"Variables": {"Q": "https://sqs.eu-west-1.amazonaws.com/1/q"}},
       "TracingConfig": {"Mode": "Active"}, "DeadLetterConfig": {"TargetArn": "arn:aws:sns:eu-west-1:1:t"}}
      """, .function)
    #expect(function.services == ["sns", "sqs", "xray"] && function.region == "eu-west-1")
    let variables = try read(
      "AWS_REGION=eu-west-1\nTABLE=arn:aws:dynamodb:eu-west-1:1:table/t\n", .environmentFile)
    #expect(variables.services == ["dynamodb"] && variables.region == "eu-west-1")
    #expect(throws: DocumentError.self) { try read("{", .taskDefinition) }
  }
}
