/** CreateAccount requests, the latest first; without states, all of them. Source: organizations spec 2.4. */
import {
  ListCreateAccountStatus$,
  type ListCreateAccountStatusRequest,
  type ListCreateAccountStatusResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import {
  type CreateAccountRequest,
  listCreateAccountRequests,
  type RequestPlace,
} from '../../store/organizations-accounts.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { createAccountStatus } from './shapes.ts';

type Input = Checked<ListCreateAccountStatusRequest>;
export const listCreateAccountStatus = readingOperation(
  ListCreateAccountStatus$,
  async (input: Input, call: ReadCall): Promise<ListCreateAccountStatusResponse> => {
    const organization = await asReader(call);
    const requests = await listPage<CreateAccountRequest, RequestPlace>(call, ListCreateAccountStatus$, input, {
      read: (keyset) => listCreateAccountRequests(call.db, organization.id, input.States ?? [], keyset),
      cursorOf: ({ requestedAt, id }) => ({ requestedAt, id }),
    });
    return { CreateAccountStatuses: requests.items.map(createAccountStatus), ...nextToken(requests) };
  },
  about(),
);
