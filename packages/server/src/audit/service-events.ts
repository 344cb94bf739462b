/**
 * What services did by themselves, as CloudTrail's service events: from the noted facts (store/audit-facts.ts).
 *
 * Source: organizations spec 6.5; backup spec 10.4, 11.3. Members that AWS documents by example only follow the
 * example; what a fact does not hold is left out, never invented.
 */
import type { Instant } from '@holdfast/kernel';
import type { AuditFact } from '../store/audit-facts.ts';
import { momentText } from './elements.ts';
import type { AuditEvent } from './record.ts';
import { resourcesOf } from './resources.ts';

type Row = AuditFact['content'];
type Told = Pick<AuditEvent, 'name' | 'details'> & {
  readonly accountIds?: readonly (string | undefined)[];
  readonly at?: Instant | undefined;
  readonly readOnly?: boolean;
  readonly arns?: readonly (string | undefined)[];
};
type Teller = (row: Row, now: Instant) => Told;

const MASKED = '****';

/** By the kind of fact. All of `organization` are told to the management account, all others where they happened. */
const BACKUP: Readonly<Record<string, Teller>> = {
  'backup-job-started': (row) => ({ name: 'BackupJobStarted', at: moment(row, 'initiated_at'), ...backupJob(row) }),
  'backup-job-ended': (row) => ({ name: 'BackupJobCompleted', at: moment(row, 'completed_at'), ...backupJob(row) }),
  'copy-job-started': (row) => ({ name: 'CopyJobStarted', ...copyJob(row) }),
  'copy-job-ended': (row) => ({ name: 'CopyJobCompleted', at: moment(row, 'completed_at'), ...copyJob(row) }),
  'restore-started': (row) => ({ name: 'RestoreStarted', ...restoreJob(row) }),
  'restore-ended': (row) => ({ name: 'RestoreCompleted', at: moment(row, 'completed_at'), ...restoreJob(row) }),
  'recovery-point-created': (row) => ({ name: 'RecoveryPointCreated', ...recoveryPoint(row) }),
  'recovery-point-deleted': (row) => ({ name: 'BackupDeleted', ...recoveryPoint(row) }),
  'organization-plan-created': (row) => ({ name: 'CreateOrganizationalBackupPlan', ...organizationPlan(row) }),
  'organization-plan-updated': (row) => ({ name: 'UpdateOrganizationalBackupPlan', ...organizationPlan(row) }),
  'organization-plan-deleted': (row) => ({ name: 'DeleteOrganizationalBackupPlan', ...organizationPlan(row) }),
  'organization-plan-invalid': (row) => ({
    name: 'InvalidOrganizationBackupPlan',
    details: { accountId: row['account_id'], backupPlanName: row['plan_key'], reason: row['reason'] },
  }),
};

const ORGANIZATIONS: Readonly<Record<string, Teller>> = {
  'account-created': (row) => ({
    name: 'CreateAccountResult',
    at: moment(row, 'completed_at'),
    details: {
      createAccountStatus: defined({
        id: row['id'],
        state: row['state'],
        accountName: MASKED,
        accountId: row['account_id'],
        failureReason: row['failure_reason'],
        requestedTimestamp: momentOf(row, 'requested_at'),
        completedTimestamp: momentOf(row, 'completed_at'),
      }),
    },
  }),
  'account-closed': (row) => ({
    name: 'CloseAccountResult',
    at: moment(row, 'closed_at'),
    details: {
      closeAccountStatus: defined({
        accountId: row['account_id'],
        state: 'SUCCEEDED',
        requestedTimestamp: momentOf(row, 'requested_at'),
        completedTimestamp: momentOf(row, 'closed_at'),
      }),
    },
  }),
  'account-joined': (row) => ({
    name: 'AccountJoinedOrganization',
    at: moment(row, 'joined_at'),
    details: {
      accountId: row['account_id'],
      organizationId: row['organization_id'],
      joinedMethod: row['joined_method'],
      joinedTime: momentOf(row, 'joined_at'),
    },
  }),
  'account-departed': (row) => ({
    name: 'AccountDepartedOrganization',
    at: moment(row, 'departed_at'),
    details: {
      accountId: row['account_id'],
      organizationId: row['organization_id'],
      departureMethod: row['method'],
      departureTime: momentOf(row, 'departed_at'),
    },
  }),
  'effective-policy': (row) => ({
    name: 'EffectivePolicyValidation',
    at: moment(row, 'evaluated_at'),
    readOnly: true,
    details: validation(row),
  }),
};

/** The event that a fact tells of; of a fact of an unknown kind, what it holds. */
export function serviceEventOf({ kind, content }: AuditFact, now: Instant): AuditEvent {
  const ofOrganizations = ORGANIZATIONS[kind];
  const tell = ofOrganizations ?? BACKUP[kind];
  const told = tell?.(content, now) ?? { name: kind, details: content };
  const service = ofOrganizations ? 'organizations' : 'backup';
  const accountId = text(content, ofOrganizations ? 'management_account_id' : 'account_id');
  const invokedBy = ofOrganizations ? 'AWS Internal' : 'backup.amazonaws.com';
  return {
    at: told.at ?? now,
    accountIds: [accountId],
    service,
    name: told.name,
    region: text(content, 'region') || 'us-east-1',
    readOnly: told.readOnly ?? false,
    userIdentity: { ...(accountId !== undefined && { accountId }), invokedBy },
    sourceIp: invokedBy,
    userAgent: invokedBy,
    request: 'null',
    response: 'null',
    resources: resourcesOf(
      (told.arns ?? []).flatMap((arn) => (arn === undefined ? [] : [arn])),
      undefined,
    ),
    details: told.details,
  };
}

