import {
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupJobsCommand,
  ListBackupPlansCommand,
  ListBackupSelectionsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UpdateBackupPlanCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { ManualClock, present } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, failureOf } from '../services/backup/testing/backup-world.ts';
import { organizationPlanFaults } from '../store/organization-plan-faults.ts';
import { cursorsOf } from '../store/schedule.ts';

const NOW = Date.parse('2030-03-01T04:00:00Z');
let clock: ManualClock;
let world: BackupWorld;
let organizations: OrganizationsClient;
let rootId: string;
beforeEach(async () => {
  clock = new ManualClock(NOW);
  world = await backupWorld({ clock });
  organizations = world.server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  rootId = present((await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id, 'root');
  await organizations.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'BACKUP_POLICY' }));
});
afterEach(() => world[Symbol.asyncDispose]());

const assign = (value: unknown) => ({ '@@assign': value });
const role = assign('arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole');
interface PlanSketch {
  readonly regions?: readonly string[];
  readonly rules?: object;
  readonly selections?: object;
  readonly backup_plan_tags?: object;
}
const rule = (more: object = {}) => ({
  schedule_expression: assign('cron(0 5 ? * * *)'),
  target_backup_vault_name: assign('vault'),
  lifecycle: { delete_after_days: assign('7') },
  ...more,
});
const tagged = { iam_role_arn: role, tag_key: assign('backup'), tag_value: assign(['daily', 'hourly']) };
const planOf = ({
  regions = ['us-east-1'],
  rules = { nightly: rule() },
  selections = { tags: { tagged } },
  ...more
}: PlanSketch = {}) => ({
  regions: assign(regions),
  rules,
  selections,
  ...more,
});
const policyOf = (plans: object) => JSON.stringify({ plans });

async function attach(plans: object): Promise<string> {
  const created = await organizations.send(
    new CreatePolicyCommand({ Name: 'p', Description: '', Type: 'BACKUP_POLICY', Content: policyOf(plans) }),
  );
  const PolicyId = present(created.Policy?.PolicySummary?.Id, 'policy');
  await organizations.send(new AttachPolicyCommand({ PolicyId, TargetId: rootId }));
  await publish();
  return PolicyId;
}

async function update(PolicyId: string, plans: object): Promise<void> {
  await organizations.send(new UpdatePolicyCommand({ PolicyId, Content: policyOf(plans) }));
  await publish();
}

async function publish(): Promise<void> {
  clock.advance(5_000);
  await world.server.tick('publisher');
  await world.server.tick('reconciler');
}

const plansIn = async (region = 'us-east-1') =>
  (await world.client({ region }).send(new ListBackupPlansCommand({}))).BackupPlansList ?? [];
const faults = () => organizationPlanFaults(world.server.installation.db, world.accountId);
const onlyPlan = async () => {
  const [plan, ...others] = await plansIn();
  expect(others).toEqual([]);
  return present(plan, 'plan');
};

