/**
 * Resource types by the names that AWS Backup gives them, and the type behind a resource's ARN.
 *
 * Not here: which of them this installation has a connector for (`connectors/`, through registered resources).
 * Source: backup spec 16.1.
 */
import { parseArn } from '@holdfast/kernel';

/** Every name that region settings may hold. */
export const RESOURCE_TYPES = [
  'Aurora',
  'CloudFormation',
  'DocumentDB',
  'DynamoDB',
  'EBS',
  'EC2',
  'EFS',
  'EKS',
  'FSx',
  'Neptune',
  'RDS',
  'Redshift',
  'S3',
  'SAP HANA on Amazon EC2',
  'Storage Gateway',
  'Timestream',
  'VirtualMachine',
] as const;

/** Types with a connector in this version: what can be registered, backed up and restored. */
export const SUPPORTED_RESOURCE_TYPES = ['EFS', 'RDS'] as const;

/** Types whose points carry a `backup` ARN and answer their ARN when a job is started on demand (backup spec 2.E). */
const ARN_KNOWN_AT_START: readonly string[] = ['EFS'];

export function isArnKnownAtStart(resourceType: string): boolean {
  return ARN_KNOWN_AT_START.includes(resourceType);
}

const BY_ARN: readonly (readonly [service: string, resourcePrefix: string, type: string])[] = [
  ['elasticfilesystem', 'file-system/', 'EFS'],
  ['rds', 'db:', 'RDS'],
  ['rds', 'cluster:', 'Aurora'],
  ['ec2', 'instance/', 'EC2'],
  ['ec2', 'volume/', 'EBS'],
  ['dynamodb', 'table/', 'DynamoDB'],
  ['s3', '', 'S3'],
  ['backup-gateway', 'vm/', 'VirtualMachine'],
  ['fsx', 'file-system/', 'FSx'],
  ['fsx', 'volume/', 'FSx'],
  ['storagegateway', 'gateway/', 'Storage Gateway'],
  ['cloudformation', 'stack/', 'CloudFormation'],
  ['redshift', 'cluster:', 'Redshift'],
  ['timestream', 'database/', 'Timestream'],
  ['ssm-sap', 'HANA/', 'SAP HANA on Amazon EC2'],
  ['eks', 'cluster/', 'EKS'],
];

export function resourceTypeOf(resourceArn: string): string | undefined {
  const arn = parseArn(resourceArn);
  if (!arn) return undefined;
  return BY_ARN.find(([service, prefix]) => arn.service === service && arn.resource.startsWith(prefix))?.[2];
}
