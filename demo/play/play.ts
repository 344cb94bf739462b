/** The demo from beginning to end: Holdfast's main job on real input, done by an ordinary API client. */
import {
  colourOfState,
  formatBytes,
  formatDuration,
  formatMoment,
  type JobRow,
  plural,
  tableLines,
} from '@holdfast/cli';
import type { Instant } from '@holdfast/kernel';
import { expectedJobs, followRun } from './backups.ts';
import { databaseOf, filesOf, type Organization, regionsOf, type Stage } from './cast.ts';
import {
  type AccountPolicy,
  effectivePolicies,
  organizationPlans,
  type PlanRow,
  planTable,
  policyTable,
  refusalLines,
} from './effects.ts';
import { makeOrganization } from './organization.ts';
import { attachPolicies, moveSchedules, nearMinute } from './policies.ts';
import { type Material, makeMaterial, type Registered, register } from './resources.ts';
import { plannedRestores, type RestoreResult, runRestores } from './restores.ts';
import { makeVaultsAndRoles } from './vaults.ts';

/** How often the schedules may be moved when plans come later than their first run. */
const SCHEDULE_ATTEMPTS = 3;

export interface Outcome {
  readonly failed: number;
  /** The last line. */
  readonly summary: string;
  /** An account to try commands with. */
  readonly exampleAccountId: string;
}

export async function play(stage: Stage): Promise<Outcome> {
  const { story } = stage;
  story.step('An organization with two units and three accounts; meanwhile, real data');
  // Both at once: the data needs no server.
  const [organization, material] = await Promise.all([organizationWithVaults(stage), makeMaterial(stage)]);
  tellOrganization(stage, organization);

  story.step('Real resources, registered with tags');
  const registered = await registerAll(stage, organization, material);

  story.step('Three backup policies');
  const { due, policies, plans } = await policiesInForce(stage, organization);

  story.step('What they have become');
  story.tell(...policyTable(stage, policies), '', ...refusalLines(stage, policies), '', ...planTable(stage, plans));
  stage.signal.throwIfAborted();

  story.step(
    `The scheduler runs what is due at ${formatMoment(due)}, in ${formatDuration(Math.max(0, due - stage.clock.now()))}`,
  );
  const jobs = await followRun(stage, organization, registered, due);
  stage.signal.throwIfAborted();

  story.step('Restores to new places, compared with the originals');
  const restores = await runRestores(stage, plannedRestores(stage, registered, jobs));
  stage.signal.throwIfAborted();
  for (const { resource, region, isEqual, found, differences } of restores) {
    const verdict = isEqual ? story.colours.good('equal') : story.colours.bad('different');
    story.tell(
      `${verdict} ${resource} from ${region}: ${found}`,
      ...differences.map((difference) => `      ${difference}`),
    );
  }

  story.step('Summary');
  story.tell(...summaryTable(stage, registered, jobs, restores));
  return outcome(organization, plans, jobs, restores);
}

async function organizationWithVaults(stage: Stage): Promise<Organization> {
  const organization = await makeOrganization(stage);
  await makeVaultsAndRoles(stage, organization.accounts);
  return organization;
}

function tellOrganization({ story }: Stage, organization: Organization): void {
  story.tell(
    `organization ${organization.id}, management account ${organization.managementAccountId}`,
    ...organization.accounts.map(
      ({ unit, name, id, vaults }) =>
        `${unit} / ${name} ${id}: a role for backups, encrypted vaults in ${regionsOf({ vaults }).join(' and ')}`,
    ),
  );
}

async function registerAll(
  stage: Stage,
  { accounts }: Organization,
  material: ReadonlyMap<string, Material>,
): Promise<Registered[]> {
  return Promise.all(
    accounts.map(async (account) => {
      const made = material.get(account.name);
      if (!made) throw new Error(`Nothing was made for ${account.name}.`);
      const registered = await register(account, made);
      const { directory, database } = made;
      stage.story.tell(
        `${account.name}: directory of ${plural(directory.files, 'file')}, ${formatBytes(directory.bytes)}; PostgreSQL database ${database.database}, ${plural(await countRows(stage, database.database), 'row')}`,
      );
      return registered;
    }),
  );
}

