/**
 * The chain over the records: what waits for it, its blocks, and the days that are gone.
 *
 * Not here: what a block's head is made of (audit/seal.ts).
 */
import { type Selectable, sql } from 'kysely';
import type { AuditPlace, AuditRow } from './audit-records.ts';
import type { Queryable, Tx } from './database.ts';
import type { AuditDayTable, AuditSealTable } from './tables/audit.ts';

export type Block = Selectable<AuditSealTable>;
export type AgedOutDay = Selectable<AuditDayTable>;
export type PendingRecord = Pick<AuditRow, 'event_at' | 'id' | 'mac'>;

/** Any number that only Holdfast takes: who holds it makes the next block. */
const ADVISORY_LOCK = 4_815_162_344;

/** Until the end of the transaction. */
export async function lockChain(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
}

/** What every block but its entries says. */
export type BlockHead = Omit<Block, 'entries'>;

export function lastBlock(db: Queryable): Promise<BlockHead | undefined> {
  return db
    .selectFrom('audit_seal')
    .select(['number', 'day', 'first_sequence', 'record_count', 'head'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function headOf(db: Queryable, number: number): Promise<Buffer | undefined> {
  const row = await db.selectFrom('audit_seal').select('head').where('number', '=', number).executeTakeFirst();
  return row?.head;
}

/** Blocks after `number`, in their order. */
export function blocksAfter(db: Queryable, number: number, limit: number): Promise<Block[]> {
  return db.selectFrom('audit_seal').selectAll().where('number', '>', number).orderBy('number').limit(limit).execute();
}

export async function insertBlock(tx: Tx, block: Block): Promise<void> {
  await tx.insertInto('audit_seal').values(block).execute();
}

/** Takes the oldest that wait, at most `limit`. The chain must be locked. */
export async function takePending(tx: Tx, limit: number): Promise<PendingRecord[]> {
  const { rows } = await sql<PendingRecord & { position: number }>`
    delete from audit_pending
    where position in (select position from audit_pending order by position limit ${limit})
    returning position, event_at, id, mac`.execute(tx);
  return rows.toSorted((a, b) => a.position - b.position);
}

/** Whether anything waits to be sealed or to be made a record of. */
export async function isAnythingPending(db: Queryable): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select exists (select from audit_pending) or exists (select from audit_fact) as is`.execute(db);
  return rows[0]?.is === true;
}

/** In the order in which they came. */
export function pendingAfter(
  db: Queryable,
  position: number,
  limit: number,
): Promise<(PendingRecord & { position: number })[]> {
  return db
    .selectFrom('audit_pending')
    .selectAll()
    .where('position', '>', position)
    .orderBy('position')
    .limit(limit)
    .execute();
}

export function agedOutDays(db: Queryable): Promise<AgedOutDay[]> {
  return db.selectFrom('audit_day').selectAll().orderBy('number').execute();
}

/** The oldest day whose blocks are there. */
export async function oldestDay(db: Queryable): Promise<string | undefined> {
  const row = await db.selectFrom('audit_seal').select('day').orderBy('number').limit(1).executeTakeFirst();
  return row?.day;
}

/** The last block of `day` or, where it has none, of a day before it. */
export function endUpTo(db: Queryable, day: string): Promise<Pick<Block, 'number' | 'head'> | undefined> {
  return db
    .selectFrom('audit_seal')
    .select(['number', 'head'])
    .where('day', '<=', day)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** How many records the chain of a day has. */
export async function recordsOfDay(db: Queryable, day: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(record_count), 0)::bigint as count from audit_seal where day = ${day}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** A day may go again: a clock that was set back made another partition of it. */
export async function dropDay(tx: Tx, note: AgedOutDay): Promise<void> {
  const { day, ...anew } = note;
  await tx.deleteFrom('audit_seal').where('day', '=', day).execute();
  await tx
    .insertInto('audit_day')
    .values(note)
    .onConflict((conflict) => conflict.column('day').doUpdateSet(anew))
    .execute();
}

/** Records from `from` to before `to`, sealed or not. */
export async function countRecords(db: Queryable, from: number, to: number): Promise<number> {
  const { count } = await db
    .selectFrom('audit_record')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('event_at', '>=', from)
    .where('event_at', '<', to)
    .executeTakeFirstOrThrow();
  return count;
}

/** The days on which there are records. */
export async function daysWithRecords(db: Queryable): Promise<number[]> {
  const { rows } = await sql<{ start: number }>`
    with recursive day (at) as (
      (select event_at from audit_record order by event_at limit 1)
      union all
      select (select event_at from audit_record where event_at >= (day.at / 86400000 + 1) * 86400000
              order by event_at limit 1) from day where day.at is not null
    ) select at / 86400000 * 86400000 as start from day where at is not null`.execute(db);
  return rows.map(({ start }) => start);
}

/** Records of that time that neither a block nor the queue knows. */
export async function strangers(db: Queryable, from: number, to: number, limit: number): Promise<AuditPlace[]> {
  const { rows } = await sql<AuditPlace>`
    select record.event_at, record.id from audit_record record
    where record.event_at >= ${from} and record.event_at < ${to}
      and not exists (select from audit_pending pending where pending.id = record.id and pending.event_at = record.event_at)
      and not exists (
        select from (
          select encode(substring(entries from 56 * place + 9 for 16), 'hex')::uuid as id,
            ('x' || encode(substring(entries from 56 * place + 1 for 8), 'hex'))::bit(64)::bigint as event_at
          from audit_seal, generate_series(0, length(entries) / 56 - 1) as place
        ) as sealed where sealed.id = record.id and sealed.event_at = record.event_at)
    order by record.event_at, record.id limit ${limit}`.execute(db);
  return rows;
}
