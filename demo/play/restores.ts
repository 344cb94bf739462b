/**
 * Step 6: restores to new places, and compares with what is still there: a directory of one account, a database of
 * another.
 *
 * Only what is equal to the last byte, mode, time and row counts; a restore that merely COMPLETED does not.
 */
import path from 'node:path';
import { type BackupClient, DescribeRestoreJobCommand, StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { followJobs, formatBytes, hasEnded, type JobRow, plural, restoreRow } from '@holdfast/cli';
import { compareDatabases } from '../data/compare-databases.ts';
import { compareDirectories } from '../data/compare-directories.ts';
import { databaseOf, filesOf, HOME_REGION, type Stage } from './cast.ts';
import { withClients } from './clients.ts';
import { type Registered, restoreFolder } from './resources.ts';
import { roleArn } from './vaults.ts';

export interface RestoreResult {
  readonly account: string;
  readonly resource: string;
  readonly isEqual: boolean;
  /** What was compared, or how they differ. */
  readonly found: string;
  readonly differences: readonly string[];
}

interface Restore {
  readonly of: Registered;
  readonly resource: string;
  readonly recoveryPointArn: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly compare: () => Promise<Omit<RestoreResult, 'account' | 'resource'>>;
}

/** What to restore, of what was backed up; a recovery point that is missing makes no restore. */
export function plannedRestores(stage: Stage, registered: readonly Registered[], jobs: readonly JobRow[]): Restore[] {
  const find = (accountId: string, resourceArn: unknown): string | undefined =>
    jobs.find(
      (job) =>
        job.kind === 'backup' &&
        job.accountId === accountId &&
        job.resourceArn === resourceArn &&
        job.state === 'COMPLETED',
    )?.recoveryPointArn;
  return registered.flatMap((of): Restore[] => {
    if (of.account.name === 'shop') {
      const recoveryPointArn = find(of.account.id, of.directory.properties['Arn']);
      return recoveryPointArn === undefined ? [] : [directoryRestore(stage, of, recoveryPointArn)];
    }
    if (of.account.name === 'payments') {
      const recoveryPointArn = find(of.account.id, of.database.properties['Arn']);
      return recoveryPointArn === undefined ? [] : [databaseRestore(stage, of, recoveryPointArn)];
    }
    return [];
  });
}

export async function runRestores(stage: Stage, restores: readonly Restore[]): Promise<RestoreResult[]> {
  return Promise.all(restores.map((restore) => runRestore(stage, restore)));
}

function directoryRestore(stage: Stage, of: Registered, recoveryPointArn: string): Restore {
  const target = path.join(restoreFolder(stage), of.account.name);
  return {
    of,
    resource: filesOf(of.account),
    recoveryPointArn,
    metadata: { newFileSystem: 'true', 'holdfast:path': target },
    async compare() {
      const result = await compareDirectories(of.directory.path, target);
      const found = `${plural(result.files, 'file')} in ${result.entries.toLocaleString('en-US')} entries, ${formatBytes(result.bytes)}, ${result.links} links: bytes, modes, owners, links, times`;
      return { isEqual: result.differences.length === 0, found, differences: result.differences };
    },
  };
}

function databaseRestore(stage: Stage, of: Registered, recoveryPointArn: string): Restore {
  const database = `${of.database.database}_restored`;
  return {
    of,
    resource: databaseOf(of.account),
    recoveryPointArn,
    metadata: { DBInstanceIdentifier: `${databaseOf(of.account)}-restored`, 'holdfast:database': database },
    async compare() {
      const [original, restored] = [
        await stage.postgres.connect(of.database.database),
        await stage.postgres.connect(database),
      ];
      try {
        const result = await compareDatabases(original, restored);
        const found = `${plural(result.rows, 'row')} in ${plural(result.tables, 'table')} by checksum, ${plural(result.definitions, 'definition')}`;
        return { isEqual: result.differences.length === 0, found, differences: result.differences };
      } finally {
        await Promise.all([original.end(), restored.end()]);
      }
    },
  };
}

async function runRestore(stage: Stage, restore: Restore): Promise<RestoreResult> {
  const { of, resource, recoveryPointArn, metadata } = restore;
  const about = { account: of.account.name, resource };
  const job = await withClients(
    of.account.session,
    async ({ backup }) => {
      const { RestoreJobId: id } = await backup.send(
        new StartRestoreJobCommand({
          RecoveryPointArn: recoveryPointArn,
          IamRoleArn: roleArn(of.account),
          Metadata: metadata,
        }),
      );
      return follow(stage, backup, id, resource);
    },
    HOME_REGION,
  );
  if (job?.state !== 'COMPLETED') {
    return {
      ...about,
      isEqual: false,
      found: `the restore job ended as ${job?.state}: ${job?.message ?? ''}`,
      differences: [],
    };
  }
  return { ...about, ...(await restore.compare()) };
}

async function follow(
  stage: Stage,
  backup: BackupClient,
  id: string | undefined,
  label: string,
): Promise<JobRow | undefined> {
  const [job] = await followJobs(stage.terminal, {
    read: async () => [restoreRow(await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id })))],
    isDone: (jobs) => jobs.every(hasEnded),
    label: () => label,
    signal: stage.signal,
  });
  return job;
}
