/**
 * The room that makes the accounts that CreateAccount promised, one after the other, each in one transaction.
 *
 * Killed at any moment: the request is still in progress and the next tick begins it anew.
 * Source: organizations spec 2.5.
 */
import type { Logger } from '@holdfast/kernel';
import type { Installation } from '../../installation.ts';
import { findAccount, findAccountByEmail, insertAccount, newAccountId } from '../../store/account.ts';
import type { Tx } from '../../store/database.ts';
import { lockOrganization, type Organization, organizationById } from '../../store/organizations.ts';
import {
  type CreateAccountOutcome,
  type CreateAccountRequest,
  completeCreateAccountRequest,
  noteFailedAttempt,
  takeCreateAccountRequest,
} from '../../store/organizations-accounts.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { countMembers, insertMember } from '../../store/organizations-tree.ts';
import { createAccountRoles } from '../../store/roles.ts';
import type { CreateAccountFailure } from '../../store/tables/organizations.ts';
import { isAccountEmail } from './account-email.ts';
import { attachDefaultPolicies } from './default-policies.ts';
import { accountJoined } from './effective-changes.ts';
import { quotasOf } from './quotas.ts';

type Outcome = Exclude<CreateAccountOutcome, { state: 'IN_PROGRESS' }>;

/** Failures of ours after which a request is answered with INTERNAL_FAILURE. */
const ATTEMPTS_MAX = 5;

/** Finishes one request. True: there may be more. */
export async function finishAccounts(installation: Installation): Promise<boolean> {
  const { db, log, wake } = installation;
  let taken: CreateAccountRequest | undefined;
  let outcome: Outcome | undefined;
  try {
    await db.transaction().execute(async (tx) => {
      taken = await takeCreateAccountRequest(tx);
      if (taken) outcome = await finish(tx, installation, taken);
    });
  } catch (error) {
    if (!taken) throw error;
    log.error('organizations.account-attempt-failed', { requestId: taken.id, error });
    outcome = await giveUpAtLast(installation, taken);
  }
  if (!taken) return false;
  if (outcome?.state === 'SUCCEEDED') wake('publisher');
  if (outcome) logOutcome(log, taken.id, outcome);
  return true;
}

async function giveUpAtLast({ db, clock }: Installation, { id }: CreateAccountRequest): Promise<Outcome | undefined> {
  return db.transaction().execute(async (tx) => {
    if ((await noteFailedAttempt(tx, id)) < ATTEMPTS_MAX) return undefined;
    const outcome: Outcome = { state: 'FAILED', completedAt: clock.now(), failureReason: 'INTERNAL_FAILURE' };
    await completeCreateAccountRequest(tx, id, outcome);
    return outcome;
  });
}

async function finish(tx: Tx, installation: Installation, request: CreateAccountRequest): Promise<Outcome> {
  await lockOrganization(tx, request.organizationId);
  const outcome = await makeAccount(tx, installation, request);
  await completeCreateAccountRequest(tx, request.id, outcome);
  return outcome;
}

async function makeAccount(tx: Tx, installation: Installation, request: CreateAccountRequest): Promise<Outcome> {
  const { clock, random, settings } = installation;
  const now = clock.now();
  const failed = (failureReason: CreateAccountFailure): Outcome => ({
    state: 'FAILED',
    completedAt: now,
    failureReason,
  });
  const { email, accountName: name, roleName, tags } = request;
  if (!isAccountEmail(email)) return failed('INVALID_EMAIL');
  if (await findAccountByEmail(tx, email)) return failed('EMAIL_ALREADY_EXISTS');
  const organization = await organizationById(tx, request.organizationId);
  if ((await countMembers(tx, organization.id)) >= quotasOf(settings, organization.id).accountsPerOrganization) {
    return failed('ACCOUNT_LIMIT_EXCEEDED');
  }
  const accountId = await freeAccountId(tx, installation);
  await insertAccount(tx, { id: accountId, name, email, state: 'ACTIVE', created_at: now });
  const access = { managementAccountId: organization.managementAccountId, roleName };
  await createAccountRoles(tx, { accountId, access, random, now });
  const path = await join(tx, organization, accountId, now);
  await putTags(tx, organization.id, accountId, tags);
  const dueAt = now + settings.publishDelayMs;
  await accountJoined({ tx, organizationId: organization.id, path, joinedAt: now, dueAt });
  return { state: 'SUCCEEDED', completedAt: now, accountId };
}

async function join(tx: Tx, organization: Organization, accountId: string, now: number): Promise<string> {
  const { id: organizationId, rootId } = organization;
  const root = { id: rootId, path: `${organizationId}/${rootId}/` };
  const path = await insertMember(tx, { accountId, organizationId, parent: root, joinedMethod: 'CREATED' }, now);
  await attachDefaultPolicies(tx, organizationId, accountId);
  return path;
}

async function freeAccountId(tx: Tx, { random }: Installation): Promise<string> {
  for (;;) {
    const id = newAccountId(random);
    if (!(await findAccount(tx, id))) return id;
  }
}

function logOutcome(log: Logger, requestId: string, outcome: Outcome): void {
  if (outcome.state === 'SUCCEEDED') {
    log.info('organizations.account-created', { requestId, accountId: outcome.accountId });
  } else {
    log.warn('organizations.account-not-created', { requestId, reason: outcome.failureReason });
  }
}
