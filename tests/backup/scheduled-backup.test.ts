/**
 * The control plane and the agent together: a plan's occurrence becomes a point, its copy, a restore, and in time
 * nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
  DeleteBackupVaultCommand,
  DescribeProtectedResourceCommand,
  DescribeRestoreJobCommand,
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListTagsCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { DAY_MS, ManualClock, present } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { testServer } from '../../packages/server/src/testing/server.ts';

const SECOND_REGION = 'eu-central-1';

test('a due rule ends as a point, a copy in the second Region and a restore; retention removes both', async () => {
  const clock = new ManualClock(Date.parse('2030-03-01T04:00:00Z'));
  await using server = await testServer({ clock });
  const backup = server.client(BackupClient);
  const second = server.client(BackupClient, { region: SECOND_REGION });
  const { accountId } = server.management;
  const roleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const folder = path.join(server.folder, 'documents');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'letter.txt'), 'Dear reader');

  await server.client(CloudControlClient).send(
    new CreateResourceCommand({
      TypeName: 'Holdfast::FileSystem::Directory',
      DesiredState: JSON.stringify({
        FileSystemId: 'fs-0123456789abcdef0',
        Path: folder,
        Tags: [{ Key: 'backup', Value: 'daily' }],
      }),
    }),
  );
  for (const client of [backup, second]) await client.send(new CreateBackupVaultCommand({ BackupVaultName: 'vault' }));
  const { BackupPlanId } = await backup.send(
    new CreateBackupPlanCommand({
      BackupPlan: {
        BackupPlanName: 'daily',
        Rules: [
          {
            RuleName: 'five',
            TargetBackupVaultName: 'vault',
            Lifecycle: { DeleteAfterDays: 2 },
            RecoveryPointTags: { plan: 'daily' },
            CopyActions: [
              { DestinationBackupVaultArn: `arn:aws:backup:${SECOND_REGION}:${accountId}:backup-vault:vault` },
            ],
          },
        ],
      },
    }),
  );
  const ListOfTags = [{ ConditionType: 'STRINGEQUALS' as const, ConditionKey: 'backup', ConditionValue: 'daily' }];
  const BackupSelection = { SelectionName: 'tagged', IamRoleArn: roleArn, ListOfTags };
  await backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection }));

  clock.set(Date.parse('2030-03-01T05:00:00Z'));
  await server.tick('scheduler');
  await server.tick('jobs');
  const { BackupJobs: [job] = [] } = await backup.send(new ListBackupJobsCommand({}));
  expect(job).toMatchObject({ State: 'COMPLETED', PercentDone: '100.0', MessageCategory: 'SUCCESS' });
  const { CopyJobs: [copy] = [] } = await backup.send(new ListCopyJobsCommand({}));
  expect(copy).toMatchObject({ State: 'COMPLETED', CreatedByBackupJobId: job?.BackupJobId });

  const pointsIn = async (client: BackupClient) =>
    (await client.send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'vault' }))).RecoveryPoints ?? [];
  const [point] = await pointsIn(backup);
  const [copied] = await pointsIn(second);
  const createdAt = present(point?.CreationDate, 'creation date');
  expect(point).toMatchObject({
    RecoveryPointArn: job?.RecoveryPointArn,
    Status: 'COMPLETED',
    Lifecycle: { DeleteAfterDays: 2 },
    CalculatedLifecycle: { DeleteAt: new Date(createdAt.getTime() + 2 * DAY_MS) },
    CreatedBy: { BackupPlanId, BackupRuleName: 'five' },
  });
  expect(copied).toMatchObject({
    RecoveryPointArn: copy?.DestinationRecoveryPointArn,
    CreationDate: createdAt,
    Lifecycle: { DeleteAfterDays: 2 },
    SourceBackupVaultArn: point?.BackupVaultArn,
  });
  const { Tags } = await backup.send(new ListTagsCommand({ ResourceArn: point?.RecoveryPointArn }));
  expect(Tags).toEqual({ backup: 'daily', plan: 'daily' });

  const { RestoreJobId } = await backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: point?.RecoveryPointArn,
      IamRoleArn: roleArn,
      Metadata: { 'file-system-id': 'fs-0123456789abcdef0', newFileSystem: 'false' },
    }),
  );
  await server.tick('jobs');
  const restore = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId }));
  expect(restore, restore.StatusMessage).toMatchObject({ Status: 'COMPLETED', CreatedResourceArn: job?.ResourceArn });
  const restored = path.join(folder, `aws-backup-restore_2030-03-01T05-00-00-000Z`, 'letter.txt');
  expect(readFileSync(restored, 'utf8')).toBe('Dear reader');
  const described = new DescribeProtectedResourceCommand({ ResourceArn: job?.ResourceArn });
  expect(await backup.send(described)).toMatchObject({
    LastRecoveryPointArn: point?.RecoveryPointArn,
    LatestRestoreRecoveryPointCreationDate: createdAt,
  });

  clock.set(createdAt.getTime() + 2 * DAY_MS + DAY_MS / 2);
  await server.tick('jobs');
  for (const client of [backup, second]) {
    expect(await pointsIn(client)).toEqual([]);
    expect((await client.send(new ListProtectedResourcesCommand({}))).Results).toEqual([]);
    await client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'vault' }));
  }
});
