/**
 * Idempotency tokens of Create* and Start* calls: a repeated call answers what the first one answered.
 * Source: backup spec 2 (conventions), 15.5.
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface TokenKey {
  readonly accountId: string;
  readonly region: string;
  readonly operation: string;
  readonly token: string;
}

/** Which job a call started, and when. */
export interface StartedJob {
  readonly id: string;
  readonly at: Instant;
}

/** AWS's period is not published. */
const KEPT_MS = 7 * DAY_MS;
const REMOVED_AT_ONCE = 100;

/**
 * Takes the token for `response`, or finds what an earlier call answered under it.
 * A call under way with the same token is waited for.
 * @returns the earlier answer; undefined when the token is now the caller's
 */
export async function claimToken(
  tx: Tx,
  key: TokenKey,
  response: StartedJob,
  now: Instant,
): Promise<StartedJob | undefined> {
  const claimed = await tx
    .insertInto('idempotency_token')
    .values({
      account_id: key.accountId,
      region: key.region,
      operation: key.operation,
      token: key.token,
      response,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('token')
    .executeTakeFirst();
  if (claimed) {
    await deleteOldTokens(tx, now - KEPT_MS);
    return undefined;
  }
  const earlier = await tx
    .selectFrom('idempotency_token')
    .select('response')
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('operation', '=', key.operation)
    .where('token', '=', key.token)
    .executeTakeFirstOrThrow();
  return earlier.response;
}

/** Each new token makes room for itself. */
async function deleteOldTokens(tx: Tx, before: Instant): Promise<void> {
  await sql`delete from idempotency_token where ctid = any(array(
    select ctid from idempotency_token where created_at < ${before}
    limit ${REMOVED_AT_ONCE} for update skip locked))`.execute(tx);
}
