/**
 * Deletes a policy that is attached to nothing, with its tags.
 * Source: organizations spec 2.4; recorded rules B.12.11.
 */
import { DeletePolicy$, type DeletePolicyRequest, PolicyInUseException$ } from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { deletePolicyRow, isAttachedAnywhere } from '../../store/organizations-policies.ts';
import { removeAllTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { needPolicy } from './nodes.ts';
import { needMutable } from './policy-rules.ts';

type Input = Checked<DeletePolicyRequest, 'PolicyId'>;
export const deletePolicy = operation(
  DeletePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyId: id } = input;
    const organization = await asDelegate(call);
    await lockOrganization(call.tx, organization.id);
    needMutable(await needPolicy(call.tx, organization, id));
    if (await isAttachedAnywhere(call.tx, organization.id, id)) {
      // AWS's words (recorded rules B.12.11).
      throw new AwsError(PolicyInUseException$, 'The specified policy is in use and cannot be deleted.');
    }
    await removeAllTags(call.tx, id);
    await deletePolicyRow(call.tx, id);
    return {};
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId })),
);
