import {
  type BackupJob,
  type BackupRuleInput,
  type BackupSelection,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  GetBackupPlanCommand,
  ListBackupJobsCommand,
  UpdateBackupPlanCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { HOUR_MS, ManualClock, present } from '@holdfast/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, REGION } from '../services/backup/testing/backup-world.ts';
import { deleteRole, findRole } from '../store/identity-roles.ts';
import { listOccurrences } from '../store/schedule.ts';
import { MISSED_WITH_JOBS_MAX } from './materialize.ts';
import { OCCURRENCES_KEPT_MS } from './scheduler.ts';

const NOW = Date.parse('2030-03-01T04:00:00Z');
const FIVE = Date.parse('2030-03-01T05:00:00Z');
let clock: ManualClock;
let world: BackupWorld;
beforeEach(async () => {
  clock = new ManualClock(NOW);
  world = await backupWorld({ clock });
});
afterEach(() => world[Symbol.asyncDispose]());

const daily = (more: Partial<BackupRuleInput> = {}): BackupRuleInput => ({
  RuleName: 'daily',
  TargetBackupVaultName: 'vault',
  StartWindowMinutes: 60,
  CompletionWindowMinutes: 120,
  ...more,
});
const everything = (): Partial<BackupSelection> => ({ Resources: ['*'] });

async function plan(rules: BackupRuleInput[], ...selections: Partial<BackupSelection>[]): Promise<string> {
  const BackupPlan = { BackupPlanName: 'plan', Rules: rules };
  const { BackupPlanId } = await world.backup.send(new CreateBackupPlanCommand({ BackupPlan }));
  for (const selection of selections) {
    const BackupSelection = { SelectionName: 's', IamRoleArn: world.roleArn, ...selection };
    await world.backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection }));
  }
  return present(BackupPlanId, 'plan id');
}

async function tickAt(now: number): Promise<void> {
  clock.set(now);
  await world.server.tick('scheduler');
}

async function jobs(): Promise<BackupJob[]> {
  return (await world.backup.send(new ListBackupJobsCommand({ MaxResults: 1_000 }))).BackupJobs ?? [];
}

async function facts() {
  const rows = await listOccurrences(
    world.server.installation.db,
    { accountId: world.accountId, region: REGION },
    1_000,
  );
  return rows.map(({ due_at: at, outcome, jobs: count, reason }) => ({ at, outcome, jobs: count, reason }));
}

test('a rule that is due makes a job for each selected resource, with the windows of the schedule', async () => {
  const docs = await world.directory('docs', { backup: 'yes' });
  await world.directory('other');
  const copy = `arn:aws:backup:eu-central-1:${world.accountId}:backup-vault:second`;
  const planId = await plan(
    [
      daily({
        Lifecycle: { DeleteAfterDays: 7 },
        RecoveryPointTags: { from: 'plan' },
        CopyActions: [{ DestinationBackupVaultArn: copy, Lifecycle: { DeleteAfterDays: 9 } }],
      }),
    ],
    { ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'yes' }] },
  );
  await tickAt(FIVE - 1);
  expect(await jobs()).toEqual([]);
  await tickAt(FIVE + 30_000);
  const [job, ...others] = await jobs();
  expect(others).toEqual([]);
  const read = await world.backup.send(new GetBackupPlanCommand({ BackupPlanId: planId }));
  expect(job).toMatchObject({
    ResourceArn: docs,
    ResourceName: 'docs',
    BackupVaultName: 'vault',
    IamRoleArn: world.roleArn,
    State: 'CREATED',
    CreationDate: new Date(FIVE + 30_000),
    StartBy: new Date(FIVE + HOUR_MS),
    RecoveryPointLifecycle: { DeleteAfterDays: 7 },
    CreatedBy: {
      BackupPlanId: planId,
      BackupPlanArn: read.BackupPlanArn,
      BackupPlanName: 'plan',
      BackupPlanVersion: read.VersionId,
      BackupRuleId: read.BackupPlan?.Rules?.[0]?.RuleId,
      BackupRuleName: 'daily',
      BackupRuleCron: 'cron(0 5 ? * * *)',
      BackupRuleTimezone: 'Etc/UTC',
    },
  });
  expect(read.LastExecutionDate).toEqual(new Date(FIVE + 30_000));
  const row = await world.server.installation.db
    .selectFrom('backup_job')
    .select(['complete_by', 'scheduled_at', 'request'])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({
    scheduled_at: FIVE,
    complete_by: FIVE + 2 * HOUR_MS,
    request: {
      lifecycle: { DeleteAfterDays: 7 },
      recoveryPointTags: { from: 'plan' },
      copyActions: [{ destinationVaultArn: copy, lifecycle: { DeleteAfterDays: 9 } }],
    },
  });
  expect(await facts()).toEqual([{ at: FIVE, outcome: 'MATERIALIZED', jobs: 1, reason: null }]);
});

