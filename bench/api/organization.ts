/**
 * The organization that the API is measured on: 1,000 accounts, a policy in force on all of them, twenty plans.
 * Made through the API, but for the accounts, which statements put there.
 */
import { BackupClient, CreateBackupPlanCommand, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import {
  AttachPolicyCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { pause, type Session } from '@holdfast/cli';
import { present } from '@holdfast/kernel';
import type { Pool } from 'pg';

const ACCOUNTS = 1_000;
const PLANS = 20;
const POLL_MS = 100;
export const POLICY = JSON.stringify({
  plans: {
    nightly: {
      regions: { '@@assign': ['us-east-1'] },
      rules: { daily: { target_backup_vault_name: { '@@assign': 'bench' } } },
      selections: {
        tags: {
          marked: {
            iam_role_arn: { '@@assign': 'arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole' },
            tag_key: { '@@assign': 'backup' },
            tag_value: { '@@assign': ['daily'] },
          },
        },
      },
    },
  },
});

/** Published to all accounts, and reconciled: nothing of this is left to be done beside the measurement. */
const WORK_LEFT = `
  select (select count(*) from effective_policy_change) + (select count(*) from effective_policy_work)
    + (select count(*) from plan_reconcile_work) + (select count(*) from organization_member)
    - (select count(*) from effective_policy where type = 'BACKUP_POLICY') as left`;

/** Account ids and addresses are drawn from numbers that the server does not give. */
export const ADD_ACCOUNTS = `
  with added as (
    insert into account (id, name, email, state, created_at)
    select (200000000000 + n)::text, 'account-' || n, n || '@bench.test', 'ACTIVE', 0 from generate_series(2, $1::int) n
    returning id)
  insert into organization_member (account_id, organization_id, parent_id, path, joined_method, joined_at)
  select added.id, o.id, o.root_id, format('%s/%s/%s/', o.id, o.root_id, added.id), 'CREATED', 0
    from added, organization o`;

/** Returns the id of the policy. */
export async function makeOrganization(session: Session, pool: Pool): Promise<string> {
  const client = new OrganizationsClient(session);
  const backup = new BackupClient(session);
  try {
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    await pool.query(ADD_ACCOUNTS, [ACCOUNTS]);
    const { Roots: roots } = await client.send(new ListRootsCommand({}));
    const RootId = present(roots?.[0]?.Id, 'the root');
    const PolicyType = 'BACKUP_POLICY';
    await client.send(new EnablePolicyTypeCommand({ RootId, PolicyType }));
    const created = await client.send(
      new CreatePolicyCommand({ Name: 'nightly', Description: '', Type: PolicyType, Content: POLICY }),
    );
    const PolicyId = present(created.Policy?.PolicySummary?.Id, 'the policy');
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId: RootId }));
    await makePlans(backup);
    while (!(await isQuiet(pool))) await pause(POLL_MS);
    await pool.query('analyze');
    return PolicyId;
  } finally {
    client.destroy();
    backup.destroy();
  }
}

export async function isQuiet(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ left: string }>(WORK_LEFT);
  return Number(rows[0]?.left) === 0;
}

async function makePlans(client: BackupClient): Promise<void> {
  await client.send(new CreateBackupVaultCommand({ BackupVaultName: 'bench' }));
  for (let n = 1; n <= PLANS; n++) {
    const Rules = [{ RuleName: 'daily', TargetBackupVaultName: 'bench' }];
    await client.send(new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName: `plan-${n}`, Rules } }));
  }
}
