/**
 * Invites a stand-alone account, by its id or its address. What it will be tagged with is kept until it joins.
 * Source: organizations spec 9; recorded rules B.11.
 */
import {
  DuplicateHandshakeException$,
  type HandshakeParty,
  InviteAccountToOrganization$,
  type InviteAccountToOrganizationRequest,
  type InviteAccountToOrganizationResponse,
} from '@aws-sdk/client-organizations';
import { DAY_MS } from '@holdfast/kernel';
import { AwsError, type Checked } from '@holdfast/wire';
import {
  countInvitations,
  type Handshake,
  type HandshakeFact,
  insertHandshakes,
  pendingHandshakes,
} from '../../store/handshakes.ts';
import { lockOrganization, membershipOf, type Organization } from '../../store/organizations.ts';
import { countCreationsInProgress } from '../../store/organizations-accounts.ts';
import { countMembers } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { accountArn } from './arns.ts';
import { about } from './authorization.ts';
import { asManagement } from './caller.ts';
import { handshakeConstraint, invalidInput, notInUse } from './errors.ts';
import { factsOfSender } from './handshake-facts.ts';
import { newHandshakeId } from './ids.ts';
import { quotasOf } from './quotas.ts';
import { handshakeShape } from './shapes.ts';
import { needTagPermission, needTagRoom, needTagsAllowed, tagsOfRequest } from './tags.ts';

const LIFETIME_MS = 15 * DAY_MS;
/** In a day as many as the organization may have accounts, but at least so many. */
const INVITATIONS_A_DAY_LEAST = 20;

type Input = Checked<InviteAccountToOrganizationRequest, 'Target'>;
type Recipient = Pick<Handshake, 'accountId' | 'email'>;

export const inviteAccountToOrganization = operation(
  InviteAccountToOrganization$,
  async (input: Input, call: Call): Promise<InviteAccountToOrganizationResponse> => {
    const { Target: target, Notes: notes, Tags: sentTags } = input;
    const { tx, now, installation } = call;
    const organization = await asManagement(call);
    const recipient = recipientOf(target);
    const tags = tagsOfRequest(sentTags);
    await needTagsAllowed(tx, organization, '0', tags);
    needTagRoom(tags.length, quotasOf(installation.settings, organization.id));
    await needTagPermission(call, organization, accountArn(organization, recipient.accountId ?? '*'), tags);
    await lockOrganization(tx, organization.id);
    // INVARIANT: handshakes outlive their organization and so do not refer to it; none is sent by one that has ended.
    if (!(await membershipOf(tx, call.accountId))) throw notInUse();
    await needInvitable(call, organization, recipient);
    const facts = [await factsOfSender(tx, organization), ...factsOfRecipient(recipient, notes)];
    const handshake = {
      id: newHandshakeId(installation.random),
      action: 'INVITE',
      state: 'OPEN',
      organizationId: organization.id,
      managementAccountId: organization.managementAccountId,
      ...recipient,
      parentId: undefined,
      facts,
      tags,
      requestedAt: now,
      expiresAt: now + LIFETIME_MS,
    } as const;
    await insertHandshakes(tx, [handshake]);
    return { Handshake: handshakeShape(handshake) };
  },
  about<Input>(({ input: { Target: target }, organization }) => ({
    arns: [target.Type === 'ACCOUNT' ? accountArn(organization, target.Id ?? '*') : '*'],
  })),
);

const ACCOUNT_ID = /^\d{12}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_LENGTH_MIN = 6;

function recipientOf({ Type: type, Id: id = '' }: HandshakeParty): Recipient {
  switch (type) {
    case 'ACCOUNT':
      if (ACCOUNT_ID.test(id)) return { accountId: id, email: undefined };
      throw invalidInput('INVALID_PATTERN', 'You provided a value that does not match the required pattern.');
    case 'EMAIL':
      if (EMAIL.test(id) && id.length >= EMAIL_LENGTH_MIN) {
        return { accountId: undefined, email: id };
      }
      throw invalidInput('INVALID_EMAIL_ADDRESS_TARGET', 'You specified an invalid email address as the target.');
    case 'ORGANIZATION':
    case undefined:
      throw invalidInput('INVALID_PARTY_TYPE_TARGET', 'You specified an invalid party type as the target parameter.');
  }
}

function factsOfRecipient({ accountId, email }: Recipient, notes: string | null | undefined): HandshakeFact[] {
  return [
    ...(accountId === undefined ? [] : [{ type: 'ACCOUNT', value: accountId } as const]),
    ...(email === undefined ? [] : [{ type: 'EMAIL', value: email } as const]),
    ...(notes ? [{ type: 'NOTES', value: notes } as const] : []),
  ];
}

async function needInvitable({ tx, now, installation }: Call, { id }: Organization, to: Recipient): Promise<void> {
  // Whom an address belongs to is not told: that is found out when the invitation is accepted, as on AWS.
  if (to.accountId !== undefined && (await membershipOf(tx, to.accountId))) throw alreadyInAnOrganization();
  if ((await pendingHandshakes(tx, id, 'ENABLE_ALL_FEATURES', now)).length > 0) {
    throw handshakeConstraint(
      'INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
      'Accounts can be invited when enabling all features has ended.',
    );
  }
  const invitations = await pendingHandshakes(tx, id, 'INVITE', now);
  const isSame = (other: Recipient): boolean =>
    other.accountId === to.accountId && other.email?.toLowerCase() === to.email?.toLowerCase();
  if (invitations.some(isSame)) {
    throw new AwsError(DuplicateHandshakeException$, 'An invitation to this account or address is open already.');
  }
  const accounts = (await countMembers(tx, id)) + (await countCreationsInProgress(tx, id)) + invitations.length;
  const { accountsPerOrganization } = quotasOf(installation.settings, id);
  if (accounts >= accountsPerOrganization) throw tooManyAccounts(accountsPerOrganization);
  const mostADay = Math.max(INVITATIONS_A_DAY_LEAST, accountsPerOrganization);
  if ((await countInvitations(tx, id, now - DAY_MS)) >= mostADay) {
    throw handshakeConstraint(
      'HANDSHAKE_RATE_LIMIT_EXCEEDED',
      `At most ${mostADay} invitations can be sent in a day, accepted ones not counted.`,
    );
  }
}

/** AWS's words, as recorded. */
export function alreadyInAnOrganization(): AwsError {
  return handshakeConstraint('ALREADY_IN_AN_ORGANIZATION', 'The AWS account is already a member of an organization.');
}

export function tooManyAccounts(most: number): AwsError {
  return handshakeConstraint(
    'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
    `The organization can have ${most} accounts, invited ones counted.`,
  );
}