function backupJob(row: Row): Pick<Told, 'details' | 'arns'> {
  const vaultName = text(row, 'vault_name') ?? '';
  return {
    details: defined({
      completionDate: instantOf(row, 'completed_at'),
      state: row['state'],
      statusMessage: row['status_message'],
      percentDone: row['percent_done'],
      backupJobId: row['id'],
      backupVaultName: vaultName,
      backupVaultArn: `arn:aws:backup:${text(row, 'region')}:${text(row, 'account_id')}:backup-vault:${vaultName}`,
      recoveryPointArn: row['recovery_point_arn'],
      resourceArn: row['resource_arn'],
      creationDate: instantOf(row, 'created_at'),
      backupSizeInBytes: row['size_bytes'],
      iamRoleArn: row['iam_role_arn'],
      resourceType: row['resource_type'],
    }),
    arns: [text(row, 'resource_arn'), text(row, 'recovery_point_arn')],
  };
}

function copyJob(row: Row): Pick<Told, 'details' | 'arns'> {
  return {
    details: defined({
      completionDate: instantOf(row, 'completed_at'),
      state: row['state'],
      statusMessage: row['status_message'],
      copyJobId: row['id'],
      sourceBackupVaultArn: row['source_vault_arn'],
      sourceRecoveryPointArn: row['source_recovery_point_arn'],
      destinationBackupVaultArn: row['destination_vault_arn'],
      destinationRecoveryPointArn: row['destination_recovery_point_arn'],
      resourceArn: row['resource_arn'],
      creationDate: instantOf(row, 'created_at'),
      backupSizeInBytes: row['size_bytes'],
      iamRoleArn: row['iam_role_arn'],
      resourceType: row['resource_type'],
    }),
    arns: [text(row, 'resource_arn'), text(row, 'destination_recovery_point_arn')],
  };
}

function restoreJob(row: Row): Pick<Told, 'details' | 'arns'> {
  return {
    details: defined({
      completionDate: instantOf(row, 'completed_at'),
      status: row['status'],
      statusMessage: row['status_message'],
      percentDone: row['percent_done'],
      restoreJobId: row['id'],
      recoveryPointArn: row['recovery_point_arn'],
      createdResourceArn: row['created_resource_arn'],
      creationDate: instantOf(row, 'created_at'),
      backupSizeInBytes: row['size_bytes'],
      iamRoleArn: row['iam_role_arn'],
      resourceType: row['resource_type'],
    }),
    arns: [text(row, 'recovery_point_arn'), text(row, 'created_resource_arn')],
  };
}

function recoveryPoint(row: Row): Pick<Told, 'details' | 'arns'> {
  return {
    details: defined({
      recoveryPointArn: row['arn'],
      resourceArn: row['resource_arn'],
      resourceType: row['resource_type'],
      creationDate: instantOf(row, 'created_at'),
      backupSizeInBytes: row['size_bytes'],
      iamRoleArn: row['iam_role_arn'],
    }),
    arns: [text(row, 'arn'), text(row, 'resource_arn')],
  };
}

function organizationPlan(row: Row): Pick<Told, 'details' | 'arns'> {
  const arn = `arn:aws:backup:${text(row, 'region')}:${text(row, 'account_id')}:backup-plan:${text(row, 'id')}`;
  return {
    details: defined({
      backupPlanId: row['id'],
      backupPlanVersionId: row['current_version_id'],
      backupPlanArn: arn,
      backupPlanName: row['name'],
      creationDate: instantOf(row, 'created_at'),
      accountId: row['account_id'],
    }),
    arns: [arn],
  };
}

function validation(row: Row): object {
  const errors: unknown[] = Array.isArray(row['errors']) ? row['errors'] : [];
  const state = errors.length > 0 ? 'INVALID' : 'VALID';
  const evaluationTimestamp = momentOf(row, 'evaluated_at');
  return defined({
    accountId: row['account_id'],
    policyType: row['type'],
    state,
    requestTimestamp: evaluationTimestamp,
    info: state === 'INVALID' ? 'The effective policy is not valid.' : 'The effective policy is valid again.',
    validationErrors:
      errors.length > 0
        ? errors.map((error) => ({ accountPath: row['path'], evaluationTimestamp, ...membersOf(error) }))
        : undefined,
  });
}

function membersOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function text(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' ? value : undefined;
}

function moment(row: Row, column: string): Instant | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}

function momentOf(row: Row, column: string): string | undefined {
  const at = moment(row, column);
  return at === undefined ? undefined : momentText(new Date(at));
}

/** As AWS Backup's events write moments. */
function instantOf(row: Row, column: string): { seconds: number; nanos: number } | undefined {
  const at = moment(row, column);
  return at === undefined ? undefined : { seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1_000_000 };
}

/** Without what is not there. */
function defined(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