test('looking again, or two at once, changes nothing', async () => {
  await world.directory('docs');
  await plan([daily()], everything());
  clock.set(FIVE);
  await Promise.all([world.server.tick('scheduler'), world.server.tick('scheduler'), world.server.tick('scheduler')]);
  await world.server.tick('scheduler');
  expect(await jobs()).toHaveLength(1);
  await tickAt(FIVE + 24 * HOUR_MS);
  expect(await jobs()).toHaveLength(2);
});

test('a resource that two selections take is backed up once, with the role of the older one', async () => {
  await world.directory('docs');
  await plan([daily()], everything());
  clock.advance(1_000);
  const [{ BackupPlanId: planId } = {}] =
    (await world.server.installation.db.selectFrom('backup_plan').select('id as BackupPlanId').execute()) ?? [];
  const second = { SelectionName: 'second', IamRoleArn: world.roleArn, Resources: ['*'] };
  await world.backup.send(new CreateBackupSelectionCommand({ BackupPlanId: planId, BackupSelection: second }));
  await tickAt(FIVE);
  expect(await jobs()).toHaveLength(1);
});

test('a server that was down catches up within the start window and records what it missed beyond it', async () => {
  await world.directory('docs');
  await plan([daily({ ScheduleExpression: 'cron(0 5,6,7 ? * * *)', StartWindowMinutes: 90 })], everything());
  await tickAt(FIVE + 2 * HOUR_MS + 60_000);
  expect(await facts()).toEqual([
    { at: FIVE + 2 * HOUR_MS, outcome: 'MATERIALIZED', jobs: 1, reason: null },
    { at: FIVE + HOUR_MS, outcome: 'MATERIALIZED', jobs: 1, reason: null },
    { at: FIVE, outcome: 'MISSED', jobs: 1, reason: 'The start window passed while no scheduler was running.' },
  ]);
  const late = (await jobs()).filter((job) => present(job.StartBy, 'StartBy').getTime() < clock.now());
  expect(late).toHaveLength(1);
});

test('every missed occurrence is recorded; the newest ones also show as jobs', async () => {
  await world.directory('docs');
  await plan([daily({ ScheduleExpression: 'cron(0 * ? * * *)' })], everything());
  await tickAt(FIVE + 20 * 24 * HOUR_MS);
  const missed = (await facts()).filter((one) => one.outcome === 'MISSED');
  expect(missed).toHaveLength(20 * 24 - 1);
  expect(missed.filter((one) => one.jobs > 0).length).toBeGreaterThanOrEqual(MISSED_WITH_JOBS_MAX);
});

test('of overlapping rules only the longer retention backs up, and the other one says why not', async () => {
  await world.directory('docs');
  const short = daily({ RuleName: 'short', Lifecycle: { DeleteAfterDays: 1 } });
  const long = daily({ RuleName: 'long', Lifecycle: { DeleteAfterDays: 30 } });
  await plan([short, long], everything());
  await tickAt(FIVE);
  expect((await jobs()).map((job) => job.CreatedBy?.BackupRuleName)).toEqual(['long']);
  expect((await facts()).toSorted((a, b) => a.outcome.localeCompare(b.outcome))).toEqual([
    { at: FIVE, outcome: 'MATERIALIZED', jobs: 1, reason: null },
    {
      at: FIVE,
      outcome: 'SUPERSEDED',
      jobs: 0,
      reason: 'Rule long keeps its backup longer and covers this start window.',
    },
  ]);
});

