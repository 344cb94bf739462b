/**
 * Idempotency tokens of Create* and Start* calls: a repeated call answers what the first one answered.
 * Source: backup spec 2 (conventions), 15.5.
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable, Tx } from './database.ts';

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
  if (claimed) return undefined;
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

export async function deleteTokensBefore(db: Queryable, before: Instant): Promise<void> {
  await db.deleteFrom('idempotency_token').where('created_at', '<', before).execute();
}
