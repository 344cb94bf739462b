/** How far a CreateAccount request is. Source: organizations spec 2.4, 2.5. */
import {
  CreateAccountStatusNotFoundException$,
  DescribeCreateAccountStatus$,
  type DescribeCreateAccountStatusRequest,
  type DescribeCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { createAccountRequestById } from '../../store/organizations-accounts.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { createAccountStatus } from './shapes.ts';

type Input = Checked<DescribeCreateAccountStatusRequest, 'CreateAccountRequestId'>;
export const describeCreateAccountStatus = readingOperation(
  DescribeCreateAccountStatus$,
  async (input: Input, call: ReadCall): Promise<DescribeCreateAccountStatusResponse> => {
    const organization = await asReader(call);
    const request = await createAccountRequestById(call.db, organization.id, input.CreateAccountRequestId);
    if (!request) {
      throw new AwsError(
        CreateAccountStatusNotFoundException$,
        "You specified a create account request that doesn't exist.",
      );
    }
    return { CreateAccountStatus: createAccountStatus(request) };
  },
  about(),
);
