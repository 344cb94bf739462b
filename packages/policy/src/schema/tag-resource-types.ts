/**
 * What a tag policy may be enforced on or ask tags for: `service:type`, or `service:ALL_SUPPORTED`.
 *
 * AWS refuses unknown services and, for most services, the older `service:*` (recorded rules B.5.3). Its table of
 * types grows by the month and is not part of the API, so any well-formed type of a known service is accepted here.
 */

/** Signing names of the services that support enforcement or required tags. */
const SERVICES: ReadonlySet<string> = new Set(
  (
    'access-analyzer acm acm-pca airflow amplify amplifyuibuilder aoss apigateway app-integrations appconfig appflow ' +
    'application-autoscaling application-signals applicationinsights appmesh apprunner appstream appsync aps arc-zonal-shift ' +
    'athena auditmanager autoscaling backup backup-gateway batch bcm-data-exports bedrock billingconductor braket budgets ' +
    'bugbust cassandra ce chatbot chime cleanrooms cleanrooms-ml cloud9 cloudformation cloudfront cloudhsm cloudtrail ' +
    'cloudwatch codeartifact codebuild codecommit codeconnections codedeploy codeguru-profiler codeguru-reviewer ' +
    'codepipeline codestar codestar-connections codestar-notifications cognito-identity cognito-idp comprehend config connect ' +
    'connect-campaigns controltower cur databrew dataexchange datapipeline datasync datazone dax deadline detective ' +
    'devicefarm devops-guru directconnect dlm dms docdb-elastic ds dsql dynamodb ebs ec2 ecr ecr-public ecs eks ' +
    'elastic-inference elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce emr-containers ' +
    'emr-serverless entityresolution es events evidently finspace firehose fis fms forecast frauddetector fsx gamelift geo ' +
    'globalaccelerator glue grafana greengrass groundstation guardduty healthlake iam imagebuilder inspector inspector2 ' +
    'internetmonitor iot iot1click iotanalytics iotevents iotfleethub iotfleetwise iotsitewise iottwinmaker iotwireless ivs ' +
    'ivschat kafka kafkaconnect kendra kinesis kinesisanalytics kinesisvideo kms lakeformation lambda lex license-manager ' +
    'lightsail logs lookoutequipment lookoutmetrics lookoutvision m2 macie2 managedblockchain mediaconnect mediaconvert ' +
    'medialive mediapackage mediapackage-vod mediapackagev2 mediastore mediatailor memorydb mgn mobiletargeting mq ' +
    'neptune-graph network-firewall networkmanager oam omics organizations osis outposts panorama payment-cryptography ' +
    'pca-connector-ad personalize pipes polly profile proton qbusiness qldb quicksight ram rbin rds redshift ' +
    'redshift-serverless refactor-spaces rekognition resiliencehub resource-explorer-2 resource-groups robomaker ' +
    'rolesanywhere route53 route53-recovery-control route53-recovery-readiness route53domains route53resolver rum s3 ' +
    's3-object-lambda s3-outposts s3express s3tables sagemaker sagemaker-geospatial savingsplans scheduler schemas ' +
    'secretsmanager securityhub securitylake serverlessrepo servicecatalog servicediscovery servicequotas ses shield signer ' +
    'simspaceweaver sms-voice sns sqs ssm ssm-contacts ssm-incidents ssm-sap sso states storagegateway sts swf synthetics ' +
    'textract timestream transcribe transfer translate trustedadvisor verifiedpermissions voiceid vpc-lattice waf ' +
    'waf-regional wafv2 wellarchitected wisdom workmail workspaces workspaces-web xray'
  ).split(' '),
);

/** Services whose `service:*` dates from before ALL_SUPPORTED and is still in the guide's examples. */
const WITH_WILDCARD: ReadonlySet<string> = new Set(
  (
    'acm appmesh athena cloudfront cloudtrail codebuild codecommit codepipeline cognito-identity cognito-idp comprehend ' +
    'config directconnect dms dynamodb elasticfilesystem elasticloadbalancing firehose fsx kinesis kms redshift ' +
    'secretsmanager states transfer workspaces'
  ).split(' '),
);

export function isTagResourceType(text: string): boolean {
  const [, service = '', type = ''] = /^([a-z0-9-]+):(\*|[A-Za-z0-9][A-Za-z0-9_./-]*)$/.exec(text) ?? [];
  return type === '*' ? WITH_WILDCARD.has(service) : SERVICES.has(service);
}