/** As the planner knows it after ANALYZE would be an estimate: this counts. */
async function countRows({ postgres }: Stage, database: string): Promise<number> {
  const client = await postgres.connect(database);
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    let total = 0;
    for (const { name } of tables) {
      const { rows } = await client.query<{ count: string }>(`select count(*) from only ${name}`);
      total += Number(rows[0]?.count ?? 0);
    }
    return total;
  } finally {
    await client.end();
  }
}

interface InForce {
  readonly due: Instant;
  readonly policies: readonly AccountPolicy[];
  readonly plans: readonly PlanRow[];
}

async function policiesInForce(stage: Stage, organization: Organization): Promise<InForce> {
  let due = nearMinute(stage.clock.now());
  const attached = await attachPolicies(stage, organization, due);
  stage.story.tell(
    'base at the root: complete; daily, kept 35 days; child policies may not change the vault',
    'production at Production: one region more, every six hours, kept 90 days, copied to the second region',
    'sandbox-wishes at sandbox: a vault of its own, and to keep for 7 days only',
  );
  for (let attempt = 1; ; attempt++) {
    const policies = await effectivePolicies(stage, organization);
    const plans = await organizationPlans(stage, organization, due);
    if (stage.clock.now() < due) return { due, policies, plans };
    if (attempt === SCHEDULE_ATTEMPTS) throw new Error('The plans came later than their first run, again and again.');
    due = nearMinute(stage.clock.now());
    stage.story.tell(`the plans came too late for their first run; it is moved to ${formatMoment(due)}`);
    await moveSchedules(stage, attached, due);
  }
}

interface SummaryRow {
  readonly account: string;
  readonly resource: string;
  readonly backup: string;
  readonly size: string;
  readonly copy: string;
  readonly restore: string;
}

function summaryTable(
  { terminal }: Stage,
  registered: readonly Registered[],
  jobs: readonly JobRow[],
  restores: readonly RestoreResult[],
): string[] {
  const rows = registered.flatMap(({ account, directory, database }) =>
    [
      { resource: filesOf(account), arn: directory.properties['Arn'] },
      { resource: databaseOf(account), arn: database.properties['Arn'] },
    ].map(({ resource, arn }): SummaryRow => {
      const of = (kind: JobRow['kind']): JobRow | undefined =>
        jobs.find((job) => job.kind === kind && job.resourceArn === arn);
      const restored = restores.find((restore) => restore.resource === resource);
      return {
        account: account.name,
        resource,
        backup: of('backup')?.state ?? 'missing',
        size: formatBytes(of('backup')?.sizeBytes),
        copy: of('copy')?.state ?? '-',
        restore: restored === undefined ? '-' : restored.isEqual ? 'equal' : 'different',
      };
    }),
  );
  const { colours } = terminal;
  return tableLines<SummaryRow>(
    [
      { title: 'ACCOUNT', value: (row) => row.account },
      { title: 'RESOURCE', value: (row) => row.resource },
      { title: 'BACKUP', value: (row) => row.backup, colour: (row) => colourOfState(row.backup, colours) },
      { title: 'SIZE', value: (row) => row.size, align: 'right' },
      { title: 'COPY', value: (row) => row.copy, colour: (row) => colourOfState(row.copy, colours) },
      { title: 'RESTORE', value: (row) => row.restore, colour: (row) => colourOfState(row.restore, colours) },
    ],
    rows,
    { titleColour: colours.faint },
  );
}

/** What was expected and did not come counts as failed, as much as what failed. */
function outcome(
  organization: Organization,
  plans: readonly PlanRow[],
  jobs: readonly JobRow[],
  restores: readonly RestoreResult[],
): Outcome {
  const expected = expectedJobs(organization);
  const completed = (kind: JobRow['kind']): number =>
    jobs.filter((job) => job.kind === kind && job.state === 'COMPLETED').length;
  const [backedUp, copied] = [completed('backup'), completed('copy')];
  const equal = restores.filter(({ isEqual }) => isEqual).length;
  const failed =
    Math.max(0, expected.backups - backedUp) +
    Math.max(0, expected.copies - copied) +
    Math.max(0, expected.restores - equal);
  const accounts = organization.accounts.length + 1;
  return {
    failed,
    exampleAccountId: organization.accounts[0]?.id ?? organization.managementAccountId,
    summary: `demo: ${accounts} accounts, ${plans.length} plans, ${backedUp} backed up, ${copied} copied, ${equal} restored and equal, ${failed} failed`,
  };
}
