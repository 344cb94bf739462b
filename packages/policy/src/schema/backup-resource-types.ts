/**
 * The resource types that a backup policy may select: these patterns literally, in any partition, or `*`.
 * Source: organizations spec 5.2.
 */

const AFTER_PARTITION: ReadonlySet<string> = new Set([
  'backup-gateway:*:*:vm/*',
  'cloudformation:*:*:stack/*',
  'dsql:*:*:cluster/*',
  'dynamodb:*:*:table/*',
  'ec2:*:*:instance/*',
  'ec2:*:*:volume/*',
  'eks:*:*:cluster/*',
  'elasticfilesystem:*:*:file-system/*',
  'fsx:*:*:file-system/*',
  'fsx:*:*:volume/*',
  'rds:*:*:cluster:*',
  'rds:*:*:db:*',
  'redshift:*:*:cluster:*',
  'redshift-serverless:*:*:namespace/*',
  's3:::*',
  'ssm-sap:*:*:HANA/*',
  'storagegateway:*:*:gateway/*',
  'timestream:*:*:database/*',
]);

export function isBackupResourceType(text: string): boolean {
  if (text === '*') return true;
  const [, rest = ''] = /^arn:aws[a-z-]*:(.*)$/s.exec(text) ?? [];
  return AFTER_PARTITION.has(rest);
}
