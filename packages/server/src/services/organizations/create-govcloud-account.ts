/** There is one partition here, and it is not GovCloud. Source: organizations spec 2.4. */
import {
  CreateGovCloudAccount$,
  type CreateGovCloudAccountRequest,
  type CreateGovCloudAccountResponse,
  UnsupportedAPIEndpointException$,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { about } from './authorization.ts';
import { asManagement } from './caller.ts';

type Input = Checked<CreateGovCloudAccountRequest, 'Email' | 'AccountName'>;
export const createGovCloudAccount = operation(
  CreateGovCloudAccount$,
  async (_input: Input, call: Call): Promise<CreateGovCloudAccountResponse> => {
    await asManagement(call);
    throw new AwsError(UnsupportedAPIEndpointException$, 'Accounts of AWS GovCloud cannot be made here.');
  },
  about<Input>(),
);
