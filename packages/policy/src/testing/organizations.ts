/**
 * Small organizations for tests: a tree in one line, policies as plain JSON.
 */
import type { OrganizationSnapshot, SnapshotAttachments } from '../organization/snapshot.ts';
import type { PolicyType } from '../policy-types.ts';

export interface OrganizationPlan {
  readonly type?: PolicyType;
  /** Parent of each unit, by id; parents first or not. */
  readonly units?: Readonly<Record<string, string>>;
  /** Parent of each account, by its last digits: `1` is account 000000000001. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** By id. */
  readonly policies?: Readonly<Record<string, unknown>>;
  /** Ids of policies by target, in order of attachment; accounts by their last digits. */
  readonly attached?: Readonly<Record<string, readonly string[]>>;
  readonly order?: SnapshotAttachments['order'];
}

export function accountId(digits: string | number): string {
  return String(digits).padStart(12, '0');
}

/** The root is `root`; texts among the policies are taken as they are. */
export function organization({
  type = 'BACKUP_POLICY',
  units = {},
  accounts = { 1: 'root' },
  policies = {},
  attached = {},
  order = 'attachment',
}: OrganizationPlan): OrganizationSnapshot {
  return {
    format: 'holdfast-org',
    version: 1,
    organizationId: 'o-test000000',
    root: { id: 'root', name: 'Root' },
    organizationalUnits: Object.entries(units).map(([id, parentId]) => ({ id, name: `Unit ${id}`, parentId })),
    accounts: Object.entries(accounts).map(([digits, parentId]) => ({
      id: accountId(digits),
      name: `Account ${digits}`,
      parentId,
    })),
    policies: Object.entries(policies).map(([id, content]) => ({
      id,
      name: `Policy ${id}`,
      type,
      content: typeof content === 'string' ? content : JSON.stringify(content),
    })),
    attachments: Object.entries(attached).map(([target, policyIds]) => ({
      targetId: /^\d+$/.test(target) ? accountId(target) : target,
      policyIds,
      order,
    })),
  };
}

interface PlanOptions {
  readonly regions?: readonly string[];
  readonly rule?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

export const ROLE = 'arn:aws:iam::$account:role/BackupRole';

/** A complete backup policy of one plan `gold` with a rule `daily`; settings of the rule may be changed or added. */
export function backupPolicy({ regions = ['us-east-1'], rule = {}, more = {} }: PlanOptions = {}): unknown {
  return {
    plans: {
      gold: {
        regions: { '@@assign': regions },
        rules: {
          daily: {
            schedule_expression: { '@@assign': 'cron(0 5 ? * * *)' },
            target_backup_vault_name: { '@@assign': 'Default' },
            lifecycle: { delete_after_days: { '@@assign': 35 } },
            ...rule,
          },
        },
        selections: {
          tags: {
            all: {
              iam_role_arn: { '@@assign': ROLE },
              tag_key: { '@@assign': 'backup' },
              tag_value: { '@@assign': ['yes', 'true'] },
            },
          },
        },
        ...more,
      },
    },
  };
}