test('a selection whose role is gone fails visibly', async () => {
  await world.directory('docs');
  await plan([daily()], everything());
  const { db } = world.server.installation;
  const role = present(await findRole(db, world.accountId, 'AWSBackupDefaultServiceRole'), 'role');
  await db.transaction().execute((tx) => deleteRole(tx, role.id));
  await tickAt(FIVE);
  expect(await jobs()).toEqual([]);
  expect(await facts()).toEqual([
    {
      at: FIVE,
      outcome: 'FAILED',
      jobs: 0,
      reason: `Selection s: IAM Role ${world.roleArn} cannot be assumed by AWS Backup`,
    },
  ]);
  expect(world.server.events).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'scheduler.selection-failed' }),
  );
});

test('the opt-in of the moment counts, and only for what is not named', async () => {
  await world.directory('docs');
  await world.database('shop');
  await plan([daily()], { Resources: ['arn:aws:elasticfilesystem:*', 'arn:aws:rds:*:*:db:*'] });
  const none = { EFS: false, RDS: false };
  await world.backup.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: none }));
  await tickAt(FIVE);
  expect((await jobs()).map((job) => job.ResourceType)).toEqual(['RDS']);
});

test('an occurrence that is due when its rule goes away is recorded as missed', async () => {
  const planId = await plan([daily()], everything());
  clock.set(FIVE + 1);
  const Rules = [daily({ RuleName: 'another' })];
  await world.backup.send(
    new UpdateBackupPlanCommand({ BackupPlanId: planId, BackupPlan: { BackupPlanName: 'plan', Rules } }),
  );
  expect(await facts()).toMatchObject([{ at: FIVE, outcome: 'MISSED', jobs: 0 }]);
});

test('a plan that cannot be worked on holds up no other one', async () => {
  await world.directory('docs');
  const broken = await plan([daily()], everything());
  await plan([daily({ RuleName: 'good' })], everything());
  const { db } = world.server.installation;
  await db
    .updateTable('backup_selection')
    .set({ document: {} as never })
    .where('plan_id', '=', broken)
    .execute();
  await db.updateTable('schedule_cursor').set({ rule_id: 'unknown' }).where('plan_id', '=', broken).execute();
  await tickAt(FIVE);
  expect((await jobs()).map((job) => job.CreatedBy?.BackupRuleName)).toEqual(['good']);
  expect(world.server.events).toContainEqual(
    expect.objectContaining({ event: 'scheduler.plan-failed', fields: expect.objectContaining({ planId: broken }) }),
  );
});

test('continuous backup that was asked for is answered with a snapshot and a note on the job', async () => {
  await world.database('shop');
  await plan([daily({ EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 7 } })], everything());
  await tickAt(FIVE);
  const { request } = await world.server.installation.db
    .selectFrom('backup_job')
    .select('request')
    .executeTakeFirstOrThrow();
  expect(request.note).toBe('Continuous backup is not available for this resource. A snapshot was taken instead.');
});

test('what became of an occurrence is known for more than a year, and then forgotten', async () => {
  await plan([daily({ ScheduleExpression: 'cron(0 5 1 * ? *)' })], everything());
  await tickAt(FIVE);
  await tickAt(FIVE + OCCURRENCES_KEPT_MS);
  expect((await facts()).map((one) => one.at)).toContain(FIVE);
  await tickAt(FIVE + OCCURRENCES_KEPT_MS + HOUR_MS);
  const kept = (await facts()).map((one) => one.at);
  expect(kept).not.toContain(FIVE);
  expect(kept).toHaveLength(13);
});

test('thousands of resources become thousands of jobs at once', async () => {
  const { db } = world.server.installation;
  const count = 12_345;
  const rows = Array.from({ length: count }, (_, at) => ({
    arn: `arn:aws:rds:${REGION}:${world.accountId}:db:d${at}`,
    account_id: world.accountId,
    region: REGION,
    type_name: 'Holdfast::Database::PostgreSQL',
    resource_type: 'RDS',
    identifier: `d${at}`,
    name: null,
    properties: {},
    secrets_sealed: null,
    tags: {},
    created_at: NOW,
    updated_at: NOW,
  }));
  for (let from = 0; from < count; from += 4_000)
    await db
      .insertInto('resource')
      .values(rows.slice(from, from + 4_000))
      .execute();
  await plan([daily()], everything());
  await tickAt(FIVE);
  expect(await facts()).toMatchObject([{ jobs: count }]);
  const { made } = await db
    .selectFrom('backup_job')
    .select((job) => job.fn.count<number>('resource_arn').distinct().as('made'))
    .executeTakeFirstOrThrow();
  expect(made).toBe(count);
});
