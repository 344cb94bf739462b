import { GetPolicy$, type GetPolicyRequest, type GetPolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { countAttachments } from '../../store/identity-attachments.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { requirePolicy } from './policies.ts';
import { aboutPolicy } from './principals.ts';
import { policyShape } from './shapes.ts';

type Input = Checked<GetPolicyRequest>;
export const getPolicy = readingOperation(
  GetPolicy$,
  async (input: Input, call: ReadCall): Promise<GetPolicyResponse> => {
    const { PolicyArn: arn } = input;
    const policy = await requirePolicy(call, arn);
    const attachments = await countAttachments(call.db, call.accountId, [arn]);
    return { Policy: policyShape(policy, attachments.get(arn) ?? 0, true) };
  },
  aboutPolicy(),
);
