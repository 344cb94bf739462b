/**
 * Who has to do with a handshake, and what each may make of it.
 *
 * To all others a handshake does not exist. Source: organizations spec 9; recorded rules B.11.6, B.11.7.
 */
import { HandshakeAlreadyInStateException$, InvalidHandshakeTransitionException$ } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { AwsError } from '@holdfast/wire';
import { findAccount } from '../../store/account.ts';
import { type Handshake, type HandshakeState, handshakeById } from '../../store/handshakes.ts';
import { lockOrganization, type Membership, membershipOf } from '../../store/organizations.ts';
import type { Call, ReadCall } from '../operation.ts';
import { delegationOf } from './delegation.ts';
import { accessDenied, handshakeNotFound } from './errors.ts';

interface Account {
  readonly accountId: string;
  readonly email: string;
}

export interface Party extends Account {
  /** Undefined: stands alone. */
  readonly membership: Membership | undefined;
}

/** The calling account. @throws AccessDeniedException where its organization's delegation policy denies the call */
export async function callingParty(call: ReadCall): Promise<Party> {
  const { db, accountId } = call;
  const { email } = present(await findAccount(db, accountId), 'the calling account');
  const membership = await membershipOf(db, accountId);
  const organization = membership?.organization;
  if (organization && organization.managementAccountId !== accountId) {
    if ((await delegationOf(call, organization)) === 'denied') throw accessDenied();
  }
  return { accountId, email, membership };
}

export function isSender({ managementAccountId }: Handshake, { accountId }: Account): boolean {
  return managementAccountId === accountId;
}

export function isRecipient(handshake: Handshake, party: Account): boolean {
  const { accountId, email } = handshake;
  if (accountId !== undefined) return accountId === party.accountId;
  if (email !== undefined) return email.toLowerCase() === party.email.toLowerCase();
  return isSender(handshake, party);
}

type Change = Extract<HandshakeState, 'ACCEPTED' | 'DECLINED' | 'CANCELED'>;

/**
 * The handshake that the caller wants to change, its organization locked.
 * @throws HandshakeNotFoundException, AccessDeniedException, and the errors of `needTransition`
 */
export async function handshakeToChange(call: Call, party: Party, id: string, change: Change): Promise<Handshake> {
  const seen = await handshakeById(call.tx, id, call.now);
  if (seen) await lockOrganization(call.tx, seen.organizationId);
  const handshake = await handshakeById(call.tx, id, call.now);
  if (!handshake || !(isSender(handshake, party) || isRecipient(handshake, party))) throw handshakeNotFound();
  const mayChange = change === 'CANCELED' ? isSender(handshake, party) : isRecipient(handshake, party);
  if (!mayChange) throw accessDenied();
  needTransition(handshake.state, change);
  return handshake;
}

/** @throws HandshakeAlreadyInStateException, InvalidHandshakeTransitionException */
function needTransition(state: HandshakeState, change: Change): void {
  if (state === 'OPEN' || (state === 'REQUESTED' && change === 'CANCELED')) return;
  // Both texts are AWS's, as recorded.
  if (state === change) {
    throw new AwsError(HandshakeAlreadyInStateException$, 'The handshake is already in the requested state.');
  }
  throw new AwsError(
    InvalidHandshakeTransitionException$,
    'You cannot perform this operation on a handshake in its current state, such as attempting to cancel a handshake that was previously accepted or attempting to accept a handshake that was declined.',
  );
}
