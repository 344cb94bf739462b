import {
  type BackupPlanInput,
  type BackupRuleInput,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  DeleteBackupPlanCommand,
  DeleteBackupSelectionCommand,
  GetBackupPlanCommand,
  ListBackupPlansCommand,
  ListBackupPlanVersionsCommand,
  ListTagsCommand,
  UpdateBackupPlanCommand,
} from '@aws-sdk/client-backup';
import { ManualClock, present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cursorsOf } from '../../store/schedule.ts';
import { type BackupWorld, backupWorld, failureOf, REGION } from './testing/backup-world.ts';

const NOW = Date.parse('2030-03-01T12:00:00Z');
const clock = new ManualClock(NOW);
let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld({ clock });
});
afterAll(() => world[Symbol.asyncDispose]());

let made = 0;
/** A plan that says something no other plan says. */
const planOf = (rule: Partial<BackupRuleInput> = {}, plan: Partial<BackupPlanInput> = {}): BackupPlanInput => ({
  BackupPlanName: `plan-${++made}`,
  Rules: [{ RuleName: 'daily', TargetBackupVaultName: 'vault', ...rule }],
  ...plan,
});
const create = (BackupPlan: BackupPlanInput, more: object = {}) =>
  world.backup.send(new CreateBackupPlanCommand({ BackupPlan, ...more }));
const get = (BackupPlanId: string | undefined, more: object = {}) =>
  world.backup.send(new GetBackupPlanCommand({ BackupPlanId, ...more }));
const createdId = async (plan: BackupPlanInput): Promise<string> =>
  present((await create(plan)).BackupPlanId, 'plan id');

