/**
 * Takes a policy from its target. One service control policy stays on each.
 * Source: organizations spec 2.3, 2.4, 3.
 */
import { DetachPolicy$, type DetachPolicyRequest, PolicyNotAttachedException$ } from '@aws-sdk/client-organizations';
import { POLICY_TYPES } from '@holdfast/policy';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { attachedPolicyIds, deleteAttachment } from '../../store/organizations-policies.ts';
import { type Call, operation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { RCP_FULL_ACCESS } from './default-policies.ts';
import { policiesChanged } from './effective-changes.ts';
import { constraintViolation, invalidInput } from './errors.ts';
import { needPolicy, needTarget } from './nodes.ts';

type Input = Checked<DetachPolicyRequest, 'PolicyId' | 'TargetId'>;
export const detachPolicy = operation(
  DetachPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyId: policyId, TargetId: targetId } = input;
    const { tx } = call;
    const organization = await asDelegate(call);
    await lockOrganization(tx, organization.id);
    const { type } = await needPolicy(tx, organization, policyId);
    const target = await needTarget(tx, organization, targetId);
    const attached = await attachedPolicyIds(tx, targetId, type);
    if (!attached.includes(policyId)) {
      throw new AwsError(PolicyNotAttachedException$, 'The policy is not attached to the target.');
    }
    if (policyId === RCP_FULL_ACCESS) {
      throw invalidInput('NON_DETACHABLE_POLICY', 'RCPFullAWSAccess cannot be detached.');
    }
    const least = POLICY_TYPES[type].attachedMin;
    if (attached.length <= least) {
      throw constraintViolation(
        'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
        `At least ${least} policy of this type stays attached to each target. Attach another one first.`,
      );
    }
    await deleteAttachment(tx, targetId, policyId);
    await policiesChanged(call, organization.id, type, [target.path]);
    return {};
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId, targetIds: [input.TargetId] })),
);
