/** An account of the organization. Source: organizations spec 1, 2.4. */
import {
  DescribeAccount$,
  type DescribeAccountRequest,
  type DescribeAccountResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { needAccount } from './nodes.ts';
import { accountShape } from './shapes.ts';

type Input = Checked<DescribeAccountRequest, 'AccountId'>;
export const describeAccount = readingOperation(
  DescribeAccount$,
  async (input: Input, call: ReadCall): Promise<DescribeAccountResponse> => {
    const organization = await asReader(call);
    return { Account: accountShape(organization, await needAccount(call.db, organization, input.AccountId)) };
  },
  targets<Input>((input) => [input.AccountId]),
);
