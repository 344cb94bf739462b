/**
 * Attempts at secrets that people type, by a digest of what was tried. An attempt counts as failed from the start, in
 * one statement, so that many side by side are no way around the limit; who turns out to be right gets it back.
 */
import { sql } from 'kysely';
import type { Queryable } from './database.ts';

export interface AttemptRules {
  /** Failures before the first lock; more than one. */
  readonly free: number;
  /** The first lock; each further failure doubles it. */
  readonly lockMs: number;
  readonly lockMaxMs: number;
  /** After this long without an attempt all is forgotten. */
  readonly forgetMs: number;
}

/** @returns until when the subject is locked; undefined: the attempt may be made, and is counted as failed */
export async function countAttempt(
  db: Queryable,
  subject: Buffer,
  { free, lockMs, lockMaxMs, forgetMs }: AttemptRules,
  now: number,
): Promise<number | undefined> {
  const { rows } = await sql`
    insert into sign_in_failure as known (subject, failures, last_at, locked_until)
    values (${subject}, 1, ${now}, null)
    on conflict (subject) do update set (failures, last_at, locked_until) = (
      select counted.failures, ${now}::bigint,
        case when counted.failures >= ${free}::integer
          then ${now}::bigint + least(
            ${lockMaxMs}::bigint, ${lockMs}::bigint * (1::bigint << least(counted.failures - ${free}::integer, 30)))
        end
      from (
        select case when known.last_at < ${now - forgetMs}::bigint then 1 else known.failures + 1 end
      ) as counted (failures))
    where known.locked_until is null or known.locked_until <= ${now}::bigint
    returning 1`.execute(db);
  if (rows.length > 0) return undefined;
  const row = await db
    .selectFrom('sign_in_failure')
    .select('locked_until')
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.locked_until ?? now;
}

/** The attempt was none, or was right where being right once proves nothing of the others. */
export async function giveAttemptBack(db: Queryable, subject: Buffer): Promise<void> {
  await sql`
    update sign_in_failure set failures = greatest(failures - 1, 0), locked_until = null
    where subject = ${subject}`.execute(db);
}

export async function forgetAttempts(db: Queryable, subject: Buffer): Promise<void> {
  await db.deleteFrom('sign_in_failure').where('subject', '=', subject).execute();
}

/** @returns how many were removed, at most `limit` */
export async function deleteAttemptsBefore(db: Queryable, before: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from sign_in_failure where subject in (
      select subject from sign_in_failure
      where last_at < ${before} order by last_at limit ${limit} for update skip locked)
    returning 1`.execute(db);
  return rows.length;
}
