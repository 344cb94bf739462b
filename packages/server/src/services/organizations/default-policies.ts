/**
 * The AWS-managed policies that are attached to everything while their type is enabled.
 * Source: organizations spec 3 ("Enable / disable semantics").
 */
import type { PolicyType } from '@holdfast/policy';
import type { Tx } from '../../store/database.ts';
import { attachEverywhere, enabledPolicyTypes, insertAttachment } from '../../store/organizations-policies.ts';

/** Cannot be detached from anything. */
export const RCP_FULL_ACCESS = 'p-RCPFullAWSAccess';

const BY_TYPE: Readonly<Partial<Record<PolicyType, string>>> = {
  SERVICE_CONTROL_POLICY: 'p-FullAWSAccess',
  RESOURCE_CONTROL_POLICY: RCP_FULL_ACCESS,
};

/** To a new unit or account. */
export async function attachDefaultPolicies(tx: Tx, organizationId: string, targetId: string): Promise<void> {
  for (const type of await enabledPolicyTypes(tx, organizationId)) {
    const policyId = BY_TYPE[type];
    if (policyId !== undefined) await insertAttachment(tx, { organizationId, policyId, type, targetId });
  }
}

/** To the root and all below, when a type has been enabled. Types without a default policy: nothing. */
export async function attachDefaultPolicyEverywhere(tx: Tx, organizationId: string, type: PolicyType): Promise<void> {
  const policyId = BY_TYPE[type];
  if (policyId !== undefined) await attachEverywhere(tx, { organizationId, policyId, type });
}
