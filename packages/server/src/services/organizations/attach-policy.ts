/**
 * Hangs a policy on a root, unit or account. It becomes the last one there: of two that assign the same, the first
 * wins.
 * Source: organizations spec 2.4 (order of the checks), 3 (limits), 4.2.
 */
import {
  AttachPolicy$,
  type AttachPolicyRequest,
  DuplicatePolicyAttachmentException$,
} from '@aws-sdk/client-organizations';
import { POLICY_TYPES } from '@holdfast/policy';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import {
  attachedPolicyIds,
  insertAttachment,
  isPolicyTypeEnabled,
  type StoredPolicy,
} from '../../store/organizations-policies.ts';
import { type Call, operation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { policiesChanged } from './effective-changes.ts';
import { constraintViolation, policyTypeNotEnabled } from './errors.ts';
import { needPolicy, needTarget } from './nodes.ts';

type Input = Checked<AttachPolicyRequest, 'PolicyId' | 'TargetId'>;
export const attachPolicy = operation(
  AttachPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyId: policyId, TargetId: targetId } = input;
    const { tx } = call;
    const organization = await asDelegate(call);
    await lockOrganization(tx, organization.id);
    const policy = await needPolicy(tx, organization, policyId);
    const target = await needTarget(tx, organization, targetId);
    if (!(await isPolicyTypeEnabled(tx, organization.id, policy.type))) throw policyTypeNotEnabled();
    await needPlace(call, policy, targetId);
    await insertAttachment(tx, { organizationId: organization.id, policyId, type: policy.type, targetId });
    await policiesChanged(call, organization.id, policy.type, [target.path]);
    return {};
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId, targetIds: [input.TargetId] })),
);

async function needPlace({ tx }: Call, policy: StoredPolicy, targetId: string): Promise<void> {
  const attached = await attachedPolicyIds(tx, targetId, policy.type);
  if (attached.includes(policy.id)) {
    throw new AwsError(DuplicatePolicyAttachmentException$, 'The policy is already attached to the target.');
  }
  const most = POLICY_TYPES[policy.type].attachedMax;
  if (attached.length >= most) {
    throw constraintViolation(
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      `At most ${most} policies of this type can be attached to one target.`,
    );
  }
}
