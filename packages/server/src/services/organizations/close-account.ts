/**
 * Takes down that a member account is to be closed; from now on nobody can sign in to it, and its schedules and jobs
 * end. finish-closures.ts goes on. Source: organizations spec 2.3, 2.4.
 */
import {
  AccountAlreadyClosedException$,
  CloseAccount$,
  type CloseAccountRequest,
  ConflictException$,
} from '@aws-sdk/client-organizations';
import { DAY_MS } from '@holdfast/kernel';
import { AwsError, type Checked } from '@holdfast/wire';
import { countClosures, insertClosure } from '../../store/account-closures.ts';
import { endJobsOfAccount } from '../../store/jobs-of-account.ts';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import { countMembers, type MemberAccount } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { needNoRegistration } from './departure.ts';
import { constraintViolation } from './errors.ts';
import { needAccount } from './nodes.ts';
import { quotasOf } from './quotas.ts';

/** Of jobs that ended with their account. */
export const ACCOUNT_CLOSED = 'The account is closed.';
const QUOTA_PERIOD_MS = 30 * DAY_MS;
/** In a period: a fifth of the accounts, at least and at most so many. */
const QUOTA = { share: 0.2, least: 250, most: 1_000 };

type Input = Checked<CloseAccountRequest, 'AccountId'>;
export const closeAccount = operation(
  CloseAccount$,
  async (input: Input, call: Call): Promise<object> => {
    const { AccountId: accountId } = input;
    const { tx, now } = call;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    await lockOrganization(tx, organization.id);
    needClosable(organization, await needAccount(tx, organization, accountId));
    await needNoRegistration(tx, accountId);
    await needQuota(call, organization);
    await insertClosure(tx, { accountId, organizationId: organization.id }, now);
    await endJobsOfAccount(tx, accountId, ACCOUNT_CLOSED, now);
    call.wakeAfterCommit('accounts');
    call.wakeAfterCommit('jobs');
    return {};
  },
  targets<Input>((input) => [input.AccountId]),
);

function needClosable({ managementAccountId }: Organization, { id, state }: MemberAccount): void {
  if (id === managementAccountId) {
    throw constraintViolation('CANNOT_CLOSE_MANAGEMENT_ACCOUNT', 'The management account cannot be closed.');
  }
  switch (state) {
    case 'PENDING_ACTIVATION':
    case 'ACTIVE':
      return;
    case 'PENDING_CLOSURE':
      throw new AwsError(ConflictException$, 'The account is being closed.');
    case 'SUSPENDED':
    case 'CLOSED':
      throw new AwsError(AccountAlreadyClosedException$, 'The account is closed already.');
  }
}

async function needQuota({ tx, now, installation }: Call, { id }: Organization): Promise<void> {
  const { pending, recent } = await countClosures(tx, id, now - QUOTA_PERIOD_MS);
  const { accountClosuresInProgress } = quotasOf(installation.settings, id);
  if (pending >= accountClosuresInProgress) {
    throw constraintViolation(
      'CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED',
      `${accountClosuresInProgress} accounts are being closed. Try again when one of them is done.`,
    );
  }
  const share = Math.floor((await countMembers(tx, id)) * QUOTA.share);
  const most = Math.min(Math.max(QUOTA.least, share), QUOTA.most);
  if (recent >= most) {
    throw constraintViolation('CLOSE_ACCOUNT_QUOTA_EXCEEDED', `At most ${most} accounts can be closed in 30 days.`);
  }
}
