/**
 * Step 4: what the policies have become. Each account's effective policy as published, checked against a merge of the
 * attached
 * documents by the library itself; the plans that came from it; what was refused.
 */
import { GetBackupPlanCommand, ListBackupPlansCommand } from '@aws-sdk/client-backup';
import { DescribeEffectivePolicyCommand } from '@aws-sdk/client-organizations';
import { type ExplainedPolicy, explainPolicy, formatMoment, policyLevels, tableLines } from '@holdfast/cli';
import type { Instant } from '@holdfast/kernel';
import { effectivePolicy, mergeLevels, readEffective, writeEffective } from '@holdfast/policy';
import { type Account, HOME_REGION, type Organization, PLAN, regionsOf, SECOND_REGION, type Stage } from './cast.ts';
import { withClients } from './clients.ts';
import { until } from './waiting.ts';

const TYPE = 'BACKUP_POLICY';
const PLAN_PREFIX = `plans/${PLAN}/`;
const BASE = 'base';
/** Of tables where there is no terminal. */
const PLAIN_WIDTH = 140;
const INDENT = 3;

export interface AccountPolicy {
  readonly account: Account;
  readonly explained: ExplainedPolicy;
}

/** Waits until what the server has published is what the attached documents merge to. */
export function effectivePolicies(stage: Stage, organization: Organization): Promise<AccountPolicy[]> {
  return withClients(stage.session, ({ organizations: client }) =>
    Promise.all(
      organization.accounts.map(async (account): Promise<AccountPolicy> => {
        const levels = await policyLevels(client, account.id, TYPE);
        const wanted = effectivePolicy(TYPE, mergeLevels(levels.levels), stage.clock.now());
        await until(stage, `The effective policy of ${account.name}`, async () => {
          const { EffectivePolicy: published } = await client.send(
            new DescribeEffectivePolicyCommand({ PolicyType: TYPE, TargetId: account.id }),
          );
          const document = readEffective(published?.PolicyContent ?? '');
          return document && sorted(writeEffective(document)) === sorted(writeEffective(wanted.document))
            ? true
            : undefined;
        });
        return { account, explained: explainPolicy(levels) };
      }),
    ),
  );
}

/** The order of keys means nothing. */
function sorted(json: string): string {
  const order = (value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    return Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, child]) => [key, order(child)]);
  };
  return JSON.stringify(order(JSON.parse(json)));
}

/** One row a setting, one column for all accounts that have the same; who set what the base policy did not. */
export function policyTable({ terminal }: Stage, policies: readonly AccountPolicy[]): string[] {
  const paths = [...new Set(policies.flatMap(({ explained }) => explained.settings.map(({ path }) => path)))];
  const columns = Map.groupBy(policies, (policy) => JSON.stringify(paths.map((path) => settingText(policy, path))));
  return tableLines(
    [
      { title: `SETTING OF ${PLAN}`, value: shortPath, shrinkTo: 30, cutAt: 'middle' },
      ...[...columns.values()].map((same) => ({
        title: same.map(({ account }) => account.name.toUpperCase()).join(', '),
        value: (path: string) =>
          same
            .slice(0, 1)
            .map((policy) => settingText(policy, path))
            .join(''),
        shrinkTo: 16,
      })),
    ],
    paths,
    { width: tableWidth(terminal), titleColour: terminal.colours.faint },
  );
}

function settingText({ explained }: AccountPolicy, path: string): string {
  const setting = explained.settings.find((each) => each.path === path);
  if (!setting) return '-';
  const value = shortVault(setting.value);
  // `policy at node`: where each is attached was told before.
  const policies = setting.setBy.replaceAll(/ at [^,]*/g, '');
  return policies === BASE ? value : `${value}  ← ${policies}`;
}

function shortPath(path: string): string {
  return shortVault(path.replace(PLAN_PREFIX, ''));
}

/** A vault's ARN as its region and name, which say enough here. */
function shortVault(text: string): string {
  return text.replace(/arn:aws:backup:([^:]*):[^:]*:backup-vault:/, '$1:');
}

function tableWidth({ width = PLAIN_WIDTH }: Stage['terminal']): number {
  return width - INDENT;
}

export function refusalLines({ terminal: { colours } }: Stage, policies: readonly AccountPolicy[]): string[] {
  return policies.flatMap(({ account, explained }) =>
    explained.refusals.flatMap((refused) => [
      `${colours.warn('refused')} in ${account.name}: ${refused.path.replace(PLAN_PREFIX, '')} ${refused.value}`,
      `        asked by policy ${refused.asked}, forbidden by policy ${refused.forbiddenBy}`,
    ]),
  );
}

export interface PlanRow {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly nextRun: Date | undefined;
}

/**
 * All organization plans, the management account's too: a policy at the root reaches it as well.
 * Waits until the plans of the accounts say that they run at `due`, or until that has passed.
 */
export async function organizationPlans(stage: Stage, { accounts }: Organization, due: Instant): Promise<PlanRow[]> {
  const places = accounts.flatMap((account) => regionsOf(account).map((region) => ({ ...account, region })));
  const expected = await Promise.all(
    places.map(({ name, region, session }) =>
      until(stage, `The plan of ${name} in ${region}`, async () => {
        const rows = await plansIn(name, session, region);
        const isSet = rows.some(({ nextRun }) => nextRun?.getTime() === due);
        return isSet || stage.clock.now() >= due ? rows : undefined;
      }),
    ),
  );
  const own = await Promise.all(
    [HOME_REGION, SECOND_REGION].map((region) => plansIn('management', stage.session, region)),
  );
  return [...own, ...expected].flat();
}

function plansIn(account: string, session: Account['session'], region: string): Promise<PlanRow[]> {
  return withClients(
    session,
    async ({ backup }) => {
      const { BackupPlansList: plans = [] } = await backup.send(new ListBackupPlansCommand({}));
      return Promise.all(
        plans.map(async ({ BackupPlanId: id = '', BackupPlanName: name = '' }) => {
          const plan = await backup.send(new GetBackupPlanCommand({ BackupPlanId: id, MaxScheduledRunsPreview: 1 }));
          return { account, region, name, id, nextRun: plan.ScheduledRunsPreview?.[0]?.ExecutionTime };
        }),
      );
    },
    region,
  );
}

export function planTable({ terminal }: Stage, plans: readonly PlanRow[]): string[] {
  return tableLines(
    [
      { title: 'ACCOUNT', value: (plan: PlanRow) => plan.account },
      { title: 'REGION', value: (plan) => plan.region },
      { title: 'PLAN', value: (plan) => plan.name },
      { title: 'PLAN ID', value: (plan) => plan.id, shrinkTo: 12 },
      { title: 'NEXT RUN', value: (plan) => formatMoment(plan.nextRun) },
    ],
    plans,
    { width: tableWidth(terminal), titleColour: terminal.colours.faint },
  );
}
