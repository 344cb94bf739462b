/**
 * Which resources a record is about: what the caller was asked about, and what request and answer name by ARNs.
 * Source: CloudTrail's `resources`; the types are CloudFormation's names, as LookupEvents shows them.
 */
import { parseArn } from '@holdfast/kernel';

export interface NamedResource {
  readonly arn: string;
  readonly accountId: string | undefined;
  readonly type: string | undefined;
}

const RESOURCES_MAX = 10;
/** How deep an answer is searched: `{ Policy: { PolicySummary: { Arn } } }`. */
const DEPTH_MAX = 3;

/** By service and what the resource's part of the ARN begins with. */
const TYPES: readonly (readonly [service: string, beginning: string, type: string])[] = [
  ['backup', 'backup-plan:', 'AWS::Backup::BackupPlan'],
  ['backup', 'backup-vault:', 'AWS::Backup::BackupVault'],
  ['backup', 'recovery-point:', 'AWS::Backup::RecoveryPoint'],
  ['elasticfilesystem', 'file-system/', 'AWS::EFS::FileSystem'],
  ['iam', 'group/', 'AWS::IAM::Group'],
  ['iam', 'mfa/', 'AWS::IAM::VirtualMFADevice'],
  ['iam', 'oidc-provider/', 'AWS::IAM::OIDCProvider'],
  ['iam', 'policy/', 'AWS::IAM::Policy'],
  ['iam', 'role/', 'AWS::IAM::Role'],
  ['iam', 'user/', 'AWS::IAM::User'],
  ['organizations', 'account/', 'AWS::Organizations::Account'],
  ['organizations', 'handshake/', 'AWS::Organizations::Handshake'],
  ['organizations', 'organization/', 'AWS::Organizations::Organization'],
  ['organizations', 'ou/', 'AWS::Organizations::OrganizationalUnit'],
  ['organizations', 'policy/', 'AWS::Organizations::Policy'],
  ['organizations', 'resourcepolicy/', 'AWS::Organizations::ResourcePolicy'],
  ['organizations', 'root/', 'AWS::Organizations::Root'],
  ['rds', 'db:', 'AWS::RDS::DBInstance'],
];

/** @param asked ARNs, among them patterns and paths of lists, which name nothing */
export function resourcesOf(asked: readonly string[], ...named: readonly unknown[]): readonly NamedResource[] {
  const arns = new Set(asked.filter((arn) => !arn.includes('*') && !/[:/]$/.test(arn)));
  for (const value of named) addArns(value, arns, 0);
  const resources: NamedResource[] = [];
  for (const arn of arns) {
    if (resources.length === RESOURCES_MAX) break;
    const parsed = parseArn(arn);
    // Sessions come and go: what is assumed is the role.
    if (parsed && parsed.service !== 'sts')
      resources.push({ arn, accountId: parsed.accountId || undefined, type: typeOf(parsed) });
  }
  return resources;
}

/** What a resource is found by: its ARN and the name that it ends in. */
export function namesOf(resources: readonly NamedResource[]): string[] {
  return [
    ...new Set(
      resources.flatMap(({ arn }) => [arn, arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)]),
    ),
  ];
}

function addArns(value: unknown, arns: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && name.endsWith('Arn')) arns.add(member);
    else if (depth < DEPTH_MAX) addArns(member, arns, depth + 1);
  }
}

function typeOf({ service, resource }: NonNullable<ReturnType<typeof parseArn>>): string | undefined {
  return TYPES.find(([known, beginning]) => known === service && resource.startsWith(beginning))?.[2];
}
