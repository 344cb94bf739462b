/**
 * Brings a database to this program's schema: numbered SQL files, forward only, each in its own transaction, one server
 * at a time. A database that is newer than the program is refused.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '@holdfast/kernel';
import type pg from 'pg';

const FOLDER = path.join(import.meta.dirname, 'migrations');
const FILE = /^\d{4}-[a-z0-9-]+\.sql$/;
/** Any number that only Holdfast takes. */
const ADVISORY_LOCK = 4_815_162_342;

/** Another one for another schema. */
export function schemaFingerprint(): string {
  const hash = createHash('sha256');
  for (const name of knownMigrations()) hash.update(`${name}\n`).update(readFileSync(path.join(FOLDER, name)));
  return hash.digest('hex');
}

function knownMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => FILE.test(name))
    .toSorted();
}

export async function migrate(pool: pg.Pool, clock: Clock): Promise<readonly string[]> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query('create table if not exists migration (name text primary key, applied_at bigint not null)');
    const { rows } = await client.query<{ name: string }>('select name from migration');
    const applied = new Set(rows.map((row) => row.name));
    const known = knownMigrations();
    const unknown = [...applied].filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database was used by a newer Holdfast (migration ${unknown.join(', ')}). Start that version, or restore a dump made before it.`,
      );
    }
    const missing = known.filter((name) => !applied.has(name));
    for (const name of missing) await apply(client, name, clock);
    return missing;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined);
    client.release();
  }
}

async function apply(client: pg.PoolClient, name: string, clock: Clock): Promise<void> {
  await client.query('begin');
  try {
    await client.query(readFileSync(path.join(FOLDER, name), 'utf8'));
    await client.query('insert into migration (name, applied_at) values ($1, $2)', [name, clock.now()]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}
