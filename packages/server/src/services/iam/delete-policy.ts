import { DeletePolicy$, type DeletePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { countPolicyUses } from '../../store/identity-attachments.ts';
import { listPolicyVersions, deletePolicy as removePolicy } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { deleteConflict } from './errors.ts';
import { lockOwnPolicy } from './managed.ts';

type Input = Checked<DeletePolicyRequest>;
export const deletePolicy = operation(
  DeletePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyArn: arn } = input;
    const policy = await lockOwnPolicy(call, arn);
    const uses = await countPolicyUses(call.tx, call.accountId, [arn]);
    if (uses.has(arn)) throw deleteConflict('Cannot delete a policy attached to entities.');
    if ((await listPolicyVersions(call.tx, [policy.id])).length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
          'The default version is deleted with the policy.',
      );
    }
    await removePolicy(call.tx, policy.id);
    return {};
  },
  aboutPolicy(),
);