test('a plan gets an id, a version, rule ids and all defaults', async () => {
  const plan = planOf();
  const created = await create(plan, { BackupPlanTags: { team: 'a' }, CreatorRequestId: 'request-1' });
  expect(created.BackupPlanId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(created.BackupPlanArn).toBe(`arn:aws:backup:${REGION}:${world.accountId}:backup-plan:${created.BackupPlanId}`);
  expect(Buffer.from(present(created.VersionId, 'version'), 'base64').toString()).toMatch(/^[0-9a-f-]{36}$/);
  const read = await get(created.BackupPlanId);
  expect(read).toMatchObject({
    BackupPlanId: created.BackupPlanId,
    VersionId: created.VersionId,
    CreatorRequestId: 'request-1',
    CreationDate: new Date(NOW),
  });
  expect(read.BackupPlan).toEqual({
    BackupPlanName: plan.BackupPlanName,
    Rules: [
      {
        RuleId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        RuleName: 'daily',
        TargetBackupVaultName: 'vault',
        ScheduleExpression: 'cron(0 5 ? * * *)',
        ScheduleExpressionTimezone: 'Etc/UTC',
        StartWindowMinutes: 480,
        CompletionWindowMinutes: 10_080,
        RecoveryPointTags: {},
        CopyActions: [],
        EnableContinuousBackup: false,
        IndexActions: [],
        ScanActions: [],
      },
    ],
  });
  const { Tags } = await world.backup.send(new ListTagsCommand({ ResourceArn: created.BackupPlanArn }));
  expect(Tags).toEqual({ team: 'a' });
});

test('what was given comes back as it was given', async () => {
  const rule = {
    ScheduleExpression: '0 4 ? * MON *',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    StartWindowMinutes: 60,
    CompletionWindowMinutes: 120,
    Lifecycle: { DeleteAfterDays: 120, MoveToColdStorageAfterDays: 30 },
    RecoveryPointTags: { 'a key': 'a value' },
    CopyActions: [
      {
        DestinationBackupVaultArn: `arn:aws:backup:eu-central-1:${world.accountId}:backup-vault:second`,
        Lifecycle: { DeleteAfterDays: -1 },
      },
    ],
    IndexActions: [{ ResourceTypes: ['S3'] }],
  };
  const settings = { AdvancedBackupSettings: [{ ResourceType: 'EC2', BackupOptions: { WindowsVSS: 'enabled' } }] };
  const id = await createdId(planOf(rule, settings));
  const { BackupPlan: plan, AdvancedBackupSettings: advanced } = await get(id);
  expect(plan?.Rules?.[0]).toMatchObject(rule);
  expect(advanced).toEqual(settings.AdvancedBackupSettings);
});

test('the same CreatorRequestId gets the same plan', async () => {
  const first = await create(planOf(), { CreatorRequestId: 'again' });
  expect(await create(planOf(), { CreatorRequestId: 'again' })).toMatchObject({
    BackupPlanId: first.BackupPlanId,
    VersionId: first.VersionId,
  });
});

test('a plan that says what another one says is refused, whatever the order of its members', async () => {
  const plan = planOf({ RecoveryPointTags: { a: '1', b: '2' } });
  const first = await create(plan, { CreatorRequestId: 'origin' });
  const [rule] = plan.Rules ?? [];
  const same = { ...plan, Rules: [{ ...present(rule, 'rule'), RecoveryPointTags: { b: '2', a: '1' } }] };
  await expect(create(same)).rejects.toMatchObject({
    name: 'AlreadyExistsException',
    message: 'Backup plan with the same plan document already exists',
    Arn: first.BackupPlanArn,
    CreatorRequestId: 'origin',
  });
});

const inRule = (reason: string) => ({
  name: 'InvalidParameterValueException',
  message: `Error in rule daily : ${reason}`,
  Code: 'ERROR_3015',
  Context: JSON.stringify(['daily', reason]),
});
const anyInRule = (part: string) => ({
  name: 'InvalidParameterValueException',
  message: expect.stringMatching(new RegExp(`^Error in rule daily : .*${part}`)),
});
const vaultIn = (region: string) => `arn:aws:backup:${region}:111122223333:backup-vault:v`;

test.each<[rule: string, of: Partial<BackupRuleInput>, failure: object]>([
  [
    'cold storage and continuous backup exclude each other',
    { EnableContinuousBackup: true, Lifecycle: { MoveToColdStorageAfterDays: 10, DeleteAfterDays: 30 } },
    inRule('Invalid lifecycle. MoveToColdStorageAfterDays is unavailable'),
  ],
  [
    'points are kept for at least a day',
    { Lifecycle: { DeleteAfterDays: 0 } },
    inRule('Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days'),
  ],
  [
    'points are kept for at most 36500 days',
    { Lifecycle: { DeleteAfterDays: 36_501 } },
    inRule('Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days'),
  ],
  ['for ever is said by silence, not by -1', { Lifecycle: { DeleteAfterDays: -1 } }, anyInRule('DeleteAfterDays')],
  [
    'cold storage lasts at least 90 days',
    { Lifecycle: { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 119 } },
    inRule('Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays'),
  ],
  [
    'continuous backups are kept for at most 35 days',
    { EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 36 } },
    anyInRule('between 1 and 35 days'),
  ],
  ['continuous backups are not kept for ever', { EnableContinuousBackup: true }, anyInRule('between 1 and 35 days')],
  ['a start window has an hour at least', { StartWindowMinutes: 59 }, anyInRule('StartWindowMinutes')],
  ['a start window has a hundred years at most', { StartWindowMinutes: 52_560_001 }, anyInRule('StartWindowMinutes')],
  [
    'completion does not end before start',
    { StartWindowMinutes: 120, CompletionWindowMinutes: 60 },
    anyInRule('Completion'),
  ],
  ['runs are an hour apart', { ScheduleExpression: 'cron(0,59 7 ? * * *)' }, anyInRule('at least one hour apart')],
  ['a rate is no schedule', { ScheduleExpression: 'rate(1 day)' }, anyInRule('Invalid schedule')],
  [
    'both day fields at once are no schedule',
    { ScheduleExpression: 'cron(0 5 1 * 1 *)' },
    anyInRule('Invalid schedule'),
  ],
  ['a time zone must be known', { ScheduleExpressionTimezone: 'Mars/Base' }, anyInRule('time zone Mars/Base')],
  ['a vault name is one', { TargetBackupVaultName: 'a vault' }, anyInRule('TargetBackupVaultName')],
  [
    'a destination is a vault',
    { CopyActions: [{ DestinationBackupVaultArn: 'arn:aws:s3:::b' }] },
    anyInRule('copy action'),
  ],
  [
    'a copy has a lifecycle like any',
    { CopyActions: [{ DestinationBackupVaultArn: vaultIn('us-east-1'), Lifecycle: { DeleteAfterDays: 0 } }] },
    anyInRule('DeleteAfterDays'),
  ],
  ['indexes are of one type', { IndexActions: [{ ResourceTypes: ['S3', 'EBS'] }] }, anyInRule('IndexActions')],
  [
    'scans need settings',
    { ScanActions: [{ MalwareScanner: 'GUARDDUTY', ScanMode: 'FULL_SCAN' }] },
    anyInRule('ScanSettings'),
  ],
  ['aws: tags are reserved', { RecoveryPointTags: { 'aws:a': '1' } }, anyInRule('reserved')],
  [
    'air-gapped vaults are refused, not ignored',
    { TargetLogicallyAirGappedBackupVaultArn: vaultIn('us-east-1') },
    anyInRule('not supported'),
  ],
  [
    'a rule has at most five copies',
    { CopyActions: Array.from({ length: 6 }, () => ({ DestinationBackupVaultArn: vaultIn('us-east-1') })) },
    { name: 'LimitExceededException' },
  ],
  [
    'a rule adds at most ten tags',
    { RecoveryPointTags: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`k${at}`, ''])) },
    { name: 'LimitExceededException' },
  ],
])('rules: %s', async (_rule, of, failure) => {
  expect(await failureOf(create(planOf(of)))).toMatchObject(failure);
  const id = await createdId(planOf());
  const update = new UpdateBackupPlanCommand({ BackupPlanId: id, BackupPlan: planOf(of) });
  expect(await failureOf(world.backup.send(update))).toMatchObject(failure);
});

