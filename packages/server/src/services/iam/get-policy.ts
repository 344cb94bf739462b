import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { countPolicyUses } from '../../store/identity-attachments.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { requirePolicy } from './managed.ts';
import { policyShape } from './shapes.ts';

type Input = Checked<GetPolicyRequest>;
export const getPolicy = readingOperation(
  GetPolicy$,
  async (input: Input, call: ReadCall): Promise<GetPolicyResponse> => {
    const { PolicyArn: arn } = input;
    const policy = await requirePolicy(call, arn);
    const uses = await countPolicyUses(call.db, call.accountId, [arn]);
    return { Policy: policyShape(policy, uses.get(arn), true) };
  },
  aboutPolicy(),
);
