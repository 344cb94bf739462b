/**
 * A month of an organization's backups in one test: a policy at the root reaches a member's directory, the clock moves
 * on, and each night's recovery point is there and goes when its time is over. All through the SDK.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  BackupClient,
  CreateBackupVaultCommand,
  ListRecoveryPointsByBackupVaultCommand,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DAY_MS, HOUR_MS } from '@holdfast/kernel';
import { type ClientConfig, type Holdfast, startHoldfast } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const NIGHTS = 30;
/** restic derives its key for each run, which takes a processor half a second; thirty of them on a busy machine. */
const TIMEOUT_MS = 600_000;
const ROLE = 'arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole';
const assign = (value: unknown): object => ({ '@@assign': value });
const POLICY = {
  plans: {
    nightly: {
      regions: assign(['us-east-1']),
      rules: {
        five: {
          schedule_expression: assign('cron(0 5 ? * * *)'),
          target_backup_vault_name: assign('nightly'),
          lifecycle: { delete_after_days: assign(String(NIGHTS)) },
        },
      },
      selections: {
        tags: { files: { iam_role_arn: assign(ROLE), tag_key: assign('backup'), tag_value: assign(['nightly']) } },
      },
    },
  },
};

let holdfast: Holdfast;
let folder: string;
let memberId: string;
/** Midnight of the first day, the next but one: that one may have begun by the time that the clock is moved. */
let start: number;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-month-'));
  writeFileSync(path.join(folder, 'orders.csv'), 'order,amount\n1,100\n');
  // Each change is answered when it has settled: nothing below waits for anything.
  holdfast = await startHoldfast({ settle: true });
  start = (Math.ceil((await holdfast.now()).getTime() / DAY_MS) + 1) * DAY_MS;
  await holdfast.advanceTo(new Date(start));
  memberId = await organizationWithMember();
  const config = await memberConfig();
  await new BackupClient(config).send(new CreateBackupVaultCommand({ BackupVaultName: 'nightly' }));
  const desired = JSON.stringify({ Path: folder, Tags: [{ Key: 'backup', Value: 'nightly' }] });
  await new CloudControlClient(config).send(
    new CreateResourceCommand({ TypeName: 'Holdfast::FileSystem::Directory', DesiredState: desired }),
  );
});
afterAll(async () => {
  await holdfast.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** With the policy attached to its root. @returns the member's account id */
async function organizationWithMember(): Promise<string> {
  const client = new OrganizationsClient(holdfast.clientConfig());
  await client.send(new CreateOrganizationCommand({}));
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  await client.send(new EnablePolicyTypeCommand({ RootId: root?.Id, PolicyType: 'BACKUP_POLICY' }));
  const policy = { Name: 'nightly', Description: '', Type: 'BACKUP_POLICY', Content: JSON.stringify(POLICY) } as const;
  const { Policy } = await client.send(new CreatePolicyCommand(policy));
  await client.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: root?.Id }));
  await client.send(new CreateAccountCommand({ AccountName: 'shop', Email: 'shop@example.com' }));
  const { Accounts = [] } = await client.send(new ListAccountsCommand({}));
  return Accounts.find(({ Name }) => Name === 'shop')?.Id ?? '';
}

/** By a session of its own: none lasts a month. */
async function memberConfig(): Promise<ClientConfig> {
  const RoleArn = `arn:aws:iam::${memberId}:role/OrganizationAccountAccessRole`;
  const { Credentials: session } = await new STSClient(holdfast.clientConfig()).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return holdfast.clientConfig({ credentials });
}

async function points(): Promise<RecoveryPointByBackupVault[]> {
  const { RecoveryPoints = [] } = await new BackupClient(await memberConfig()).send(
    new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'nightly' }),
  );
  return RecoveryPoints.toSorted((a, b) => Number(a.CreationDate) - Number(b.CreationDate));
}

const fiveOClock = (night: number): Date => new Date(start + night * DAY_MS + 5 * HOUR_MS);

test(
  'thirty nights are thirty recovery points, each made at five; with the next one the oldest goes',
  async () => {
    const { happened, left } = await holdfast.advanceTo(new Date(start + NIGHTS * DAY_MS));
    expect(left).toEqual({});
    expect(happened['job.backup-ended']).toEqual({ count: NIGHTS, first: fiveOClock(0), last: fiveOClock(NIGHTS - 1) });
    const kept = await points();
    expect(kept.map(({ CreationDate }) => CreationDate)).toEqual(
      Array.from({ length: NIGHTS }, (_, night) => fiveOClock(night)),
    );
    for (const point of kept) {
      expect(point).toMatchObject({ Status: 'COMPLETED', Lifecycle: { DeleteAfterDays: NIGHTS } });
      expect(Number(point.CalculatedLifecycle?.DeleteAt)).toBe(Number(point.CreationDate) + NIGHTS * DAY_MS);
    }

    const { happened: later } = await holdfast.advance('P1D');
    expect(later['vault.points-deleted']?.count).toBe(1);
    expect((await points()).map(({ CreationDate }) => CreationDate)).toEqual(
      Array.from({ length: NIGHTS }, (_, night) => fiveOClock(night + 1)),
    );
  },
  TIMEOUT_MS,
);
