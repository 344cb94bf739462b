import {
  type BackupSelection,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  DeleteBackupSelectionCommand,
  GetBackupSelectionCommand,
  ListBackupSelectionsCommand,
} from '@aws-sdk/client-backup';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, failureOf } from './testing/backup-world.ts';
import { putRole } from './testing/roles.ts';

let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let made = 0;
async function newPlan(): Promise<string> {
  const BackupPlan = { BackupPlanName: `p-${++made}`, Rules: [{ RuleName: 'r', TargetBackupVaultName: 'vault' }] };
  const { BackupPlanId } = await world.backup.send(new CreateBackupPlanCommand({ BackupPlan }));
  return present(BackupPlanId, 'plan id');
}
const select = (BackupPlanId: string, selection: Partial<BackupSelection>, more: object = {}) =>
  world.backup.send(
    new CreateBackupSelectionCommand({
      BackupPlanId,
      BackupSelection: { SelectionName: 's', IamRoleArn: world.roleArn, ...selection },
      ...more,
    }),
  );
const byTag = [{ ConditionType: 'STRINGEQUALS' as const, ConditionKey: 'backup', ConditionValue: 'true' }];

test('a selection comes back as it was given', async () => {
  const plan = await newPlan();
  const selection = {
    SelectionName: 'all-of-it',
    IamRoleArn: world.roleArn,
    Resources: ['arn:aws:elasticfilesystem:*:*:file-system/*', 'arn:aws:rds:*:*:db:*'],
    NotResources: ['arn:aws:rds:us-east-1:111122223333:db:scratch-*'],
    ListOfTags: byTag,
    Conditions: {
      StringEquals: [{ ConditionKey: 'aws:ResourceTag/stage', ConditionValue: 'prod' }],
      StringNotEquals: [],
      StringLike: [{ ConditionKey: 'aws:ResourceTag/name', ConditionValue: '*-db' }],
      StringNotLike: [],
    },
  };
  const { SelectionId, CreationDate } = await select(plan, selection, { CreatorRequestId: 'request' });
  const read = await world.backup.send(new GetBackupSelectionCommand({ BackupPlanId: plan, SelectionId }));
  expect(read).toMatchObject({ SelectionId, BackupPlanId: plan, CreationDate, CreatorRequestId: 'request' });
  expect(read.BackupSelection).toEqual(selection);
});

test('the same CreatorRequestId gets the same selection', async () => {
  const plan = await newPlan();
  const first = await select(plan, { Resources: ['*'] }, { CreatorRequestId: 'again' });
  expect(await select(plan, { Resources: ['*'] }, { CreatorRequestId: 'again' })).toMatchObject({
    SelectionId: first.SelectionId,
  });
});

const invalid = { name: 'InvalidParameterValueException' };
const limit = { name: 'LimitExceededException' };
const arns = (count: number, of: (at: number) => string) => Array.from({ length: count }, (_, at) => of(at));
const conditions = (count: number) =>
  arns(count, (at) => `aws:ResourceTag/k${at}`).map((ConditionKey) => ({ ConditionKey, ConditionValue: 'v' }));

