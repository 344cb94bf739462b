/**
 * Roles that come with an account, without anybody calling CreateRole.
 *
 * `AWSBackupDefaultServiceRole` is made with every account: AWS makes it when the Backup console is first opened, and
 * what people script relies on it being there (docs/divergences.md).
 * Source: organizations spec 2.5 and 7; recorded roles (conformance, kind `role`); backup spec 14.3.
 */
import { type Instant, type Random, SECOND_MS } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import { attachPolicy } from './identity-attachments.ts';
import { newUniqueId } from './identity-ids.ts';
import { findRole, insertRole, type RoleRow } from './identity-roles.ts';

export const BACKUP_DEFAULT_ROLE = 'AWSBackupDefaultServiceRole';
export const ORGANIZATION_ACCESS_ROLE = 'OrganizationAccountAccessRole';

const AWS_MANAGED = 'arn:aws:iam::aws:policy/';
const HOUR_SECONDS = 3_600_000 / SECOND_MS;

export interface NewAccountRoles {
  readonly accountId: string;
  /** For an account that an organization makes: the role that lets its management account in. */
  readonly access?: { readonly managementAccountId: string; readonly roleName: string };
  readonly random: Random;
  readonly now: Instant;
}

/** All roles of a new account. The account's row must be there. */
export async function createAccountRoles(tx: Tx, account: NewAccountRoles): Promise<void> {
  const { access } = account;
  await createRole(tx, account, {
    name: BACKUP_DEFAULT_ROLE,
    path: '/service-role/',
    description: 'Provides AWS Backup permission to create backups and perform restores on your behalf.',
    trustPolicy: trusting({ Service: 'backup.amazonaws.com' }),
    policies: [
      'service-role/AWSBackupServiceRolePolicyForBackup',
      'service-role/AWSBackupServiceRolePolicyForRestores',
    ],
  });
  await ensureServiceLinkedRole(tx, account, 'backup.amazonaws.com');
  if (!access) return;
  await createRole(tx, account, {
    name: access.roleName,
    path: '/',
    trustPolicy: trusting({ AWS: `arn:aws:iam::${access.managementAccountId}:root` }),
    policies: ['AdministratorAccess'],
  });
  await ensureServiceLinkedRole(tx, account, 'organizations.amazonaws.com');
}

interface LinkedRole {
  readonly name: string;
  readonly description: string;
  readonly policy: string;
}

/** Services that have a service-linked role here, by principal. */
export const SERVICE_LINKED_ROLES: Readonly<Record<string, LinkedRole>> = {
  'backup.amazonaws.com': {
    name: 'AWSServiceRoleForBackup',
    description: 'Lets AWS Backup find resources and manage backups on your behalf.',
    policy: 'AWSBackupServiceLinkedRolePolicyForBackup',
  },
  'organizations.amazonaws.com': {
    name: 'AWSServiceRoleForOrganizations',
    // As recorded, word for word.
    description:
      'Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.',
    policy: 'AWSOrganizationsServiceTrustPolicy',
  },
};

type Account = Pick<NewAccountRoles, 'accountId' | 'random' | 'now'>;

/** The service's role in the account, made if it is missing. `servicePrincipal` must be one of SERVICE_LINKED_ROLES. */
export async function ensureServiceLinkedRole(tx: Tx, account: Account, servicePrincipal: string): Promise<RoleRow> {
  const linked = SERVICE_LINKED_ROLES[servicePrincipal];
  if (!linked) throw new Error(`Bug: ${servicePrincipal} has no service-linked role`);
  const existing = await findRole(tx, account.accountId, linked.name);
  if (existing) return existing;
  return createRole(tx, account, {
    name: linked.name,
    path: `/aws-service-role/${servicePrincipal}/`,
    description: linked.description,
    trustPolicy: trusting({ Service: servicePrincipal }),
    policies: [`aws-service-role/${linked.policy}`],
    linkedService: servicePrincipal,
  });
}

interface NewRole {
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  readonly trustPolicy: string;
  /** Names below `arn:aws:iam::aws:policy/`. */
  readonly policies: readonly string[];
  readonly linkedService?: string;
}

async function createRole(tx: Tx, { accountId, random, now }: Account, role: NewRole): Promise<RoleRow> {
  const row: RoleRow = {
    id: newUniqueId(random, 'AROA'),
    account_id: accountId,
    name: role.name,
    path: role.path,
    description: role.description ?? null,
    trust_policy: role.trustPolicy,
    max_session_seconds: HOUR_SECONDS,
    boundary_arn: null,
    tags: {},
    linked_service: role.linkedService ?? null,
    created_at: now,
    last_used_at: null,
    last_used_region: null,
  };
  await insertRole(tx, row);
  for (const policy of role.policies) {
    await attachPolicy(tx, { principalId: row.id, accountId, policyArn: AWS_MANAGED + policy });
  }
  return row;
}

function trusting(principal: Readonly<Record<string, string>>): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Of the accounts those that have a role of the name. */
export async function accountsWithRole(
  db: Queryable,
  accountIds: readonly string[],
  name: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ account_id: string }>`
    select account_id from iam_role
    where account_id = any(${accountIds}) and lower(name) = ${name.toLowerCase()}`.execute(db);
  return new Set(rows.map(({ account_id: accountId }) => accountId));
}