test('each Region of a plan gets a backup plan with all that the policy says', async () => {
  const copy = 'arn:aws:backup:eu-central-1:$account:backup-vault:second';
  await attach({
    gold: planOf({
      regions: ['us-east-1', 'eu-central-1'],
      rules: {
        nightly: rule({
          start_backup_window_minutes: assign('60'),
          complete_backup_window_minutes: assign('600'),
          recovery_point_tags: { owner: { tag_key: assign('owner'), tag_value: assign('ops') } },
          copy_actions: {
            [copy]: { target_backup_vault_arn: assign(copy), lifecycle: { delete_after_days: assign('30') } },
          },
        }),
      },
      backup_plan_tags: { stage: { tag_key: assign('stage'), tag_value: assign('prod') } },
    }),
  });
  const here = await onlyPlan();
  expect(here.BackupPlanId).toMatch(/^orgs\/[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(here.CreatorRequestId).toBeUndefined();
  const { BackupPlan: plan } = await world.backup.send(new GetBackupPlanCommand({ BackupPlanId: here.BackupPlanId }));
  expect(plan).toMatchObject({
    BackupPlanName: 'gold',
    Rules: [
      {
        RuleId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-3/),
        RuleName: 'nightly',
        TargetBackupVaultName: 'vault',
        ScheduleExpression: 'cron(0 5 ? * * *)',
        StartWindowMinutes: 60,
        CompletionWindowMinutes: 600,
        Lifecycle: { DeleteAfterDays: 7 },
        RecoveryPointTags: { owner: 'ops' },
        CopyActions: [
          {
            DestinationBackupVaultArn: copy.replace('$account', world.accountId),
            Lifecycle: { DeleteAfterDays: 30 },
          },
        ],
      },
    ],
  });
  const { Tags } = await world.backup.send(new ListTagsCommand({ ResourceArn: here.BackupPlanArn }));
  expect(Tags).toEqual({ stage: 'prod' });
  const { BackupSelectionsList: selections } = await world.backup.send(
    new ListBackupSelectionsCommand({ BackupPlanId: here.BackupPlanId }),
  );
  const selection = await world.backup.send(
    new GetBackupSelectionCommand({ BackupPlanId: here.BackupPlanId, SelectionId: selections?.[0]?.SelectionId }),
  );
  expect(selection.BackupSelection).toMatchObject({
    SelectionName: 'tagged',
    IamRoleArn: world.roleArn,
    ListOfTags: ['daily', 'hourly'].map((ConditionValue) => ({
      ConditionType: 'STRINGEQUALS',
      ConditionKey: 'backup',
      ConditionValue,
    })),
  });
  const [there] = await plansIn('eu-central-1');
  expect(there?.BackupPlanId).not.toBe(here.BackupPlanId);
});

test('a change makes a new version under the same id; what says the same is not touched', async () => {
  const policy = await attach({ gold: planOf(), silver: planOf() });
  const before = new Map((await plansIn()).map((plan) => [plan.BackupPlanName, plan]));
  await update(policy, {
    gold: planOf({ rules: { nightly: rule({ start_backup_window_minutes: assign('90') }) } }),
    silver: planOf(),
  });
  const after = new Map((await plansIn()).map((plan) => [plan.BackupPlanName, plan]));
  expect(after.get('gold')?.BackupPlanId).toBe(before.get('gold')?.BackupPlanId);
  expect(after.get('gold')?.VersionId).not.toBe(before.get('gold')?.VersionId);
  expect(after.get('silver')).toEqual(before.get('silver'));
  const key = { accountId: world.accountId, region: 'us-east-1', planId: after.get('gold')?.BackupPlanId ?? '' };
  const [cursor] = await cursorsOf(world.server.installation.db, key);
  expect(cursor?.since, 'an unchanged schedule keeps its place').toBeLessThan(clock.now());
});

test('a change of a selection alone makes a new version as well', async () => {
  const policy = await attach({ gold: planOf() });
  const before = await onlyPlan();
  const other = { resources: { all: { iam_role_arn: role, resource_types: assign(['*']) } } };
  await update(policy, { gold: planOf({ selections: other }) });
  const after = await onlyPlan();
  expect(after.VersionId).not.toBe(before.VersionId);
  const list = await world.backup.send(new ListBackupSelectionsCommand({ BackupPlanId: after.BackupPlanId }));
  expect(list.BackupSelectionsList?.map((selection) => selection.SelectionName)).toEqual(['all']);
});

test('a plan that vanishes is gone and no longer runs; one that comes back has its id again', async () => {
  const policy = await attach({ gold: planOf() });
  const { BackupPlanId } = await onlyPlan();
  await organizations.send(new DetachPolicyCommand({ PolicyId: policy, TargetId: rootId }));
  await publish();
  expect(await plansIn()).toEqual([]);
  const gone = await world.backup.send(new GetBackupPlanCommand({ BackupPlanId }));
  expect(gone.DeletionDate).toEqual(new Date(clock.now()));
  const key = { accountId: world.accountId, region: 'us-east-1', planId: BackupPlanId ?? '' };
  expect(await cursorsOf(world.server.installation.db, key)).toEqual([]);
  await organizations.send(new AttachPolicyCommand({ PolicyId: policy, TargetId: rootId }));
  await publish();
  expect((await onlyPlan()).BackupPlanId).toBe(BackupPlanId);
});

test('disabling the policy type removes the plans', async () => {
  await attach({ gold: planOf() });
  await organizations.send(new DisablePolicyTypeCommand({ RootId: rootId, PolicyType: 'BACKUP_POLICY' }));
  await publish();
  expect(await plansIn()).toEqual([]);
});

test('a plan that AWS Backup refuses keeps what it said last; the fault is recorded until it is gone', async () => {
  const tooSoonCold = rule({
    lifecycle: { move_to_cold_storage_after_days: assign('30'), delete_after_days: assign('60') },
  });
  const policy = await attach({ gold: planOf() });
  const before = await onlyPlan();
  await update(policy, { gold: planOf({ rules: { nightly: tooSoonCold } }), silver: planOf() });
  expect(await faults()).toEqual([
    {
      region: 'us-east-1',
      planKey: 'gold',
      reason:
        'Error in rule nightly : Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays',
      noticedAt: clock.now(),
    },
  ]);
  const after = new Map((await plansIn()).map((plan) => [plan.BackupPlanName, plan]));
  expect(after.get('gold')).toEqual(before);
  expect(after.has('silver')).toBe(true);
  const noticed = clock.now();
  await update(policy, { gold: planOf({ rules: { nightly: tooSoonCold } }) });
  expect((await faults())[0]?.noticedAt).toBe(noticed);
  await update(policy, { gold: planOf() });
  expect(await faults()).toEqual([]);
});

test('an effective policy that cannot be read leaves the plans as they are, and is a recorded fault', async () => {
  await attach({ gold: planOf() });
  const before = await onlyPlan();
  const { db } = world.server.installation;
  await db.updateTable('effective_document').set({ content: '{"plans":' }).execute();
  await db
    .insertInto('plan_reconcile_work')
    .values({ account_id: world.accountId, requested_at: clock.now() })
    .execute();
  await world.server.tick('reconciler');
  expect(await onlyPlan()).toEqual(before);
  expect(await faults()).toMatchObject([{ reason: 'The effective policy cannot be read.' }]);
});

test('a Region without a site is a recorded fault', async () => {
  await attach({ gold: planOf({ regions: ['us-east-1', 'ap-south-1'] }) });
  expect(await plansIn()).toHaveLength(1);
  expect(await faults()).toMatchObject([
    { region: 'ap-south-1', planKey: 'gold', reason: 'The Region ap-south-1 has no site in this installation.' },
  ]);
});

test('nobody in the account can change a plan of the organization', async () => {
  await attach({ gold: planOf() });
  const { BackupPlanId, BackupPlanArn } = await onlyPlan();
  const { BackupSelectionsList: selections } = await world.backup.send(
    new ListBackupSelectionsCommand({ BackupPlanId }),
  );
  const SelectionId = selections?.[0]?.SelectionId;
  const BackupPlan = { BackupPlanName: 'mine', Rules: [{ RuleName: 'r', TargetBackupVaultName: 'vault' }] };
  const BackupSelection = { SelectionName: 's', IamRoleArn: world.roleArn, Resources: ['*'] };
  const { backup } = world;
  const refusals: [call: () => Promise<unknown>, message: string][] = [
    [
      () => backup.send(new DeleteBackupPlanCommand({ BackupPlanId })),
      `Backup plan cannot be deleted for backup plan ${BackupPlanId} created by organizations`,
    ],
    [
      () => backup.send(new DeleteBackupSelectionCommand({ BackupPlanId, SelectionId })),
      `Cannot delete selection for backup plan ${BackupPlanId} created by organizations`,
    ],
    [
      () => backup.send(new UpdateBackupPlanCommand({ BackupPlanId, BackupPlan })),
      `Backup plan cannot be updated for backup plan ${BackupPlanId} created by organizations`,
    ],
    [
      () => backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection })),
      `Cannot create selection for backup plan ${BackupPlanId} created by organizations`,
    ],
    [
      () => backup.send(new TagResourceCommand({ ResourceArn: BackupPlanArn, Tags: { a: '1' } })),
      `Tags cannot be changed for backup plan ${BackupPlanId} created by organizations`,
    ],
  ];
  for (const [call, message] of refusals)
    expect(await failureOf(call())).toEqual({ name: 'InvalidParameterValueException', message });
});

