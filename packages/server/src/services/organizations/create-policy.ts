/**
 * Stores a policy exactly as it was sent; its type need not be enabled.
 * Source: organizations spec 2.4, 5.8, Q16 (order of the checks).
 */
import { CreatePolicy$, type CreatePolicyRequest, type CreatePolicyResponse } from '@aws-sdk/client-organizations';
import { isManagementPolicyType, POLICY_TYPES, type PolicyType } from '@holdfast/policy';
import type { Checked } from '@holdfast/wire';
import type { OrganizationQuotas } from '../../settings.ts';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import { countPolicies, insertPolicy, policyNamed, type StoredPolicy } from '../../store/organizations-policies.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { policiesArn, policyArn } from './arns.ts';
import { about } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { constraintViolation, duplicatePolicy } from './errors.ts';
import { newPolicyId } from './ids.ts';
import { needAdmissible } from './policy-content.ts';
import { needPolicyTypes } from './policy-rules.ts';
import { quotasOf } from './quotas.ts';
import { policyShape } from './shapes.ts';
import { needTagPermission, needTagRoom, needTagsAllowed, tagsOfRequest } from './tags.ts';

/** So near to the limit, policies are created one at a time; farther away the count cannot pass it. */
const LIMIT_NEARNESS = 100;

type Input = Checked<CreatePolicyRequest, 'Content' | 'Description' | 'Name' | 'Type'>;
export const createPolicy = operation(
  CreatePolicy$,
  async (input: Input, call: Call): Promise<CreatePolicyResponse> => {
    const { Content: content, Description: description, Name: name, Type: type, Tags: sentTags } = input;
    const { tx, now, installation } = call;
    const organization = await asDelegate(call);
    needPolicyTypes(organization);
    if (await policyNamed(tx, organization.id, type, name)) throw duplicatePolicy();
    await needRoom(call, organization, type);
    needAdmissible(type, content, call);
    const tags = tagsOfRequest(sentTags);
    await needTagsAllowed(tx, organization, 'p-', tags);
    needTagRoom(tags.length, quotasOf(installation.settings, organization.id));
    const id = newPolicyId(installation.random);
    const policy: StoredPolicy = { id, type, name, description, content, awsManaged: false };
    await needTagPermission(call, organization, policyArn(organization, policy), tags);
    const inserted = await insertPolicy(
      tx,
      { id, type, name, description, content, organizationId: organization.id },
      now,
    );
    if (!inserted) throw duplicatePolicy();
    if (tags.length > 0) await putTags(tx, organization.id, id, tags);
    return { Policy: policyShape(organization, policy) };
  },
  about<Input>(({ input, organization }) => ({
    arns: [policiesArn(organization, input.Type)],
    policyType: input.Type,
  })),
);

async function needRoom({ tx, installation }: Call, { id }: Organization, type: PolicyType): Promise<void> {
  const most = policiesMax(type, quotasOf(installation.settings, id));
  let count = await countPolicies(tx, id, type);
  if (count < most && count >= most - LIMIT_NEARNESS) {
    await lockOrganization(tx, id);
    count = await countPolicies(tx, id, type);
  }
  if (count >= most) {
    throw constraintViolation(
      'POLICY_NUMBER_LIMIT_EXCEEDED',
      `The organization has ${most} policies of this type already.`,
    );
  }
}

/** AWS raises the number of management policies on request; the others' are fixed. */
function policiesMax(type: PolicyType, { policiesPerType }: OrganizationQuotas): number {
  return isManagementPolicyType(type) ? policiesPerType : POLICY_TYPES[type].policiesMax;
}
