import { DeletePolicy$, type DeletePolicyRequest } from '@aws-sdk/client-iam';
import { accessDenied, type Checked } from '@holdfast/wire';
import { countAttachments, countBoundaryUses } from '../../store/identity-attachments.ts';
import { deletePolicy as removePolicy } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { deleteConflict } from './errors.ts';
import { requirePolicy } from './policies.ts';
import { aboutPolicy } from './principals.ts';

type Input = Checked<DeletePolicyRequest>;
export const deletePolicy = operation(
  DeletePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyArn: arn } = input;
    const { kind, policy } = await requirePolicy(call, arn);
    if (kind === 'aws') throw accessDenied(`The policy ${arn} is managed by AWS and cannot be deleted.`);
    const attachments = await countAttachments(call.tx, call.accountId, [arn]);
    if (attachments.has(arn) || (await countBoundaryUses(call.tx, arn)) > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    await removePolicy(call.tx, policy.id);
    return {};
  },
  aboutPolicy(),
);
