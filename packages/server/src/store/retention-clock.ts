/** The latest time by which recovery points were retired, and until when retiring waits. */
import type { Instant } from '@holdfast/kernel';
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { RetentionClockTable } from './tables/jobs.ts';

export interface RetentionClock {
  readonly seenAt: Instant;
  /** Undefined: retiring goes on. */
  readonly heldUntil: Instant | undefined;
}

/** Undefined: nothing was ever retired. */
export async function retentionClock(db: Queryable): Promise<RetentionClock | undefined> {
  return clockOf(await db.selectFrom('retention_clock').selectAll().executeTakeFirst());
}

/** The same; the row stays locked for the transaction. */
export async function lockRetentionClock(tx: Tx): Promise<RetentionClock | undefined> {
  return clockOf(await tx.selectFrom('retention_clock').selectAll().forUpdate().executeTakeFirst());
}

export async function setRetentionClock(tx: Tx, { seenAt, heldUntil }: RetentionClock): Promise<void> {
  const values = { seen_at: seenAt, held_until: heldUntil ?? null };
  await tx
    .insertInto('retention_clock')
    .values(values)
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet(values))
    .execute();
}

function clockOf(row: Selectable<RetentionClockTable> | undefined): RetentionClock | undefined {
  return row && { seenAt: row.seen_at, heldUntil: row.held_until ?? undefined };
}
