/**
 * A real server, killed with SIGKILL at many moments of its work and started again. Whatever the moment: nothing that
 * was acknowledged is lost, no job hangs, each job has exactly one recovery point, and the vault holds nothing else.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  BackupClient,
  CreateBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  ListRecoveryPointsByBackupVaultCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listing } from '../execution/tree.ts';
import { type KillableServer, killableServer } from './killable-server.ts';

const REGION = 'us-east-1';
const OTHER_REGION = 'eu-central-1';
const WITHIN_MS = 60_000;
let server: KillableServer;
let backup: BackupClient;
let source: string;
let resourceArn: string;
let accountId: string;
let roleArn: string;

beforeAll(async () => {
  server = await killableServer();
  const options = { endpoint: server.endpoint, credentials: server.credentials, maxAttempts: 1 };
  backup = new BackupClient({ ...options, region: REGION });
  const { BackupVaultArn: vault } = await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'daily' }));
  accountId = present(vault?.split(':')[4], 'account');
  roleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  source = path.join(server.folder, 'source');
  mkdirSync(source);
  for (let n = 0; n < 60; n++) writeFileSync(path.join(source, `file-${n}`), randomBytes(700_000));
  const control = new CloudControlClient({ ...options, region: REGION });
  const { ProgressEvent: made } = await control.send(
    new CreateResourceCommand({
      TypeName: 'Holdfast::FileSystem::Directory',
      DesiredState: JSON.stringify({ Path: source }),
    }),
  );
  resourceArn = `arn:aws:elasticfilesystem:${REGION}:${accountId}:file-system/${made?.Identifier}`;
  const other = new BackupClient({ ...options, region: OTHER_REGION });
  await other.send(new CreateBackupVaultCommand({ BackupVaultName: 'offsite' }));
  other.destroy();
  control.destroy();
});
afterAll(async () => {
  backup.destroy();
  await server[Symbol.asyncDispose]();
});

/** The folder of the one repository of a region. */
const repository = (region: string): string => {
  const vaults = path.join(server.dataFolder, 'vaults', region);
  return path.join(vaults, present(readdirSync(vaults)[0], 'a vault'));
};
const filesIn = (region: string, kind: 'snapshots' | 'locks' | 'data'): string[] =>
  readdirSync(path.join(repository(region), kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('tmp'))
    .map((entry) => entry.name);

/** Looks, without pause, until the moment has come; then the server is killed in it. */
async function killWhen(moment: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await moment())) {
    if (performance.now() > deadline) throw new Error(`The moment did not come.\n${server.log()}`);
  }
  await server.kill();
  await server.start();
}

const startBackup = async (): Promise<string> => {
  const command = { BackupVaultName: 'daily', ResourceArn: resourceArn, IamRoleArn: roleArn };
  return present((await backup.send(new StartBackupJobCommand(command))).BackupJobId, 'job id');
};
const stateOf = async (id: string) => (await backup.send(new DescribeBackupJobCommand({ BackupJobId: id }))).State;
const points = async () =>
  (await backup.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'daily' }))).RecoveryPoints ?? [];

/** The job ends well, has one point, and what the dead server left is removed: as many snapshots as points. */
async function endsWell(id: string): Promise<string> {
  await expect.poll(() => stateOf(id), { timeout: WITHIN_MS, interval: 100 }).toBe('COMPLETED');
  const own = (await points()).filter((point) => point.RecoveryPointArn?.endsWith(id));
  expect(own).toHaveLength(1);
  const count = (await points()).length;
  await expect.poll(() => filesIn(REGION, 'snapshots').length, { timeout: WITHIN_MS, interval: 100 }).toBe(count);
  return present(own[0]?.RecoveryPointArn, 'ARN');
}

test.each<
  [moment: string, come: (id: string, before: { snapshots: number; data: number }) => boolean | Promise<boolean>]
>([
  ['as soon as the job was acknowledged', () => true],
  ['when the job runs', async (id) => (await stateOf(id)) === 'RUNNING'],
  ['when restic holds its lock', () => filesIn(REGION, 'locks').length > 0],
  ['when the first data is in the vault', (_id, before) => filesIn(REGION, 'data').length > before.data],
  ['when the snapshot is committed', (_id, before) => filesIn(REGION, 'snapshots').length > before.snapshots],
])(
  'a backup survives a kill %s',
  async (_moment, come) => {
    writeFileSync(path.join(source, 'new'), randomBytes(8_000_000));
    const before = { snapshots: filesIn(REGION, 'snapshots').length, data: filesIn(REGION, 'data').length };
    const id = await startBackup();
    await killWhen(() => come(id, before));
    await endsWell(id);
  },
  120_000,
);

