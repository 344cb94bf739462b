/**
 * Step 3: the three policies. A complete one at the root that locks the vault, one for production that adds and
 * overrides, one
 * at an account that tries what is locked.
 */
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  type OrganizationsClient,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { type Instant, MINUTE_MS, present, SECOND_MS } from '@holdfast/kernel';
import {
  COPY_VAULT,
  HOME_REGION,
  type Organization,
  PLAN,
  ROLE,
  RULE,
  SECOND_REGION,
  type Stage,
  TAG,
  VAULT,
} from './cast.ts';
import { withClients } from './clients.ts';

/** Publication, plans and the scheduler get at least this long before the first run is due. */
const NOTICE_MS = 10 * SECOND_MS;

/** An operator of the policy language. */
type Node = Readonly<Record<string, unknown>>;
const assign = (value: unknown): Node => ({ '@@assign': value });
const append = (values: readonly string[]): Node => ({ '@@append': values });
const children = (...operators: readonly string[]): Node => ({ '@@operators_allowed_for_child_policies': operators });

/** The next full minute that leaves enough notice: ordinary schedules, whose first run is near. */
export function nearMinute(now: Instant): Instant {
  return Math.ceil((now + NOTICE_MS) / MINUTE_MS) * MINUTE_MS;
}

export function basePolicy(due: Instant): Node {
  const at = new Date(due);
  return onePlan({
    regions: { ...assign([HOME_REGION]), ...children('@@append') },
    rules: {
      [RULE]: {
        schedule_expression: assign(`cron(${at.getUTCMinutes()} ${at.getUTCHours()} ? * * *)`),
        start_backup_window_minutes: assign('60'),
        complete_backup_window_minutes: assign('240'),
        target_backup_vault_name: { ...assign(VAULT), ...children('@@none') },
        lifecycle: { delete_after_days: assign('35') },
        recovery_point_tags: { 'made-by': { tag_key: assign('made-by'), tag_value: assign('base policy') } },
      },
    },
    selections: {
      tags: {
        tagged: {
          iam_role_arn: assign(`arn:aws:iam::$account:role/${ROLE}`),
          tag_key: assign(TAG.key),
          tag_value: assign([TAG.value]),
        },
      },
    },
  });
}

/** Every six hours instead of every day, kept longer, in one region more, and copied there. */
export function productionPolicy(due: Instant): Node {
  const at = new Date(due);
  const hours = [0, 6, 12, 18].map((later) => (at.getUTCHours() + later) % 24).sort((one, other) => one - other);
  const copy = `arn:aws:backup:${SECOND_REGION}:$account:backup-vault:${COPY_VAULT}`;
  return onePlan({
    regions: append([SECOND_REGION]),
    rules: {
      [RULE]: {
        schedule_expression: assign(`cron(${at.getUTCMinutes()} ${hours.join(',')} ? * * *)`),
        lifecycle: { delete_after_days: assign('90') },
        copy_actions: {
          [copy]: { target_backup_vault_arn: assign(copy), lifecycle: { delete_after_days: assign('365') } },
        },
      },
    },
  });
}

/** The vault is locked above; how long things are kept is not. */
export function sandboxPolicy(): Node {
  return onePlan({
    rules: {
      [RULE]: { target_backup_vault_name: assign('my-own-vault'), lifecycle: { delete_after_days: assign('7') } },
    },
  });
}

function onePlan(plan: Node): Node {
  return { plans: { [PLAN]: plan } };
}

export interface Policies {
  readonly baseId: string;
  readonly productionId: string;
}

export function attachPolicies(stage: Stage, organization: Organization, due: Instant): Promise<Policies> {
  return withClients(stage.session, async ({ organizations: client }) => {
    const sandbox = organization.accounts.find(({ name }) => name === 'sandbox');
    const baseId = await attached(client, 'base', basePolicy(due), organization.rootId);
    const productionId = await attached(client, 'production', productionPolicy(due), organization.unitIds.Production);
    await attached(client, 'sandbox-wishes', sandboxPolicy(), present(sandbox?.id, 'the sandbox account'));
    return { baseId, productionId };
  });
}

/** On a slow machine the minute may have passed before the plans were there: the schedules are moved to another. */
export function moveSchedules(stage: Stage, { baseId, productionId }: Policies, due: Instant): Promise<void> {
  return withClients(stage.session, async ({ organizations: client }) => {
    await client.send(new UpdatePolicyCommand({ PolicyId: baseId, Content: JSON.stringify(basePolicy(due)) }));
    await client.send(
      new UpdatePolicyCommand({ PolicyId: productionId, Content: JSON.stringify(productionPolicy(due)) }),
    );
  });
}

async function attached(client: OrganizationsClient, name: string, document: Node, targetId: string): Promise<string> {
  const { Policy: policy } = await client.send(
    new CreatePolicyCommand({
      Name: name,
      Description: 'Made by the demo',
      Type: 'BACKUP_POLICY',
      Content: JSON.stringify(document),
    }),
  );
  const id = present(policy?.PolicySummary?.Id, "the policy's id");
  await client.send(new AttachPolicyCommand({ PolicyId: id, TargetId: targetId }));
  return id;
}
