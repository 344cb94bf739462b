/**
 * The partitions of the records, one a day of UTC: made ahead, dropped whole when they are old.
 *
 * Records of a day without a partition stand in the default one and move when their day gets its own.
 * Names of partitions are made of days alone, never of anything that came from outside.
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Database, Queryable, Tx } from './database.ts';

const PREFIX = 'audit_record_';
/** Writers wait behind us while we wait for a long reader: not for longer than this. The next round tries again. */
const LOCK_TIMEOUT = '250ms';

/** Days (`2030-12-31`) that have a partition, oldest first. */
export async function partitionedDays(db: Queryable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'audit_record'::regclass order by child.relname`.execute(db);
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = /^audit_record_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
    return year === undefined ? [] : [`${year}-${month}-${day}`];
  });
}

/** What there is of the day already moves into it. */
export async function makePartition(db: Database, day: string, from: Instant, to: Instant): Promise<void> {
  const name = partitionOf(day);
  await db.transaction().execute(async (tx) => {
    await hurry(tx);
    // Else a record could arrive in it between the move and the end.
    await sql`lock table audit_record_other in access exclusive mode`.execute(tx);
    // Another server was first.
    if ((await partitionedDays(tx)).includes(day)) return;
    await sql`create table ${sql.table(name)} (like audit_record including all)`.execute(tx);
    await sql`
      with moved as (delete from audit_record_other where event_at >= ${from} and event_at < ${to} returning *)
      insert into ${sql.table(name)} select * from moved`.execute(tx);
    await sql`
      alter table audit_record attach partition ${sql.table(name)}
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx);
  });
}

export async function dropPartition(tx: Tx, day: string): Promise<void> {
  await hurry(tx);
  await sql`drop table ${sql.table(partitionOf(day))}`.execute(tx);
}

/** Of days that never had a partition. */
export async function deleteUnpartitioned(db: Queryable, before: Instant): Promise<void> {
  await sql`delete from audit_record_other where event_at < ${before}`.execute(db);
}

/** The searches of a day that is over; while it lasts, writing is what has to be cheap. */
export async function indexPartition(db: Database, day: string): Promise<void> {
  const name = partitionOf(day);
  for (const [index, on] of SEARCHES) {
    await sql`create index if not exists ${sql.id(`${name}_${index}`)} on ${sql.table(name)} ${sql.raw(on)}`.execute(
      db,
    );
  }
}

const SEARCHES = [
  ['name', '(account_id, region, event_name, event_at, id)'],
  ['user', '(account_id, region, username, event_at, id) where username is not null'],
  ['key', '(account_id, region, access_key_id, event_at, id) where access_key_id is not null'],
  ['id', '(id)'],
  ['resources', 'using gin (resource_names) where resource_names is not null'],
] as const;

async function hurry(tx: Tx): Promise<void> {
  await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(tx);
}

function partitionOf(day: string): string {
  return `${PREFIX}${day.replaceAll('-', '')}`;
}
