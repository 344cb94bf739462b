/**
 * How the installation is, for `holdfast doctor`: versions, database, storage, work under way,
 * publication, clock.
 */
import { statfs } from 'node:fs/promises';
import { type Instant, isoTime } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { AuditHealth } from '../audit/audit.ts';
import type { Installation } from '../installation.ts';
import { countAccounts } from '../store/account.ts';
import { plansWaiting, publicationBacklog } from '../store/effective-policy-progress.ts';
import { retentionClock } from '../store/retention-clock.ts';

export interface Status {
  readonly versions: {
    readonly holdfast: string;
    readonly node: string;
    readonly postgres: string;
    readonly restic: string;
  };
  readonly database: { readonly sizeBytes: number; readonly accounts: number };
  readonly storage: readonly StorageStatus[];
  /** Whether the operator has said which folders accounts may back up and restore to. */
  readonly resourceFolders: 'any' | 'listed';
  /** Until when nothing is deleted for its age, because the clock jumped ahead; null: retention goes on. */
  readonly retentionHeldUntil: string | null;
  /** Jobs that somebody works on now, by kind, and those whose worker has not been heard of in time. */
  readonly work: readonly { readonly kind: string; readonly running: number; readonly lateLeases: number }[];
  /** What waits until it counts everywhere; `waitingSince` null: nothing waits. */
  readonly publication: {
    /** Changes of policies and the tree that are not looked at yet. */
    readonly changes: number;
    /** Effective policies that are to be made anew. */
    readonly accounts: number;
    /** Accounts whose plans are to be made anew. */
    readonly plans: number;
    readonly waitingSince: string | null;
    readonly waitingMs: number;
  };
  /** Of the record of events. */
  readonly audit: AuditHealth;
  readonly clock: {
    readonly server: string;
    readonly database: string;
    /** Positive: the server's clock is ahead of the database's. */
    readonly aheadMs: number;
  };
}

export interface StorageStatus {
  readonly region: string;
  readonly vaultFolder: string;
  /** Null: the folder does not exist yet. */
  readonly freeBytes: number | null;
}

type Parts = Pick<Installation, 'audit' | 'db' | 'clock' | 'settings' | 'repositories'>;

export async function status(parts: Parts, holdfastVersion: string): Promise<Status> {
  const { db, clock, settings, repositories } = parts;
  const asked = clock.now();
  const { rows } = await sql<{ version: string; size: number; now: Instant }>`
    select current_setting('server_version') as version, pg_database_size(current_database()) as size,
           (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
  const answered = clock.now();
  const database = rows[0] ?? { version: 'unknown', size: 0, now: answered };
  return {
    versions: {
      holdfast: holdfastVersion,
      node: process.version,
      postgres: database.version,
      restic: await repositories
        .version()
        .catch((error: unknown) => (error instanceof Error ? error.message : 'unknown')),
    },
    database: { sizeBytes: database.size, accounts: await countAccounts(db) },
    storage: await Promise.all(settings.regions.map(({ name, vaultFolder }) => storageStatus(name, vaultFolder))),
    resourceFolders: settings.resourceFolders ? 'listed' : 'any',
    retentionHeldUntil: await retentionHeldUntil(parts, answered),
    work: await work(parts, answered),
    publication: await publication(parts, answered),
    audit: parts.audit.health(),
    clock: {
      server: isoTime(answered),
      database: isoTime(database.now),
      aheadMs: Math.round((asked + answered) / 2 - database.now),
    },
  };
}

async function storageStatus(region: string, vaultFolder: string): Promise<StorageStatus> {
  const disk = await statfs(vaultFolder).catch(() => undefined);
  return { region, vaultFolder, freeBytes: disk ? disk.bavail * disk.bsize : null };
}

async function retentionHeldUntil({ db }: Parts, now: Instant): Promise<string | null> {
  const heldUntil = (await retentionClock(db))?.heldUntil;
  return heldUntil !== undefined && heldUntil > now ? isoTime(heldUntil) : null;
}

async function publication({ db }: Parts, now: Instant): Promise<Status['publication']> {
  const { changes, accounts, waitingSince: forPolicies } = await publicationBacklog(db);
  const { accounts: plans, waitingSince: forPlans } = await plansWaiting(db);
  const since = Math.min(forPolicies ?? now, forPlans ?? now);
  const waits = forPolicies !== undefined || forPlans !== undefined;
  return { changes, accounts, plans, waitingSince: waits ? isoTime(since) : null, waitingMs: Math.max(0, now - since) };
}

async function work({ db }: Parts, now: Instant): Promise<Status['work']> {
  const { rows } = await sql<{ kind: string; running: number; lateLeases: number }>`
    select kind, count(*)::int as running, count(*) filter (where lease_until < ${now})::int as "lateLeases"
    from (
      select 'backup' as kind, lease_until from backup_job where state in ('RUNNING', 'ABORTING')
      union all select 'copy', lease_until from copy_job where state = 'RUNNING'
      union all select 'restore', lease_until from restore_job where status = 'RUNNING'
    ) as job group by kind order by kind`.execute(db);
  return rows;
}