test('an account’s own plan may say the same as one of the organization', async () => {
  await attach({ gold: planOf() });
  const { BackupPlanId } = await onlyPlan();
  const { BackupPlan: plan } = await world.backup.send(new GetBackupPlanCommand({ BackupPlanId }));
  await world.backup.send(new CreateBackupPlanCommand({ BackupPlan: present(plan, 'plan') }));
  expect(await plansIn()).toHaveLength(2);
});

test('a plan of the organization runs, with the management account’s opt-in', async () => {
  await world.directory('docs', { backup: 'daily' });
  await world.database('shop', { backup: 'hourly' });
  await world.database('scratch', { backup: 'never' });
  await attach({ gold: planOf() });
  await world.backup.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EFS: false } }));
  clock.set(Date.parse('2030-03-01T05:00:00Z'));
  await world.server.tick('scheduler');
  const { BackupJobs: jobs } = await world.backup.send(new ListBackupJobsCommand({}));
  expect(jobs?.map((job) => [job.ResourceName, job.CreatedBy?.BackupPlanId])).toEqual([
    ['shop', (await onlyPlan()).BackupPlanId],
  ]);
});

test('in a member account the management account’s opt-in decides, not the member’s', async () => {
  const command = new CreateAccountCommand({ AccountName: 'shop', Email: 'shop@members.test' });
  const { CreateAccountStatus: status } = await organizations.send(command);
  await world.server.tick('accounts');
  const done = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: status?.Id }));
  const accountId = present(done.CreateAccountStatus?.AccountId, 'account');
  const { credentials } = await world.server.adminOf(accountId);
  const member = world.client({ credentials });
  await world.directory('member-docs', { backup: 'daily' }, { accountId });
  await attach({ gold: planOf() });
  const optIn = (EFS: boolean) => new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EFS } });
  const jobs = async () => (await member.send(new ListBackupJobsCommand({}))).BackupJobs?.length;

  await member.send(optIn(true));
  await world.backup.send(optIn(false));
  clock.set(Date.parse('2030-03-01T05:00:00Z'));
  await world.server.tick('scheduler');
  expect(await jobs()).toBe(0);

  await member.send(optIn(false));
  await world.backup.send(optIn(true));
  clock.set(Date.parse('2030-03-02T05:00:00Z'));
  await world.server.tick('scheduler');
  expect(await jobs()).toBe(1);
});

test('an account that cannot be reconciled holds up no other one and is tried again', async () => {
  const good = await world.server.createAccount('good');
  const { db } = world.server.installation;
  await attach({ gold: planOf() });
  // A plan that has to be written anew, and a database that does not take it.
  await db.updateTable('backup_plan').set({ current_version_id: 'lost' }).execute();
  await db
    .insertInto('plan_reconcile_work')
    .values([world.accountId, good.accountId].map((id) => ({ account_id: id, requested_at: clock.now() })))
    .execute();
  await sql`alter table backup_plan_version add constraint broken check (version_id = 'x') not valid`.execute(db);
  await world.server.tick('reconciler');
  const waiting = async () =>
    (await db.selectFrom('plan_reconcile_work').select('account_id').execute()).map((row) => row.account_id);
  expect(await waiting()).toEqual([world.accountId]);
  expect(world.server.events).toContainEqual(
    expect.objectContaining({
      event: 'reconciler.account-failed',
      fields: expect.objectContaining({ accountId: world.accountId }),
    }),
  );
  await sql`alter table backup_plan_version drop constraint broken`.execute(db);
  await world.server.tick('reconciler');
  expect(await waiting()).toEqual([]);
});
