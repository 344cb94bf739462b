/**
 * Changes a policy. Every update makes effective policies anew, one that changes nothing too; an empty description is
 * taken, echoed and not stored.
 * Source: organizations spec 2.4, 5.8; recorded rules A.1, B.6.2, B.12.6.
 */
import {
  type PolicySummary,
  UpdatePolicy$,
  type UpdatePolicyRequest,
  type UpdatePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import { pathsOfPolicy, policyNamed, type StoredPolicy, updatePolicyRow } from '../../store/organizations-policies.ts';
import { type Call, operation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { policiesChanged } from './effective-changes.ts';
import { duplicatePolicy } from './errors.ts';
import { needPolicy } from './nodes.ts';
import { needAdmissible } from './policy-content.ts';
import { needMutable } from './policy-rules.ts';
import { policySummary } from './shapes.ts';

type Input = Checked<UpdatePolicyRequest, 'PolicyId'>;
export const updatePolicy = operation(
  UpdatePolicy$,
  async (input: Input, call: Call): Promise<UpdatePolicyResponse> => {
    const { PolicyId: id } = input;
    const name = input.Name ?? undefined;
    const description = input.Description ?? undefined;
    const content = input.Content ?? undefined;
    const { tx } = call;
    const organization = await asDelegate(call);
    await lockOrganization(tx, organization.id);
    const policy = await needPolicy(tx, organization, id);
    needMutable(policy);
    if (name !== undefined) await needFreePolicyName(call, organization, policy, name);
    if (content !== undefined) needAdmissible(policy.type, content, call);
    const updated = await updatePolicyRow(tx, id, { name, description: description || undefined, content });
    if (!updated) throw duplicatePolicy();
    await policiesChanged(call, organization.id, policy.type, await pathsOfPolicy(tx, organization.id, id));
    return {
      Policy: {
        PolicySummary: partialSummary(organization, policy, name, description),
        Content: content ?? policy.content,
      },
    };
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId })),
);

/** Name and description are answered only if they were sent (recorded rules A.1.3). */
function partialSummary(
  organization: Organization,
  policy: StoredPolicy,
  name: string | undefined,
  description: string | undefined,
): PolicySummary {
  const { Name: _name, Description: _description, ...rest } = policySummary(organization, policy);
  return {
    ...rest,
    ...(name === undefined ? {} : { Name: name }),
    ...(description === undefined ? {} : { Description: description }),
  };
}

async function needFreePolicyName(
  { tx }: Call,
  organization: Organization,
  policy: StoredPolicy,
  name: string,
): Promise<void> {
  const other = await policyNamed(tx, organization.id, policy.type, name);
  if (other && other.id !== policy.id) throw duplicatePolicy();
}
