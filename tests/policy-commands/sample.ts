/**
 * The organization of the guide (docs/guide/policies.md), the demo's in small: a base policy at the root that locks the
 * vault, one for production that adds and overrides, one at an account that tries what is locked.
 */
import type { OrganizationSnapshot } from '@holdfast/policy';

type Node = Readonly<Record<string, unknown>>;

const assign = (value: unknown): Node => ({ '@@assign': value });
const children = (...operators: readonly string[]): Node => ({ '@@operators_allowed_for_child_policies': operators });

export const base: Node = {
  plans: {
    'company-backups': {
      regions: { ...assign(['us-east-1']), ...children('@@append') },
      rules: {
        daily: {
          schedule_expression: assign('cron(0 5 ? * * *)'),
          start_backup_window_minutes: assign('60'),
          target_backup_vault_name: { ...assign('company-vault'), ...children('@@none') },
          lifecycle: { delete_after_days: assign('35') },
        },
      },
      selections: {
        tags: {
          tagged: {
            iam_role_arn: assign('arn:aws:iam::$account:role/Backup'),
            tag_key: assign('backup'),
            tag_value: assign(['daily']),
          },
        },
      },
    },
  },
};

const COPY = 'arn:aws:backup:eu-central-1:$account:backup-vault:company-vault';

export const production: Node = {
  plans: {
    'company-backups': {
      regions: { '@@append': ['eu-central-1'] },
      rules: {
        daily: {
          schedule_expression: assign('cron(0 5,11,17,23 ? * * *)'),
          lifecycle: { delete_after_days: assign('90') },
          copy_actions: {
            [COPY]: { target_backup_vault_arn: assign(COPY), lifecycle: { delete_after_days: assign('365') } },
          },
        },
      },
    },
  },
};

export const sandboxWishes: Node = {
  plans: {
    'company-backups': {
      rules: {
        daily: { target_backup_vault_name: assign('my-own-vault'), lifecycle: { delete_after_days: assign('7') } },
      },
    },
  },
};

/** As people keep policies in files; lines and columns count in it. */
export function policyText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

const ROOT = 'r-h01d';
const PRODUCTION = 'ou-h01d-production';
const DEVELOPMENT = 'ou-h01d-development';

export const MANAGEMENT = '111111111111';
export const SHOP = '222222222222';
export const PAYMENTS = '333333333333';
export const SANDBOX = '444444444444';

export const sample: OrganizationSnapshot = {
  format: 'holdfast-org',
  version: 1,
  organizationId: 'o-holdfast01',
  managementAccountId: MANAGEMENT,
  root: { id: ROOT, name: 'Root', policyTypes: ['BACKUP_POLICY'] },
  organizationalUnits: [
    { id: DEVELOPMENT, name: 'Development', parentId: ROOT },
    { id: PRODUCTION, name: 'Production', parentId: ROOT },
  ],
  accounts: [
    { id: MANAGEMENT, name: 'management', parentId: ROOT, email: 'management@example.com', state: 'ACTIVE' },
    { id: SHOP, name: 'shop', parentId: PRODUCTION, email: 'shop@example.com', state: 'ACTIVE' },
    { id: PAYMENTS, name: 'payments', parentId: PRODUCTION, email: 'payments@example.com', state: 'ACTIVE' },
    { id: SANDBOX, name: 'sandbox', parentId: DEVELOPMENT, email: 'sandbox@example.com', state: 'ACTIVE' },
  ],
  policies: [
    { id: 'p-base', name: 'base', type: 'BACKUP_POLICY', content: policyText(base) },
    { id: 'p-production', name: 'production', type: 'BACKUP_POLICY', content: policyText(production) },
    { id: 'p-wishes', name: 'sandbox-wishes', type: 'BACKUP_POLICY', content: policyText(sandboxWishes) },
  ],
  attachments: [
    { targetId: ROOT, policyIds: ['p-base'], order: 'attachment' },
    { targetId: PRODUCTION, policyIds: ['p-production'], order: 'attachment' },
    { targetId: SANDBOX, policyIds: ['p-wishes'], order: 'attachment' },
  ],
};