const ruleNamed = (RuleName: string) => ({ RuleName, TargetBackupVaultName: 'vault' });

test.each<[rule: string, of: Partial<BackupPlanInput>, failure: object]>([
  ['a name has letters, digits and - _ .', { BackupPlanName: 'a plan' }, { name: 'InvalidParameterValueException' }],
  ['a plan has a rule', { Rules: [] }, { name: 'InvalidParameterValueException' }],
  [
    'a plan has at most ten rules',
    { Rules: Array.from({ length: 11 }, (_, at) => ruleNamed(`rule-${at}`)) },
    { name: 'LimitExceededException' },
  ],
  [
    'names of rules are unique',
    { Rules: [ruleNamed('same'), ruleNamed('same')] },
    { name: 'InvalidParameterValueException', message: 'Error in rule same : RuleName must be unique in its plan' },
  ],
  [
    'names of rules have no spaces',
    { Rules: [ruleNamed('a rule')] },
    { name: 'InvalidParameterValueException', message: expect.stringContaining('Error in rule a rule : RuleName') },
  ],
  [
    'advanced settings are for EC2 and S3',
    { AdvancedBackupSettings: [{ ResourceType: 'EFS', BackupOptions: {} }] },
    { name: 'InvalidParameterValueException' },
  ],
  [
    'advanced settings are known ones',
    { AdvancedBackupSettings: [{ ResourceType: 'EC2', BackupOptions: { Other: 'enabled' } }] },
    { name: 'InvalidParameterValueException' },
  ],
])('plans: %s', async (_rule, of, failure) => {
  expect(await failureOf(create(planOf({}, of)))).toMatchObject(failure);
});

test('a member that the model requires is a MissingParameterValueException', async () => {
  expect(await failureOf(create({ BackupPlanName: 'x', Rules: undefined }))).toMatchObject({
    name: 'MissingParameterValueException',
  });
});

test('an account may have as many plans in a Region as its quota says', async () => {
  const quotas = { ...world.server.installation.settings.quotas, plansPerRegion: 1 };
  await using small = await backupWorld({ settings: { quotas } });
  const send = () => small.backup.send(new CreateBackupPlanCommand({ BackupPlan: planOf() }));
  await send();
  expect(await failureOf(send())).toMatchObject({ name: 'LimitExceededException' });
});

