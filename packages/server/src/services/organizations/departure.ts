/**
 * An account leaves its organization: whether it may, and what goes with it.
 * Source: organizations spec 2.3, 2.5.
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import { noteFact } from '../../store/audit-facts.ts';
import type { Tx } from '../../store/database.ts';
import { cancelPending } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';
import { removeMember } from '../../store/organizations-departures.ts';
import type { MemberAccount } from '../../store/organizations-tree.ts';
import { hasRegistrations } from '../../store/organizations-trust.ts';
import type { Call } from '../operation.ts';
import { settleAllFeatures } from './all-features.ts';
import { constraintViolation, masterCannotLeave } from './errors.ts';

/** A created account stays for so long. */
const WAIT_MS = 4 * DAY_MS;

/** @throws MasterCannotLeaveOrganizationException, ConstraintViolationException */
export async function needRemovable(
  { tx, now }: Pick<Call, 'tx' | 'now'>,
  { managementAccountId }: Organization,
  account: MemberAccount,
): Promise<void> {
  if (account.id === managementAccountId) throw masterCannotLeave();
  await needNoRegistration(tx, account.id);
  if (account.state !== 'ACTIVE' && account.state !== 'PENDING_ACTIVATION') {
    throw constraintViolation(
      'ACCOUNT_CANNOT_LEAVE_ORGANIZATION',
      'A closed account cannot be removed: it leaves by itself 90 days after it was closed.',
    );
  }
  if (account.joinedMethod === 'CREATED' && now < account.joinedAt + WAIT_MS) {
    throw constraintViolation('WAIT_PERIOD_ACTIVE', 'An account can leave four days after it was created.');
  }
}

export async function needNoRegistration(tx: Tx, accountId: string): Promise<void> {
  if (!(await hasRegistrations(tx, accountId))) return;
  throw constraintViolation(
    'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
    'The account is a delegated administrator. Deregister it for all services first.',
  );
}

export interface Departure {
  readonly accountId: string;
  /** As its service event tells it; `CLEANED`: closed long ago. */
  readonly method: 'LEFT' | 'REMOVED' | 'CLEANED';
}

/** The organization must be locked. Whoever calls wakes the reconciler. */
export async function depart(
  tx: Tx,
  organization: Organization,
  { accountId, method }: Departure,
  now: Instant,
): Promise<void> {
  await noteFact(tx, 'account-departed', {
    account_id: accountId,
    organization_id: organization.id,
    management_account_id: organization.managementAccountId,
    method,
    departed_at: now,
  });
  await cancelPending(tx, { organizationId: organization.id, accountId }, now);
  await removeMember(tx, accountId, now);
  // An approval that this account has not given is asked of nobody now.
  await settleAllFeatures(tx, organization, now);
}
