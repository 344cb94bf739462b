/**
 * One tick of the scheduler over many selected resources: all jobs durable, memory bounded (design 10).
 *
 * `npm run bench -- schedule-tick [accounts] [resources per account]`; default 1,000 x 1,000. The database syncs to
 * disk as in use. Every account has one plan of its own with a rule that is due and a selection by tag.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock, seededRandom, silentLogger, systemClock } from '@holdfast/kernel';
import { authorizerOf } from '../packages/server/src/authorization/authorize.ts';
import { completePlan, planVersionId } from '../packages/server/src/plans/plan-document.ts';
import { savePlanVersion } from '../packages/server/src/plans/save-plan.ts';
import { tickScheduler } from '../packages/server/src/scheduler/scheduler.ts';
import { type OpenDatabase, openDatabase } from '../packages/server/src/store/database.ts';
import { migrate } from '../packages/server/src/store/migrate.ts';
import { insertPlan } from '../packages/server/src/store/plans.ts';
import { embeddedBinaries } from '../packages/server/src/store/postgres/binaries.ts';
import { startCluster } from '../packages/server/src/store/postgres/cluster.ts';
import { createAccountRoles } from '../packages/server/src/store/roles.ts';
import { insertSelections } from '../packages/server/src/store/selections.ts';

const REGION = 'us-east-1';
/** Jobs in one tick, all durable, in this many seconds. */
const GOAL = { jobs: 1_000_000, seconds: 60 };
const accounts = Number(process.argv[2] ?? 1_000);
const perAccount = Number(process.argv[3] ?? 1_000);

const RESOURCES = `
  insert into resource (arn, account_id, region, type_name, resource_type, identifier, properties, tags, created_at,
    updated_at)
  select format('arn:aws:rds:%s:%s:db:d%s', $1::text, $2::text, n), $2, $1, 'Holdfast::Database::PostgreSQL', 'RDS',
    'd' || n, '{}', '{"backup": "daily"}', $3, $3
  from generate_series(1, $4::int) n`;

const random = seededRandom(1);
const clock = new ManualClock(Date.parse('2030-01-01T04:00:00Z'));
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
chmodSync(folder, 0o711);
const cluster = await startCluster({
  binaries: embeddedBinaries(),
  dataFolder: path.join(folder, 'pg'),
  log: silentLogger,
  durable: true,
});
const database = openDatabase({
  url: cluster.url('postgres'),
  onIdleError: (error) => {
    throw error;
  },
});
try {
  await migrate(database.pool, systemClock);
  for (let at = 0; at < accounts; at++) await furnish(database, String(100_000_000_000 + at));
  await database.pool.query('analyze');
  clock.set(Date.parse('2030-01-01T05:00:00Z'));
  const parts = {
    authorizer: authorizerOf({ clock }),
    clock,
    db: database.db,
    log: silentLogger,
    random,
    wake: () => undefined,
  };
  const begun = systemClock.now();
  await tickScheduler(parts, new AbortController().signal);
  const seconds = (systemClock.now() - begun) / 1_000;
  const { jobs } = await database.db
    .selectFrom('backup_job')
    .select((job) => job.fn.countAll<number>().as('jobs'))
    .executeTakeFirstOrThrow();
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1_024);
  const jobsPerSecond = Math.round(jobs / seconds);
  console.log(
    JSON.stringify({ bench: 'schedule-tick', plans: accounts, jobs, seconds, jobsPerSecond, megabytes, goal: GOAL }),
  );
} finally {
  await database.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function furnish({ db, pool }: OpenDatabase, accountId: string): Promise<void> {
  const now = clock.now();
  const rule = { RuleName: 'rule', TargetBackupVaultName: 'vault' };
  const document = completePlan({ BackupPlanName: 'plan', Rules: [rule] }, (name) => name);
  const roleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const plan = { accountId, region: REGION, planId: 'plan' };
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('account')
      .values({ id: accountId, name: 'a', email: `${accountId}@example.test`, state: 'ACTIVE', created_at: now })
      .execute();
    await createAccountRoles(tx, { accountId, random, now });
    await insertPlan(tx, {
      account_id: accountId,
      region: REGION,
      id: plan.planId,
      name: 'plan',
      managed_by: 'ACCOUNT',
      created_at: now,
    });
    await savePlanVersion(tx, plan, { versionId: planVersionId(random), document, now });
    const ListOfTags = [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }];
    await insertSelections(tx, [
      {
        account_id: accountId,
        region: REGION,
        plan_id: plan.planId,
        id: 'selection',
        name: 'selection',
        iam_role_arn: roleArn,
        document: { SelectionName: 'selection', IamRoleArn: roleArn, ListOfTags },
        created_at: now,
      },
    ]);
  });
  await pool.query(RESOURCES, [REGION, accountId, now, perAccount]);
}
