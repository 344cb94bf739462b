/**
 * Step 5: the scheduler runs what is due, and the demo only looks on: as the management account, which sees all
 * accounts' jobs.
 */
import { type BackupClient, ListBackupJobsCommand, ListCopyJobsCommand } from '@aws-sdk/client-backup';
import {
  backupRow,
  copyRow,
  followJobs,
  formatDuration,
  formatMoment,
  hasEnded,
  type JobRow,
  plural,
} from '@holdfast/cli';
import { type Instant, MINUTE_MS } from '@holdfast/kernel';
import { databaseOf, filesOf, HOME_REGION, type Organization, type Stage } from './cast.ts';
import { withClients } from './clients.ts';
import type { Registered } from './resources.ts';

/** From the due moment; a job that has not ended by then counts as failed. */
const PATIENCE_MS = 4 * MINUTE_MS;

export interface Expected {
  readonly backups: number;
  readonly copies: number;
  readonly restores: number;
  /** Accounts whose plan copies. */
  readonly copying: ReadonlySet<string>;
}

/** A directory and a database each; production's are copied; one of each kind is restored, and
 * one from its copy. */
export function expectedJobs({ accounts }: Organization): Expected {
  const copied = accounts.filter(({ unit }) => unit === 'Production');
  return {
    backups: accounts.length * 2,
    copies: copied.length * 2,
    restores: 3,
    copying: new Set(copied.map(({ id }) => id)),
  };
}

export function followRun(
  stage: Stage,
  organization: Organization,
  registered: readonly Registered[],
  due: Instant,
): Promise<readonly JobRow[]> {
  const expected = expectedJobs(organization);
  const names = new Map(
    registered.flatMap(({ account, directory, database }): [unknown, string][] => [
      [directory.properties['Arn'], filesOf(account)],
      [database.properties['Arn'], databaseOf(account)],
    ]),
  );
  return withClients(
    stage.session,
    ({ backup }) =>
      followJobs(stage.terminal, {
        read: () => allJobs(backup),
        isDone: (jobs) => isComplete(jobs, expected) || stage.clock.now() > due + PATIENCE_MS,
        label: (job) => `${names.get(job.resourceArn) ?? job.resource} → ${job.vault}`,
        footer: (jobs) => footer(stage, jobs, expected, due),
        signal: stage.signal,
      }),
    HOME_REGION,
  );
}

/** Oldest first, so that bars keep their places. */
async function allJobs(backup: BackupClient): Promise<JobRow[]> {
  const [backups, copies] = await Promise.all([
    backup.send(new ListBackupJobsCommand({ ByAccountId: '*', MaxResults: 100 })),
    backup.send(new ListCopyJobsCommand({ ByAccountId: '*', MaxResults: 100 })),
  ]);
  const rows = [...(backups.BackupJobs ?? []).map(backupRow), ...(copies.CopyJobs ?? []).map(copyRow)];
  const key = (row: JobRow): string => `${row.kind} ${row.accountId} ${row.resource} ${row.id}`;
  return rows.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function isComplete(jobs: readonly JobRow[], expected: Expected): boolean {
  const backups = jobs.filter(({ kind }) => kind === 'backup');
  if (backups.length < expected.backups || !jobs.every(hasEnded)) return false;
  // A backup that failed has nothing to copy.
  const toCopy = backups.filter(({ state, accountId }) => state === 'COMPLETED' && expected.copying.has(accountId));
  return jobs.length - backups.length >= toCopy.length;
}

function footer({ clock }: Stage, jobs: readonly JobRow[], expected: Expected, due: Instant): string | undefined {
  const now = clock.now();
  if (jobs.length === 0 && now < due) return `  waiting for ${formatMoment(due)}, in ${formatDuration(due - now)}`;
  const ended = jobs.filter(hasEnded).length;
  return ended === expected.backups + expected.copies
    ? undefined
    : `  ${plural(ended, 'job')} of ${expected.backups + expected.copies} ended`;
}
