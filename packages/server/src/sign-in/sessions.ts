/**
 * Sessions of people who are signed in: made, found by the token in their cookie, ended.
 *
 * The token is random and kept as a digest only. A session ends an hour after its last use, twelve hours after it was
 * made, with a new password, and with its user or account; credentials made from it end with it.
 * Source: OWASP's session management cheat sheet.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { HOUR_MS, type Instant, MINUTE_MS, uuid } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import type { Queryable, Tx } from '../store/database.ts';
import {
  endOldestSessionsOf,
  findSignInSession,
  insertSignInSession,
  type SignedIn,
  touchSignInSession,
} from '../store/sign-in-sessions.ts';
import type { Principal } from './principal.ts';

export const IDLE_MS = HOUR_MS;
export const LIFETIME_MS = 12 * HOUR_MS;
/** Of one user or root; who signs in once more ends the oldest. */
const SESSIONS_MAX = 20;
const TOKEN_BYTES = 32;
/** Uses closer together are not worth a write. */
const TOUCH_MS = MINUTE_MS;

/** @returns the token, which nobody can find out again */
export async function openSession(
  tx: Tx,
  { random }: Pick<Installation, 'random'>,
  { accountId, principalId, userId }: Principal,
  mfaAt: Instant | undefined,
  now: Instant,
): Promise<string> {
  const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
  await insertSignInSession(tx, {
    id: uuid(random),
    token_hash: digestOf(token),
    account_id: accountId,
    principal_id: principalId,
    user_id: userId,
    mfa_at: mfaAt ?? null,
    created_at: now,
    last_used_at: now,
  });
  await endOldestSessionsOf(tx, principalId, SESSIONS_MAX);
  return token;
}

/** A session that is good now; that it was used is noted. */
export async function sessionOf(db: Queryable, token: string, now: Instant): Promise<SignedIn | undefined> {
  const session = await findSignInSession(db, digestOf(token));
  if (!session || now >= endOf(session) || now >= session.last_used_at + IDLE_MS) return undefined;
  if (now - session.last_used_at < TOUCH_MS) return session;
  await touchSignInSession(db, session.id, now);
  return { ...session, last_used_at: now };
}

/** However often it is used. */
export function endOf({ created_at: createdAt }: Pick<SignedIn, 'created_at'>): Instant {
  return createdAt + LIFETIME_MS;
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
