/** AWS's managed policies that backups and their administrators need, under AWS's names: the only list. */
import { ADMINISTRATION_POLICIES } from './managed-policies-administration.ts';
import { BACKUP_POLICIES } from './managed-policies-backup.ts';
import type { ManagedPolicy } from './managed-policy.ts';

export type { ManagedPolicy };

export const MANAGED_POLICIES: readonly ManagedPolicy[] = [...ADMINISTRATION_POLICIES, ...BACKUP_POLICIES];

const BY_ARN: ReadonlyMap<string, ManagedPolicy> = new Map(MANAGED_POLICIES.map((policy) => [policy.arn, policy]));

export function managedPolicy(arn: string): ManagedPolicy | undefined {
  return BY_ARN.get(arn);
}