test.each<[rule: string, selection: Partial<BackupSelection>, failure: object]>([
  [
    'something must be selected',
    {},
    {
      ...invalid,
      message: "Invalid backup selection. Either 'ListOfTags' or 'Resources' section must be non-empty.",
    },
  ],
  ['conditions alone are not enough', { Conditions: { StringEquals: conditions(1) } }, invalid],
  ['a name has no spaces', { SelectionName: 'a b', Resources: ['*'] }, invalid],
  ['a role is the ARN of one', { IamRoleArn: 'AWSBackupDefaultServiceRole', Resources: ['*'] }, invalid],
  ['a resource is an ARN or *', { Resources: ['file-system/*'] }, invalid],
  ['* stands at the end of a resource', { Resources: ['arn:aws:s3:::*-logs'] }, invalid],
  ['NotResources are ARNs as well', { Resources: ['*'], NotResources: ['nothing'] }, invalid],
  [
    'keys of conditions name a tag',
    { Resources: ['*'], Conditions: { StringEquals: [{ ConditionKey: 'stage', ConditionValue: 'x' }] } },
    invalid,
  ],
  ['conditions have both parts', { Resources: ['*'], Conditions: { StringLike: [{ ConditionValue: 'x' }] } }, invalid],
  ['at most 500 ARNs', { Resources: arns(501, (at) => `arn:aws:s3:::b${at}`) }, limit],
  ['at most 30 ARNs with *', { Resources: arns(31, (at) => `arn:aws:s3:::b${at}-*`) }, limit],
  ['at most 30 conditions', { Resources: ['*'], Conditions: { StringEquals: conditions(31) } }, limit],
  [
    'at most 30 tags',
    { ListOfTags: arns(31, String).map((ConditionKey) => ({ ...present(byTag[0], 'tag'), ConditionKey })) },
    limit,
  ],
])('selections: %s', async (_rule, selection, failure) => {
  expect(await failureOf(select(await newPlan(), selection))).toMatchObject(failure);
});

test('a role that is not there or does not trust the service cannot be assumed', async () => {
  const missing = `arn:aws:iam::${world.accountId}:role/missing`;
  const distrusting = await putRole(world.server, 'AWSBackupDistrusting', { trusts: 'ec2.amazonaws.com' });
  for (const role of [missing, distrusting]) {
    expect(await failureOf(select(await newPlan(), { IamRoleArn: role, Resources: ['*'] }))).toEqual({
      name: 'InvalidParameterValueException',
      message: `IAM Role ${role} cannot be assumed by AWS Backup`,
    });
  }
});

test('a role that may not read tags serves for selections without tags only', async () => {
  const role = await putRole(world.server, 'AWSBackupNoTags', { trusts: 'backup.amazonaws.com' });
  const plan = await newPlan();
  await select(plan, { IamRoleArn: role, Resources: ['*'] });
  expect(await failureOf(select(plan, { IamRoleArn: role, ListOfTags: byTag }))).toEqual({
    name: 'InvalidParameterValueException',
    message: `IAM Role ${role} is not authorized to call tag:GetResources`,
    Code: 'ERROR_3018',
    Context: role,
  });
});

test('a plan has at most ten selections that use tags', async () => {
  const plan = await newPlan();
  for (let at = 0; at < 10; at++) await select(plan, { ListOfTags: byTag });
  expect(await failureOf(select(plan, { ListOfTags: byTag }))).toMatchObject(limit);
  await select(plan, { Resources: ['*'] });
});

test('selections are listed newest first, and gone when deleted', async () => {
  const plan = await newPlan();
  const ids: (string | undefined)[] = [];
  for (let at = 0; at < 3; at++) ids.unshift((await select(plan, { Resources: ['*'] })).SelectionId);
  const list = (more: object = {}) =>
    world.backup.send(new ListBackupSelectionsCommand({ BackupPlanId: plan, ...more }));
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  const listed = [...(first.BackupSelectionsList ?? []), ...(second.BackupSelectionsList ?? [])];
  expect(listed).toHaveLength(3);
  expect(new Set(listed.map((selection) => selection.SelectionId))).toEqual(new Set(ids));
  expect(listed[0]).toMatchObject({ SelectionName: 's', BackupPlanId: plan, IamRoleArn: world.roleArn });
  const remove = () => world.backup.send(new DeleteBackupSelectionCommand({ BackupPlanId: plan, SelectionId: ids[0] }));
  await remove();
  expect(await failureOf(remove())).toMatchObject({ name: 'ResourceNotFoundException' });
  expect((await list()).BackupSelectionsList).toHaveLength(2);
});

test('selections of a plan that is not there are refused', async () => {
  const BackupPlanId = '11111111-1111-4111-8111-111111111111';
  expect(await failureOf(select(BackupPlanId, { Resources: ['*'] }))).toMatchObject(invalid);
  expect(await failureOf(world.backup.send(new ListBackupSelectionsCommand({ BackupPlanId })))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
