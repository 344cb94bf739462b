/**
 * Vaults and roles that policies name and accounts do not have. Silent as far as the organization data does not list
 * them.
 */
import type { EffectivePolicy } from '../effective/effective-policy.ts';
import type { OrganizationSnapshot } from '../organization/snapshot.ts';
import type { EffectivePlan } from '../plans/effective-plan.ts';
import { plansOf } from '../plans/plans-of.ts';
import { resolvePlan } from '../plans/resolve-plan.ts';
import type { PlanFinding } from './plan-lints.ts';

export interface AccountFinding {
  readonly accountId: string;
  readonly found: PlanFinding;
}

export function* presenceFindings(
  policy: EffectivePolicy,
  accountIds: readonly string[],
  snapshot: OrganizationSnapshot,
): Generator<AccountFinding> {
  if (policy.type !== 'BACKUP_POLICY' || (!snapshot.vaults && !snapshot.roles)) return;
  const known = knownIn(snapshot);
  const plans = plansOf(policy.document);
  for (const accountId of accountIds) {
    for (const plan of plans) {
      for (const region of plan.regions) {
        const resolved = resolvePlan(plan, { accountId, region });
        if (known.vaults)
          for (const found of vaultFindings(resolved, accountId, region, known)) yield { accountId, found };
      }
      const [region = ''] = plan.regions;
      if (known.roles) {
        for (const found of roleFindings(resolvePlan(plan, { accountId, region }), known.roles))
          yield { accountId, found };
      }
    }
  }
}

interface Known {
  /** `account/region/name` */
  readonly vaults: ReadonlySet<string> | undefined;
  readonly roles: ReadonlySet<string> | undefined;
  readonly accounts: ReadonlySet<string>;
}

const KNOWN = new WeakMap<OrganizationSnapshot, Known>();

function knownIn(snapshot: OrganizationSnapshot): Known {
  let known = KNOWN.get(snapshot);
  if (!known) {
    known = {
      vaults:
        snapshot.vaults && new Set(snapshot.vaults.map((vault) => key(vault.accountId, vault.region, vault.name))),
      roles: snapshot.roles && new Set(snapshot.roles),
      accounts: new Set(snapshot.accounts.map(({ id }) => id)),
    };
    KNOWN.set(snapshot, known);
  }
  return known;
}

function key(accountId: string, region: string, name: string): string {
  return `${accountId}/${region}/${name}`;
}

function* vaultFindings(
  plan: EffectivePlan,
  accountId: string,
  region: string,
  { vaults, accounts }: Known,
): Generator<PlanFinding> {
  for (const rule of plan.rules) {
    const path = ['plans', plan.name, 'rules', rule.name];
    if (!vaults?.has(key(accountId, region, rule.targetBackupVaultName))) {
      const message = `There is no vault ${rule.targetBackupVaultName} in ${region}`;
      yield { id: 'unknown-vault', path: [...path, 'target_backup_vault_name'], message };
    }
    for (const { destinationBackupVaultArn: target } of rule.copyActions) {
      const [, , , to = '', owner = '', , name = ''] = target.split(':');
      // Vaults of accounts outside the organization are nobody's to know.
      if (!accounts.has(owner) || vaults?.has(key(owner, to, name))) continue;
      const message = `There is no vault ${name} in ${to}${owner === accountId ? '' : ` of account ${owner}`} to copy to`;
      yield { id: 'unknown-vault', path: [...path, 'copy_actions'], message };
    }
  }
}

function* roleFindings(plan: EffectivePlan, roles: ReadonlySet<string>): Generator<PlanFinding> {
  for (const { name, iamRoleArn, listOfTags } of plan.selections) {
    if (roles.has(iamRoleArn)) continue;
    const group = listOfTags.length > 0 ? 'tags' : 'resources';
    const message = `There is no role ${iamRoleArn.slice(iamRoleArn.indexOf('role/'))}`;
    yield { id: 'unknown-role', path: ['plans', plan.name, 'selections', group, name, 'iam_role_arn'], message };
  }
}
