// SPDX-License-Identifier: Apache-2.0

/// The names of services in the `endpoints` block of the Terraform AWS provider.
///
/// Source: the provider's guide "Custom Service Endpoint Configuration" at commit 03e00b5f (2026), read 2026-11-30. A key that
/// is not in the guide makes Terraform stop.
package enum TerraformServiceKeys {
  /// The key of a service by its identifier in variables; `nil` where the provider has none.
  package static func key(_ identifier: String) -> String? {
    if let key = others[identifier] { return key }
    let key = identifier.lowercased().filter { $0 != "_" }
    return plain.contains(key) ? key : nil
  }

  /// Keys that are not the identifier in lower case without underscores.
  private static let others = [
    "AGENT_REGISTRY_CONTROL": "agentregistry", "BEDROCK_AGENTCORE_CONTROL": "bedrockagentcore",
    "CLOUDWATCH_LOGS": "logs",
    "COGNITO_IDENTITY_PROVIDER": "cognitoidp", "COST_AND_USAGE_REPORT_SERVICE": "cur",
    "COST_EXPLORER": "ce", "DATABASE_MIGRATION_SERVICE": "dms", "DIRECTORY_SERVICE": "ds",
    "ELASTICSEARCH_SERVICE": "es", "ELASTIC_LOAD_BALANCING": "elb",
    "ELASTIC_LOAD_BALANCING_V2": "elbv2", "EVENTBRIDGE": "events",
    "LEX_MODELS_V2": "lexv2models", "LEX_MODEL_BUILDING_SERVICE": "lexmodels",
    "SERVERLESSAPPLICATIONREPOSITORY": "serverlessrepo",
  ]

  private static let plain = Set(
    """
    accessanalyzer account accountaccess acm acmpca amp amplify apigateway apigatewayv2 appconfig appfabric appflow \
    appintegrations applicationinsights applicationsignals applicationautoscaling appmesh apprunner appstream appsync arcregionswitch arczonalshift \
    athena auditmanager autoscaling autoscalingplans backup batch bcmdataexports bedrock bedrockagent bedrockruntime billing \
    budgets chatbot chime chimesdkmediapipelines chimesdkvoice cleanrooms cloud9 cloudcontrol cloudformation cloudfront \
    cloudfrontkeyvaluestore cloudhsmv2 cloudsearch cloudtrail cloudwatch codeartifact codebuild codecatalyst codecommit codedeploy \
    codeconnections codeguruprofiler codegurureviewer codepipeline codestarconnections codestarnotifications cognitoidentity \
    comprehend computeoptimizer configservice connect connectcases controltower costoptimizationhub customerprofiles databrew \
    dataexchange datapipeline datasync datazone dax detective devicefarm devopsagent devopsguru directconnect \
    directoryservicedata dlm docdb docdbelastic drs dsql dynamodb ec2 ecr ecrpublic ecs efs eks elasticache elasticbeanstalk \
    elastictranscoder emr emrcontainers emrserverless eventbridgev2 evidently evs finspace firehose fis fms fsx gamelift \
    glacier globalaccelerator glue grafana greengrass groundstation guardduty healthlake iam identitystore imagebuilder \
    inspector inspector2 interconnect internetmonitor invoicing iot ivs ivschat kafka kafkaconnect kendra keyspaces kinesis \
    kinesisanalytics kinesisanalyticsv2 kinesisvideo kms lakeformation lambda lambdacore lambdamicrovms launchwizard \
    licensemanager lightsail location m2 macie2 mailmanager mediaconnect mediaconvert medialive mediapackage mediapackagev2 \
    mediapackagevod mediastore memorydb mgn mpa mq mwaa mwaaserverless neptune neptunegraph networkfirewall \
    networkflowmonitor networkmanager networkmonitor networksecuritymanager notifications notificationscontacts oam \
    observabilityadmin odb opensearch opensearchserverless organizations osis outposts paymentcryptography pcaconnectorad pcs \
    pinpoint pinpointsmsvoicev2 pipes polly pricing qbusiness qldb quicksight ram rbin rds rdsdata redshift redshiftdata \
    redshiftserverless rekognition resiliencehub resiliencehubv2 resourceexplorer2 resourcegroups resourcegroupstaggingapi \
    rolesanywhere route53 route53domains route53profiles route53recoverycontrolconfig route53recoveryreadiness \
    route53resolver rum s3 s3control s3files s3outposts s3tables s3vectors sagemaker savingsplans scheduler schemas \
    secretsmanager securityhub securitylake servicecatalog servicecatalogappregistry servicediscovery servicequotas ses sesv2 \
    sfn shield signer sns sqs ssm ssmcontacts ssmincidents ssmquicksetup ssmsap sso ssoadmin storagegateway sts swf \
    synthetics taxsettings timestreaminfluxdb timestreamquery timestreamwrite transcribe transfer uxc verifiedpermissions \
    vpclattice waf wafregional wafv2 wellarchitected workmail workspaces workspacesweb xray
    """.split(separator: " ").map(String.init))
}
