/** What services do by themselves is on record too: where it happened, or in the management account. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BackupClient, DeleteRecoveryPointCommand } from '@aws-sdk/client-backup';
import { DAY_MS, ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backupPolicy,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { executionWorld } from '../execution/world.ts';
import { allRecords, type EventRecord, lookUp } from './cloud-trail.ts';

const clock = new ManualClock(systemClock.now());
let org: TestOrganization;
beforeAll(async () => {
  org = await testOrganization({ clock });
  await org.enable('BACKUP_POLICY');
});
afterAll(() => org[Symbol.asyncDispose]());

const call = (operation: string, input: object) => send(org.client, operation, input);
/** Service events since the last question, oldest first. */
async function told(): Promise<EventRecord[]> {
  const all = (await allRecords(org.server)).filter(({ eventType }) => eventType === 'AwsServiceEvent');
  const fresh = all.filter((record) => !known.has(String(record['eventID'])));
  for (const record of fresh) known.add(String(record['eventID']));
  return fresh;
}
const known = new Set<string>();

test('an account that is made, joins, is closed and goes', async () => {
  const accountId = await org.account('shop');
  const events = await told();
  expect(events.map(({ eventName }) => eventName).toSorted()).toEqual([
    'AccountJoinedOrganization',
    'CreateAccountResult',
  ]);
  for (const event of events) {
    expect(event).toMatchObject({
      userIdentity: { accountId: org.managementId, invokedBy: 'AWS Internal' },
      sourceIPAddress: 'AWS Internal',
      eventSource: 'organizations.amazonaws.com',
      awsRegion: 'us-east-1',
      recipientAccountId: org.managementId,
      requestParameters: null,
      responseElements: null,
    });
  }
  expect(events.find(({ eventName }) => eventName === 'CreateAccountResult')?.serviceEventDetails).toEqual({
    createAccountStatus: {
      id: expect.stringMatching(/^car-/),
      state: 'SUCCEEDED',
      accountName: '****',
      accountId,
      requestedTimestamp: expect.any(String),
      completedTimestamp: expect.any(String),
    },
  });
  await call('CloseAccount', { AccountId: accountId });
  await org.server.tick('accounts');
  expect(await told()).toMatchObject([
    { eventName: 'CloseAccountResult', serviceEventDetails: { closeAccountStatus: { accountId, state: 'SUCCEEDED' } } },
  ]);
  clock.advance(91 * DAY_MS);
  await org.server.tick('accounts');
  expect(await told()).toMatchObject([
    { eventName: 'AccountDepartedOrganization', serviceEventDetails: { accountId, departureMethod: 'CLEANED' } },
  ]);
});

test.each<[method: string, go: (accountId: string) => Promise<unknown>]>([
  ['LEFT', async (accountId) => send(await org.memberClient(accountId), 'LeaveOrganization', {})],
  ['REMOVED', (AccountId) => call('RemoveAccountFromOrganization', { AccountId })],
])('a departure tells how: %s', async (method, go) => {
  const accountId = await org.account(`goes-${method.toLowerCase()}`);
  clock.advance(5 * DAY_MS);
  await told();
  await go(accountId);
  expect((await told()).map(({ serviceEventDetails }) => serviceEventDetails)).toEqual([
    {
      accountId,
      organizationId: org.id,
      departureMethod: method,
      departureTime: expect.any(String),
    },
  ]);
});

test('an account that is created in vain', async () => {
  await call('CreateAccount', { AccountName: 'twin', Email: 'twin@members.test' });
  await org.server.tick('accounts');
  await call('CreateAccount', { AccountName: 'twin', Email: 'twin@members.test' });
  await told();
  await org.server.tick('accounts');
  expect(await told()).toMatchObject([
    {
      eventName: 'CreateAccountResult',
      serviceEventDetails: { createAccountStatus: { state: 'FAILED', failureReason: 'EMAIL_ALREADY_EXISTS' } },
    },
  ]);
});

