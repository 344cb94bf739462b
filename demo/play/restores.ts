/**
 * Step 6: restores to new places, and compares with what is still there: a directory of one account, a database of
 * another.
 *
 * Only what is equal to the last byte, mode, time and row counts; a restore that merely COMPLETED does not.
 */
import path from 'node:path';
import { BackupClient, DescribeRestoreJobCommand, StartRestoreJobCommand } from '@aws-sdk/client-backup';
import { followJobs, formatBytes, hasEnded, type JobRow, plural, restoreRow } from '@holdfast/cli';
import { compareDatabases } from '../data/compare-databases.ts';
import { compareDirectories } from '../data/compare-directories.ts';
import { type Character, databaseOf, filesOf, HOME_REGION, SECOND_REGION, type Stage } from './cast.ts';
import { type Registered, restoreFolder } from './resources.ts';
import { roleArn } from './vaults.ts';

export interface RestoreResult {
  readonly resource: string;
  /** Where its recovery point was: the second one's is a copy. */
  readonly region: string;
  readonly isEqual: boolean;
  /** What was compared, or how they differ. */
  readonly found: string;
  readonly differences: readonly string[];
}

interface Restore {
  readonly of: Registered;
  readonly resource: string;
  readonly region: string;
  readonly recoveryPointArn: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly compare: () => Promise<Omit<RestoreResult, 'resource' | 'region'>>;
}

/** What to restore, of what was backed up and copied; a recovery point that is missing makes no restore. */
export function plannedRestores(stage: Stage, registered: readonly Registered[], jobs: readonly JobRow[]): Restore[] {
  const point = (kind: JobRow['kind'], resourceArn: unknown): string | undefined =>
    jobs.find((job) => job.kind === kind && job.resourceArn === resourceArn && job.state === 'COMPLETED')
      ?.recoveryPointArn;
  return registered.flatMap((of): Restore[] => {
    const directoryArn = of.directory.properties['Arn'];
    const restores: Readonly<Record<Character['name'], readonly (Restore | undefined)[]>> = {
      shop: [directoryRestore(stage, of, HOME_REGION, point('backup', directoryArn))],
      payments: [
        directoryRestore(stage, of, SECOND_REGION, point('copy', directoryArn)),
        databaseRestore(stage, of, HOME_REGION, point('backup', of.database.properties['Arn'])),
      ],
      sandbox: [],
    };
    return restores[of.account.name].filter((restore) => restore !== undefined);
  });
}

/** All at once; compared when the last one has ended, so that nothing else reads and writes meanwhile. */
export async function runRestores(stage: Stage, restores: readonly Restore[]): Promise<RestoreResult[]> {
  const running = await Promise.all(restores.map(startRestore));
  try {
    const jobs = await followJobs(stage.terminal, {
      read: () => Promise.all(running.map(readJob)),
      isDone: (each) => each.every(hasEnded),
      label: (job) => running.find(({ id }) => id === job.id)?.label ?? job.id,
      signal: stage.signal,
    });
    return await Promise.all(running.map(({ restore }, index) => judge(restore, jobs[index])));
  } finally {
    for (const { backup } of running) backup.destroy();
  }
}

interface Running {
  readonly restore: Restore;
  readonly id: string;
  readonly label: string;
  readonly backup: BackupClient;
}

async function startRestore(restore: Restore): Promise<Running> {
  const { of, resource, region, recoveryPointArn, metadata } = restore;
  const backup = new BackupClient({ ...of.account.session, region });
  const { RestoreJobId: id = '' } = await backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: recoveryPointArn,
      IamRoleArn: roleArn(of.account),
      Metadata: metadata,
    }),
  );
  return { restore, id, label: `${resource} from ${region}`, backup };
}

async function readJob({ backup, id }: Running): Promise<JobRow> {
  return restoreRow(await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id })));
}

async function judge(restore: Restore, job: JobRow | undefined): Promise<RestoreResult> {
  const { resource, region } = restore;
  if (job?.state === 'COMPLETED') return { resource, region, ...(await restore.compare()) };
  const found = `the restore job ended as ${job?.state}: ${job?.message ?? ''}`;
  return { resource, region, isEqual: false, found, differences: [] };
}

function directoryRestore(
  stage: Stage,
  of: Registered,
  region: string,
  recoveryPointArn: string | undefined,
): Restore | undefined {
  if (recoveryPointArn === undefined) return undefined;
  const target = path.join(restoreFolder(stage), of.account.name);
  return {
    of,
    resource: filesOf(of.account),
    region,
    recoveryPointArn,
    metadata: { newFileSystem: 'true', 'holdfast:path': target },
    async compare() {
      const result = await compareDirectories(of.directory.path, target);
      const found = `${plural(result.files, 'file')} in ${result.entries.toLocaleString('en-US')} entries, ${formatBytes(result.bytes)}, ${result.links} links: bytes, modes, owners, links, times`;
      return { isEqual: result.differences.length === 0, found, differences: result.differences };
    },
  };
}

function databaseRestore(
  stage: Stage,
  of: Registered,
  region: string,
  recoveryPointArn: string | undefined,
): Restore | undefined {
  if (recoveryPointArn === undefined) return undefined;
  const database = `${of.database.database}_restored`;
  return {
    of,
    resource: databaseOf(of.account),
    region,
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
