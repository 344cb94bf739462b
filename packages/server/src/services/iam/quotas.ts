/** IAM's default quotas. Characters of documents are counted without whitespace. Source: "IAM and AWS STS quotas". */
import type { HolderKind } from '../../store/identity-attachments.ts';
import type { NamedTable } from '../../store/identity-named.ts';
import { lockedCount } from '../../store/identity-summary.ts';
import type { Call } from '../operation.ts';
import { quotaExceeded } from './errors.ts';

export const USERS_PER_ACCOUNT = 5_000;
export const GROUPS_PER_ACCOUNT = 300;
export const ROLES_PER_ACCOUNT = 1_000;
export const POLICIES_PER_ACCOUNT = 1_500;
export const GROUPS_PER_USER = 10;
export const ACCESS_KEYS_PER_USER = 2;
export const POLICIES_PER_HOLDER = 10;
export const VERSIONS_PER_POLICY = 5;
export const TAGS_PER_IDENTITY = 50;
export const TRUST_POLICY_CHARS = 2_048;
export const MANAGED_POLICY_CHARS = 6_144;
/** Of all inline policies together. */
export const INLINE_POLICY_CHARS: Readonly<Record<HolderKind, number>> = { role: 10_240, user: 2_048, group: 5_120 };
/** Size of a list's page when the caller names none. */
export const PAGE_SIZE = 100;

export function policyChars(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}

const OF_ACCOUNT: Readonly<Record<NamedTable, readonly [quota: string, limit: number]>> = {
  iam_user: ['UsersPerAccount', USERS_PER_ACCOUNT],
  iam_group: ['GroupsPerAccount', GROUPS_PER_ACCOUNT],
  iam_role: ['RolesPerAccount', ROLES_PER_ACCOUNT],
  iam_policy: ['PoliciesPerAccount', POLICIES_PER_ACCOUNT],
};

/** @throws LimitExceeded when the account has no room for one more; until the transaction ends nobody else takes it */
export async function needRoom({ tx, accountId }: Call, table: NamedTable): Promise<void> {
  const [quota, limit] = OF_ACCOUNT[table];
  if ((await lockedCount(tx, table, accountId)) >= limit) throw quotaExceeded(quota, limit);
}