test('an effective policy that becomes invalid, once, and valid again, once', async () => {
  const accountId = await org.account('policed');
  const incomplete = { plans: { daily: { rules: { daily: { start_backup_window_minutes: { '@@assign': '60' } } } } } };
  const policy = await org.policy('BACKUP_POLICY', incomplete);
  await org.publish();
  await told();
  await org.attach(policy, accountId);
  await org.publish();
  expect(await told()).toMatchObject([
    {
      eventName: 'EffectivePolicyValidation',
      readOnly: true,
      recipientAccountId: org.managementId,
      serviceEventDetails: {
        accountId,
        policyType: 'BACKUP_POLICY',
        state: 'INVALID',
        requestTimestamp: expect.any(String),
        validationErrors: expect.arrayContaining([
          expect.objectContaining({ errorCode: 'KEY_REQUIRED', contributingPolicies: [policy] }),
        ]),
      },
    },
  ]);
  const unrelated = await org.policy('BACKUP_POLICY', { plans: { other: { regions: { '@@assign': ['us-east-1'] } } } });
  await org.attach(unrelated, accountId);
  await org.publish();
  expect(await told()).toEqual([]);
  await call('DetachPolicy', { PolicyId: policy, TargetId: accountId });
  await call('DetachPolicy', { PolicyId: unrelated, TargetId: accountId });
  await org.publish();
  expect(await told()).toMatchObject([
    { eventName: 'EffectivePolicyValidation', serviceEventDetails: { accountId, state: 'VALID' } },
  ]);
});

test("an organization's plans come, change and go in the account that they are for", async () => {
  const accountId = await org.account('planned');
  await told();
  const reconciled = async (): Promise<(readonly [string, string | undefined])[]> => {
    await org.publish();
    await org.server.tick('reconciler');
    return (await told()).map(({ eventName, recipientAccountId }) => [eventName, recipientAccountId] as const);
  };
  const policy = await org.policy('BACKUP_POLICY', backupPolicy());
  await org.attach(policy, accountId);
  expect(await reconciled()).toEqual([['CreateOrganizationalBackupPlan', accountId]]);
  const changed = JSON.stringify(backupPolicy()).replace('"Default"', '"Other"');
  await call('UpdatePolicy', { PolicyId: policy, Content: changed });
  expect(await reconciled()).toEqual([['UpdateOrganizationalBackupPlan', accountId]]);
  await call('DetachPolicy', { PolicyId: policy, TargetId: accountId });
  expect(await reconciled()).toEqual([['DeleteOrganizationalBackupPlan', accountId]]);
});

test('a backup, its copy, its restore and its end, without a secret of the restore', async () => {
  await using world = await executionWorld();
  const { server } = world;
  const source = path.join(server.folder, 'source');
  mkdirSync(source);
  writeFileSync(path.join(source, 'file'), 'content');
  await world.vault('daily');
  const offsite = await world.vault('offsite', 'eu-central-1');
  const resource = await world.directory(source);
  const { RecoveryPointArn: point = '' } = await world.backUp(resource, 'daily');
  await world.copy(point, 'daily', offsite);
  await world.restore(point, { newFileSystem: 'true', 'holdfast:path': path.join(server.folder, 'a secret mark') });
  await server
    .client(BackupClient)
    .send(new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point }));
  await world.tick();
  const records = await allRecords(server);
  const events = records.filter(({ eventType }) => eventType === 'AwsServiceEvent');
  expect(events.map(({ eventName }) => eventName).toSorted()).toEqual([
    'BackupDeleted',
    'BackupJobCompleted',
    'BackupJobStarted',
    'CopyJobCompleted',
    'CopyJobStarted',
    'RecoveryPointCreated',
    'RecoveryPointCreated',
    'RestoreCompleted',
    'RestoreStarted',
  ]);
  expect(events.find(({ eventName }) => eventName === 'BackupJobCompleted')).toMatchObject({
    userIdentity: { accountId: world.accountId, invokedBy: 'backup.amazonaws.com' },
    eventSource: 'backup.amazonaws.com',
    recipientAccountId: world.accountId,
    serviceEventDetails: {
      state: 'COMPLETED',
      percentDone: 100,
      backupVaultName: 'daily',
      recoveryPointArn: point,
      resourceArn: resource,
      completionDate: { seconds: expect.any(Number), nanos: expect.any(Number) },
      iamRoleArn: world.roleArn,
    },
  });
  expect(JSON.stringify(records)).not.toContain('a secret mark');
  const found = await lookUp(server, { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: point }] });
  expect(found.map(({ EventName: name }) => name)).toContain('BackupDeleted');
}, 60_000);
