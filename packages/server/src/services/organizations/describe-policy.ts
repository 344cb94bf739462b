/** A policy with its content as it was sent. Source: organizations spec 2.4. */
import {
  DescribePolicy$,
  type DescribePolicyRequest,
  type DescribePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asReader } from './caller.ts';
import { needPolicy } from './nodes.ts';
import { policyShape } from './shapes.ts';

type Input = Checked<DescribePolicyRequest, 'PolicyId'>;
export const describePolicy = operation(
  DescribePolicy$,
  async (input: Input, call: Call): Promise<DescribePolicyResponse> => {
    const organization = await asReader(call);
    return { Policy: policyShape(organization, await needPolicy(call.tx, organization, input.PolicyId)) };
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId })),
);