test('a plan or version that is not there is ResourceNotFoundException', async () => {
  const missing = { name: 'ResourceNotFoundException', message: 'Failed reading Backup plan with provided version' };
  expect(await failureOf(get('11111111-1111-4111-8111-111111111111'))).toEqual(missing);
  expect(await failureOf(get('orgs/11111111-1111-3111-8111-111111111111'))).toEqual(missing);
  expect(await failureOf(get(await createdId(planOf()), { VersionId: 'bm9uZQ==' }))).toEqual(missing);
  const other = await world.server.createAccount();
  const theirs = world.client({ credentials: other.credentials });
  const id = await createdId(planOf());
  expect(await failureOf(theirs.send(new GetBackupPlanCommand({ BackupPlanId: id })))).toEqual(missing);
  expect((await theirs.send(new ListBackupPlansCommand({}))).BackupPlansList).toEqual([]);
});

test('the coming runs of all rules are shown together, soonest first', async () => {
  const rules = [
    { ...ruleNamed('noon'), ScheduleExpression: 'cron(30 12 ? * * *)' },
    { ...ruleNamed('six'), ScheduleExpression: 'cron(0 18 ? * * *)' },
  ];
  const id = await createdId(planOf({}, { Rules: rules }));
  const { ScheduledRunsPreview: runs } = await get(id, { MaxScheduledRunsPreview: 3 });
  expect(runs?.map((run) => run.ExecutionTime?.toISOString())).toEqual([
    '2030-03-01T12:30:00.000Z',
    '2030-03-01T18:00:00.000Z',
    '2030-03-02T12:30:00.000Z',
  ]);
  expect(runs?.[0]).toMatchObject({ RuleExecutionType: 'SNAPSHOTS', RuleId: expect.any(String) });
  expect((await get(id)).ScheduledRunsPreview).toBeUndefined();
  expect(await failureOf(get(id, { MaxScheduledRunsPreview: 11 }))).toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('an update makes a new version, keeps the ids of rules by name, and leaves the old version readable', async () => {
  const first = await create(planOf({ ScheduleExpression: 'cron(0 5 ? * * *)' }));
  const before = await get(first.BackupPlanId);
  clock.advance(60_000);
  const updated = await world.backup.send(
    new UpdateBackupPlanCommand({
      BackupPlanId: first.BackupPlanId,
      BackupPlan: {
        BackupPlanName: 'renamed',
        Rules: [
          { ...ruleNamed('daily'), Lifecycle: { DeleteAfterDays: 7 } },
          { ...ruleNamed('weekly'), ScheduleExpression: 'cron(0 5 ? * SUN *)' },
        ],
      },
    }),
  );
  expect(updated.BackupPlanId).toBe(first.BackupPlanId);
  expect(updated.VersionId).not.toBe(first.VersionId);
  const after = await get(first.BackupPlanId);
  expect(after.BackupPlan?.BackupPlanName).toBe('renamed');
  expect(after.BackupPlan?.Rules?.[0]?.RuleId).toBe(before.BackupPlan?.Rules?.[0]?.RuleId);
  expect(after.CreationDate).toEqual(before.CreationDate);
  const old = await get(first.BackupPlanId, { VersionId: first.VersionId });
  expect(old.BackupPlan).toEqual(before.BackupPlan);
  const versions = await world.backup.send(new ListBackupPlanVersionsCommand({ BackupPlanId: first.BackupPlanId }));
  expect(versions.BackupPlanVersionsList?.map((version) => version.VersionId)).toEqual([
    updated.VersionId,
    first.VersionId,
  ]);
});

test('a rule keeps its place in the schedule while its schedule stays, and begins anew when it changes', async () => {
  const id = await createdId(planOf({}, { Rules: [ruleNamed('kept'), ruleNamed('moved'), ruleNamed('dropped')] }));
  const key = { accountId: world.accountId, region: REGION, planId: id };
  const { db } = world.server.installation;
  const since = clock.now();
  clock.advance(3_600_000);
  const Rules = [
    { ...ruleNamed('kept'), StartWindowMinutes: 60 },
    { ...ruleNamed('moved'), ScheduleExpression: 'cron(0 6 ? * * *)' },
  ];
  await world.backup.send(
    new UpdateBackupPlanCommand({ BackupPlanId: id, BackupPlan: { BackupPlanName: 'cursors', Rules } }),
  );
  const { BackupPlan: plan } = await get(id);
  const [kept, moved] = plan?.Rules?.map((rule) => rule.RuleId) ?? [];
  const cursors = new Map((await cursorsOf(db, key)).map((cursor) => [cursor.rule_id, cursor]));
  expect(new Set(cursors.keys())).toEqual(new Set([kept, moved]));
  expect(cursors.get(kept ?? '')).toMatchObject({ since, done_until: since });
  expect(cursors.get(moved ?? '')).toMatchObject({
    since: clock.now(),
    next_at: Date.parse('2030-03-02T06:00:00Z'),
  });
});

test('a plan with selections cannot be deleted; a deleted one stays readable and no longer runs', async () => {
  const created = await create(planOf());
  const id = present(created.BackupPlanId, 'id');
  const BackupSelection = { SelectionName: 's', IamRoleArn: world.roleArn, Resources: ['*'] };
  const { SelectionId } = await world.backup.send(
    new CreateBackupSelectionCommand({ BackupPlanId: id, BackupSelection }),
  );
  const remove = () => world.backup.send(new DeleteBackupPlanCommand({ BackupPlanId: id }));
  expect(await failureOf(remove())).toEqual({
    name: 'InvalidRequestException',
    message: 'Related backup plan selections must be deleted prior to backup plan deletion',
  });
  await world.backup.send(new DeleteBackupSelectionCommand({ BackupPlanId: id, SelectionId }));
  expect(await remove()).toMatchObject({
    BackupPlanId: id,
    VersionId: created.VersionId,
    DeletionDate: new Date(clock.now()),
  });
  expect(await get(id)).toMatchObject({ DeletionDate: new Date(clock.now()), VersionId: created.VersionId });
  const key = { accountId: world.accountId, region: REGION, planId: id };
  expect(await cursorsOf(world.server.installation.db, key)).toEqual([]);
  const missing = { name: 'ResourceNotFoundException' };
  expect(await failureOf(remove())).toMatchObject(missing);
  const update = new UpdateBackupPlanCommand({ BackupPlanId: id, BackupPlan: planOf() });
  expect(await failureOf(world.backup.send(update))).toMatchObject(missing);
});

test('ListBackupPlans is newest first, in pages, with deleted plans only when asked for', async () => {
  await using fresh = await backupWorld({ clock });
  const ids: string[] = [];
  for (let at = 0; at < 3; at++) {
    clock.advance(1_000);
    const { BackupPlanId } = await fresh.backup.send(new CreateBackupPlanCommand({ BackupPlan: planOf() }));
    ids.unshift(present(BackupPlanId, 'id'));
  }
  await fresh.backup.send(new DeleteBackupPlanCommand({ BackupPlanId: ids[1] }));
  const listed = async (more: object) => {
    const answer = await fresh.backup.send(new ListBackupPlansCommand(more));
    return { ids: answer.BackupPlansList?.map((plan) => plan.BackupPlanId), token: answer.NextToken };
  };
  expect((await listed({})).ids).toEqual([ids[0], ids[2]]);
  const first = await listed({ IncludeDeleted: true, MaxResults: 2 });
  expect(first.ids).toEqual([ids[0], ids[1]]);
  const second = await listed({ IncludeDeleted: true, MaxResults: 2, NextToken: first.token });
  expect(second).toEqual({ ids: [ids[2]], token: undefined });
  const otherQuestion = new ListBackupPlansCommand({ NextToken: first.token });
  expect(await failureOf(fresh.backup.send(otherQuestion))).toMatchObject({ name: 'InvalidParameterValueException' });
});
