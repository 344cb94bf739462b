/** Every operation, asked by someone who may do nothing and by someone who may do just that to just that. */
import * as sdk from '@aws-sdk/client-backup';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credentials } from '../../testing/server.ts';
import { backup } from './service.ts';
import { type BackupWorld, backupWorld, failureOf, REGION } from './testing/backup-world.ts';

const ACCOUNT = 'ACCOUNT';
const VAULT = `arn:aws:backup:${REGION}:${ACCOUNT}:backup-vault:vault`;
const PLAN = `arn:aws:backup:${REGION}:${ACCOUNT}:backup-plan:plan`;
const POINT = `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:point`;
const RESOURCE = `arn:aws:rds:${REGION}:${ACCOUNT}:db:shop`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`;
const EVERYTHING = '*';

const BackupVaultName = 'vault';
const BackupPlanId = 'plan';
const Rules = [{ RuleName: 'r', TargetBackupVaultName: 'vault' }];
const BackupPlan = { BackupPlanName: 'p', Rules };
const BackupSelection = { SelectionName: 's', IamRoleArn: ROLE, Resources: ['*'] };
const inVault = { BackupVaultName, RecoveryPointArn: POINT };

/** Operation → the resource that its permission is asked for, and an input. */
const QUESTIONS: Readonly<Record<string, readonly [resource: string, input: object]>> = {
  CreateBackupPlan: [EVERYTHING, { BackupPlan }],
  CreateBackupSelection: [PLAN, { BackupPlanId, BackupSelection }],
  CreateBackupVault: [VAULT, { BackupVaultName }],
  DeleteBackupPlan: [PLAN, { BackupPlanId }],
  DeleteBackupSelection: [PLAN, { BackupPlanId, SelectionId: 's' }],
  DeleteBackupVault: [VAULT, { BackupVaultName }],
  DeleteRecoveryPoint: [POINT, inVault],
  DescribeBackupJob: [EVERYTHING, { BackupJobId: 'job' }],
  DescribeBackupVault: [VAULT, { BackupVaultName }],
  DescribeCopyJob: [EVERYTHING, { CopyJobId: 'job' }],
  DescribeGlobalSettings: [EVERYTHING, {}],
  DescribeProtectedResource: [EVERYTHING, { ResourceArn: RESOURCE }],
  DescribeRecoveryPoint: [POINT, inVault],
  DescribeRegionSettings: [EVERYTHING, {}],
  DescribeRestoreJob: [EVERYTHING, { RestoreJobId: 'job' }],
  GetBackupPlan: [PLAN, { BackupPlanId }],
  GetBackupSelection: [PLAN, { BackupPlanId, SelectionId: 's' }],
  GetRecoveryPointRestoreMetadata: [POINT, inVault],
  GetRestoreJobMetadata: [EVERYTHING, { RestoreJobId: 'job' }],
  GetSupportedResourceTypes: [EVERYTHING, {}],
  ListBackupJobs: [EVERYTHING, {}],
  ListBackupPlans: [EVERYTHING, {}],
  ListBackupPlanVersions: [PLAN, { BackupPlanId }],
  ListBackupSelections: [PLAN, { BackupPlanId }],
  ListBackupVaults: [EVERYTHING, {}],
  ListCopyJobs: [EVERYTHING, {}],
  ListProtectedResources: [EVERYTHING, {}],
  ListProtectedResourcesByBackupVault: [VAULT, { BackupVaultName }],
  ListRecoveryPointsByBackupVault: [VAULT, { BackupVaultName }],
  ListRecoveryPointsByResource: [EVERYTHING, { ResourceArn: RESOURCE }],
  ListRestoreJobs: [EVERYTHING, {}],
  ListRestoreJobsByProtectedResource: [EVERYTHING, { ResourceArn: RESOURCE }],
  ListTags: [VAULT, { ResourceArn: VAULT }],
  StartBackupJob: [VAULT, { BackupVaultName, ResourceArn: RESOURCE, IamRoleArn: ROLE }],
  StartCopyJob: [
    POINT,
    {
      RecoveryPointArn: POINT,
      SourceBackupVaultName: 'vault',
      DestinationBackupVaultArn: `${VAULT}2`,
      IamRoleArn: ROLE,
    },
  ],
  StartRestoreJob: [POINT, { RecoveryPointArn: POINT, Metadata: {}, IamRoleArn: ROLE }],
  StopBackupJob: [EVERYTHING, { BackupJobId: 'job' }],
  TagResource: [VAULT, { ResourceArn: VAULT, Tags: { a: '1' } }],
  UntagResource: [VAULT, { ResourceArn: VAULT, TagKeyList: ['a'] }],
  UpdateBackupPlan: [PLAN, { BackupPlanId, BackupPlan }],
  UpdateRecoveryPointLifecycle: [POINT, inVault],
  UpdateRegionSettings: [EVERYTHING, {}],
};
/** Who hands over a role must be allowed to pass it, and is asked for it after the operation itself. */
const PASSING: readonly string[] = ['CreateBackupSelection', 'StartBackupJob', 'StartCopyJob', 'StartRestoreJob'];

let world: BackupWorld;
let nobody: sdk.BackupClient;
beforeAll(async () => {
  world = await backupWorld();
  nobody = await userWith('nobody');
});
afterAll(() => world[Symbol.asyncDispose]());

const here = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value).replaceAll(ACCOUNT, world.accountId)) as Value;

/** The clients' commands by name. */
async function call(client: sdk.BackupClient, operation: string, input: object): Promise<unknown> {
  const commands = sdk as unknown as Readonly<Record<string, new (input: object) => sdk.ListBackupPlansCommand>>;
  const Command = present(commands[`${operation}Command`], operation);
  return client.send(new Command(here(input)));
}

async function userWith(UserName: string, ...statements: object[]): Promise<sdk.BackupClient> {
  const iam = world.server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName }));
  if (statements.length > 0) {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
  }
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials: Credentials = {
    accessKeyId: present(key?.AccessKeyId, 'key'),
    secretAccessKey: present(key?.SecretAccessKey, 'secret'),
  };
  return world.client({ credentials });
}

test('every operation that is implemented is asked here', () => {
  expect(Object.keys(QUESTIONS).toSorted(alphabetically)).toEqual([...backup.handlers.keys()].toSorted(alphabetically));
});

function alphabetically(one: string, other: string): number {
  return one < other ? -1 : 1;
}

test.each(Object.entries(QUESTIONS))('%s is refused without permission', async (operation, [resource, input]) => {
  const { name, message } = await failureOf(call(nobody, operation, input));
  expect(name).toBe('AccessDeniedException');
  expect(message).toContain(`:user/nobody is not authorized to perform: backup:${operation} on resource: `);
  expect(message).toContain(here(resource));
});

test.each(
  Object.entries(QUESTIONS).filter(
    ([operation]) => !PASSING.includes(operation) && operation !== 'DescribeBackupVault',
  ),
)('%s goes on with permission for its resource alone', async (operation, [resource, input]) => {
  const only = { Effect: 'Allow', Action: `backup:${operation}`, Resource: here(resource) };
  const client = await userWith(`only-${operation}`, only);
  const outcome = await call(client, operation, input).catch((error: unknown) => error);
  expect(outcome).not.toMatchObject({ name: 'AccessDeniedException' });
});

test.each(PASSING)('%s needs permission to pass the role', async (operation) => {
  const [, input] = present(QUESTIONS[operation], operation);
  const plan = await world.backup.send(
    new sdk.CreateBackupPlanCommand({ BackupPlan: { ...BackupPlan, BackupPlanName: operation } }),
  );
  const client = await userWith(`pass-${operation}`, { Effect: 'Allow', Action: 'backup:*', Resource: '*' });
  const given = operation === 'CreateBackupSelection' ? { ...input, BackupPlanId: plan.BackupPlanId } : input;
  expect(await failureOf(call(client, operation, given))).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`is not authorized to perform: iam:PassRole on resource: ${here(ROLE)}`),
  });
});

test('tags of the thing and of the request are part of the question', async () => {
  await world.vaultRow('tagged');
  const arn = here(VAULT).replace(/vault$/, 'tagged');
  await world.backup.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags: { team: 'a' } }));
  const ofTeam = (team: string) => ({
    Effect: 'Allow',
    Action: ['backup:DescribeBackupVault', 'backup:TagResource'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': team } },
  });
  const onlyStage = {
    Effect: 'Deny',
    Action: 'backup:TagResource',
    Resource: '*',
    Condition: { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['stage'] } },
  };
  const mine = await userWith('team-a', ofTeam('a'), onlyStage);
  const theirs = await userWith('team-b', ofTeam('b'));
  const describe = new sdk.DescribeBackupVaultCommand({ BackupVaultName: 'tagged' });
  expect(await mine.send(describe)).toMatchObject({ BackupVaultName: 'tagged' });
  expect(await failureOf(theirs.send(describe))).toMatchObject({ name: 'AccessDeniedException' });
  const tag = (Tags: Record<string, string>) => mine.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags }));
  await tag({ stage: 'prod' });
  expect(await failureOf(tag({ team: 'b' }))).toMatchObject({ name: 'AccessDeniedException' });
});
