/**
 * What was last published for an account, while a change is on its way too. Members read their own.
 * Source: organizations spec 6.1 (order of the checks); recorded rules B.1.
 */
import {
  DescribeEffectivePolicy$,
  type DescribeEffectivePolicyRequest,
  type DescribeEffectivePolicyResponse,
  EffectivePolicyNotFoundException$,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { publicationFor } from '../../store/effective-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targetArn } from './arns.ts';
import { about } from './authorization.ts';
import { callingMember, mayReadAll } from './caller.ts';
import { accessDenied, effectivePolicyTypeNotEnabled, targetNotFound, targetNotSupported } from './errors.ts';

const ACCOUNT_ID = /^\d{12}$/;

type Input = Checked<DescribeEffectivePolicyRequest, 'PolicyType'>;
export const describeEffectivePolicy = readingOperation(
  DescribeEffectivePolicy$,
  async (input: Input, call: ReadCall): Promise<DescribeEffectivePolicyResponse> => {
    const { PolicyType: type } = input;
    const targetId = input.TargetId ?? call.accountId;
    const { organization } = await callingMember(call);
    if (!ACCOUNT_ID.test(targetId)) throw targetNotSupported();
    if (targetId !== call.accountId && !(await mayReadAll(call, organization))) throw accessDenied();
    const publication = await publicationFor(call.db, organization.id, targetId, type);
    if (!publication) throw targetNotFound();
    if (!publication.isTypeEnabled) throw effectivePolicyTypeNotEnabled();
    const { policy } = publication;
    if (!policy) {
      throw new AwsError(
        EffectivePolicyNotFoundException$,
        'The effective policy of this account has not been made yet. Try again in a few seconds.',
      );
    }
    return {
      EffectivePolicy: {
        PolicyContent: policy.content,
        LastUpdatedTimestamp: new Date(policy.updatedAt),
        TargetId: targetId,
        PolicyType: type,
      },
    };
  },
  about<Input>(({ input, organization, accountId }) => ({
    arns: [targetArn(organization, input.TargetId ?? accountId)],
    policyType: input.PolicyType,
    ids: [input.TargetId ?? accountId],
  })),
);
