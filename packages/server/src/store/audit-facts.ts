/**
 * What the services did by themselves, noted in the transaction that did it, for the room `audit` to make records of.
 * Most are noted by triggers (migration 0009), so that whoever changes a job or a membership cannot forget it.
 */
import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface AuditFact {
  readonly id: number;
  readonly kind: string;
  /** The row that it is about, by column, or what `noteFact` was given. */
  readonly content: Readonly<Record<string, unknown>>;
}

export async function noteFact(tx: Tx, kind: string, content: Readonly<Record<string, unknown>>): Promise<void> {
  await tx
    .insertInto('audit_fact')
    .values({ kind, content: JSON.stringify(content) })
    .execute();
}

/** Takes the oldest, at most `limit`; another taker waits. */
export async function takeFacts(tx: Tx, limit: number): Promise<AuditFact[]> {
  const { rows } = await sql<AuditFact>`
    delete from audit_fact where id in (select id from audit_fact order by id limit ${limit} for update)
    returning id, kind, content`.execute(tx);
  return rows.toSorted((a, b) => a.id - b.id);
}
