/**
 * A server with what execution needs: registered resources, vaults with real repositories, and the room `jobs` to tick.
 */
import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  type DescribeBackupJobOutput,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  type DescribeRestoreJobOutput,
  StartBackupJobCommand,
  type StartBackupJobInput,
  StartCopyJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand, type ProgressEvent } from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { type TestServer, type TestServerOptions, testServer } from '../../packages/server/src/testing/server.ts';

export const REGION = 'us-east-1';
export const DIRECTORY = 'Holdfast::FileSystem::Directory';
export const POSTGRESQL = 'Holdfast::Database::PostgreSQL';

export interface World extends AsyncDisposable {
  readonly server: TestServer;
  readonly accountId: string;
  readonly roleArn: string;
  readonly backup: BackupClient;
  readonly cloudControl: CloudControlClient;
  vaultArn(name: string, region?: string): string;
  vault(name: string, region?: string): Promise<string>;
  register(typeName: string, desired: Readonly<Record<string, unknown>>): Promise<ProgressEvent>;
  /** Registers a directory. @returns its ARN */
  directory(path: string, tags?: Readonly<Record<string, string>>): Promise<string>;
  start(resourceArn: string, vault: string, more?: Partial<StartBackupJobInput>): Promise<string>;
  /** Starts a job and lets the agent work until there is nothing more to do. */
  backUp(resourceArn: string, vault: string, more?: Partial<StartBackupJobInput>): Promise<DescribeBackupJobOutput>;
  job(id: string): Promise<DescribeBackupJobOutput>;
  copy(recoveryPointArn: string, from: string, toArn: string): ReturnType<typeof describeCopy>;
  restore(recoveryPointArn: string, metadata: Readonly<Record<string, string>>): Promise<DescribeRestoreJobOutput>;
  tick(): Promise<void>;
}

export async function executionWorld(options: TestServerOptions = {}): Promise<World> {
  const server = await testServer(options);
  const { accountId } = server.management;
  const backup = server.client(BackupClient, { region: REGION });
  const cloudControl = server.client(CloudControlClient, { region: REGION });
  const roleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const tick = () => server.tick('jobs');
  const register: World['register'] = async (typeName, desired) => {
    const command = new CreateResourceCommand({ TypeName: typeName, DesiredState: JSON.stringify(desired) });
    return present((await cloudControl.send(command)).ProgressEvent, 'progress event');
  };
  const start: World['start'] = async (resourceArn, vault, more = {}) => {
    const command = new StartBackupJobCommand({
      BackupVaultName: vault,
      ResourceArn: resourceArn,
      IamRoleArn: roleArn,
      ...more,
    });
    return present((await backup.send(command)).BackupJobId, 'job id');
  };
  const job: World['job'] = (id) => backup.send(new DescribeBackupJobCommand({ BackupJobId: id }));
  return {
    server,
    accountId,
    roleArn,
    backup,
    cloudControl,
    tick,
    register,
    start,
    job,
    vaultArn: (name, region = REGION) => `arn:aws:backup:${region}:${accountId}:backup-vault:${name}`,
    async vault(name, region = REGION) {
      const client = server.client(BackupClient, { region });
      const made = await client.send(new CreateBackupVaultCommand({ BackupVaultName: name }));
      return present(made.BackupVaultArn, 'vault ARN');
    },
    async directory(path, tags = {}) {
      const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const { Identifier, StatusMessage } = await register(DIRECTORY, { Path: path, Tags: list });
      if (Identifier === undefined) throw new Error(StatusMessage ?? 'not registered');
      return `arn:aws:elasticfilesystem:${REGION}:${accountId}:file-system/${Identifier}`;
    },
    async backUp(resourceArn, vault, more) {
      const id = await start(resourceArn, vault, more);
      await tick();
      return job(id);
    },
    async copy(recoveryPointArn, from, toArn) {
      const { CopyJobId } = await backup.send(
        new StartCopyJobCommand({
          RecoveryPointArn: recoveryPointArn,
          SourceBackupVaultName: from,
          DestinationBackupVaultArn: toArn,
          IamRoleArn: roleArn,
        }),
      );
      await tick();
      return describeCopy(backup, present(CopyJobId, 'copy job id'));
    },
    async restore(recoveryPointArn, metadata) {
      const { RestoreJobId } = await backup.send(
        new StartRestoreJobCommand({ RecoveryPointArn: recoveryPointArn, Metadata: metadata, IamRoleArn: roleArn }),
      );
      await tick();
      return backup.send(new DescribeRestoreJobCommand({ RestoreJobId }));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function describeCopy(backup: BackupClient, id: string) {
  return present((await backup.send(new DescribeCopyJobCommand({ CopyJobId: id }))).CopyJob, 'copy job');
}