test.each<[moment: string, come: (before: number) => boolean]>([
  ['as soon as the job was acknowledged', () => true],
  ['when restic holds its lock', () => filesIn(OTHER_REGION, 'locks').length > 0],
  ['when the copied snapshot is committed', (before) => filesIn(OTHER_REGION, 'snapshots').length > before],
])(
  'a copy survives a kill %s',
  async (_moment, come) => {
    writeFileSync(path.join(source, 'new'), randomBytes(8_000_000));
    const pointArn = await endsWell(await startBackup());
    const before = filesIn(OTHER_REGION, 'snapshots').length;
    const { CopyJobId: id } = await backup.send(
      new StartCopyJobCommand({
        RecoveryPointArn: pointArn,
        SourceBackupVaultName: 'daily',
        DestinationBackupVaultArn: `arn:aws:backup:${OTHER_REGION}:${accountId}:backup-vault:offsite`,
        IamRoleArn: roleArn,
      }),
    );
    await killWhen(() => come(before));
    const state = async () => (await backup.send(new DescribeCopyJobCommand({ CopyJobId: id }))).CopyJob?.State;
    await expect.poll(state, { timeout: WITHIN_MS, interval: 100 }).toBe('COMPLETED');
    expect(filesIn(OTHER_REGION, 'snapshots').length).toBe(before + 1);
  },
  120_000,
);

test.each<[moment: string, come: (target: string) => boolean]>([
  ['as soon as the job was acknowledged', () => true],
  ['when the first files are there', (target) => half(target)],
  ['when the place has been filled', (target) => exists(target)],
])(
  'a restore survives a kill %s',
  async (moment, come) => {
    const pointArn = await endsWell(await startBackup());
    const target = path.join(server.folder, `restored ${moment}`);
    const metadata = { newFileSystem: 'true', 'holdfast:path': target };
    const { RestoreJobId: id } = await backup.send(
      new StartRestoreJobCommand({ RecoveryPointArn: pointArn, Metadata: metadata, IamRoleArn: roleArn }),
    );
    await killWhen(() => come(target));
    const job = async () => backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id }));
    await expect.poll(async () => (await job()).Status, { timeout: WITHIN_MS, interval: 100 }).toBe('COMPLETED');
    expect(await job()).toMatchObject({ CreatedResourceArn: expect.stringContaining('file-system/fs-') });
    expect(listing(target)).toEqual(listing(source));
    const leftBehind = () => readdirSync(server.folder).filter((name) => name.startsWith('.holdfast-restore'));
    await expect.poll(leftBehind, { timeout: WITHIN_MS, interval: 100 }).toEqual([]);
  },
  120_000,
);

test.each<[moment: string, come: (before: number) => boolean]>([
  ['as soon as it was acknowledged', () => true],
  ['when the snapshot is gone', (before) => filesIn(REGION, 'snapshots').length < before],
])(
  'a deletion survives a kill %s',
  async (_moment, come) => {
    const arn = await endsWell(await startBackup());
    const [count, before] = [(await points()).length, filesIn(REGION, 'snapshots').length];
    await backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: arn }));
    await killWhen(() => come(before));
    await expect.poll(async () => (await points()).length, { timeout: WITHIN_MS, interval: 100 }).toBe(count - 1);
    expect(filesIn(REGION, 'snapshots')).toHaveLength(before - 1);
  },
  120_000,
);

test('the log of all these servers holds no key of a vault', () => {
  expect(readFileSync(path.join(server.dataFolder, 'master.key')).length).toBeGreaterThan(0);
  expect(server.log()).toContain('job.started');
  expect(server.log()).not.toMatch(/password"?:|RESTIC_PASSWORD=/i);
});

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Files are on their way, under a name of the job's own. */
function half(target: string): boolean {
  const own = readdirSync(path.dirname(target)).find((name) => name.startsWith('.holdfast-restore'));
  if (own === undefined) return false;
  return readdirSync(path.join(path.dirname(target), own), { recursive: true }).length > 5;
}
