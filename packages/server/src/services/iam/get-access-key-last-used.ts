import {
  GetAccessKeyLastUsed$,
  type GetAccessKeyLastUsedRequest,
  type GetAccessKeyLastUsedResponse,
} from '@aws-sdk/client-iam';
import { accessDenied, type Checked } from '@holdfast/wire';
import { findAccessKey } from '../../store/identity-keys.ts';
import { findUserById } from '../../store/identity-users.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutKey } from './authorization.ts';

/** What AWS answers for a key that was never used. */
const NEVER = 'N/A';

type Input = Checked<GetAccessKeyLastUsedRequest>;
export const getAccessKeyLastUsed = readingOperation(
  GetAccessKeyLastUsed$,
  async (input: Input, call: ReadCall): Promise<GetAccessKeyLastUsedResponse> => {
    const { AccessKeyId: id } = input;
    const key = await findAccessKey(call.db, id);
    // A key of another account and one that does not exist look alike.
    if (key?.account_id !== call.accountId) {
      throw accessDenied(
        `User: ${call.caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: ${id}`,
      );
    }
    const user = key.user_id === null ? undefined : await findUserById(call.db, key.user_id);
    const lastUsed = {
      ServiceName: key.last_used_service ?? NEVER,
      Region: key.last_used_region ?? NEVER,
      LastUsedDate: key.last_used_at === null ? undefined : new Date(key.last_used_at),
    };
    // A key of the account's root has no user to name.
    return { UserName: user?.name, AccessKeyLastUsed: lastUsed };
  },
  aboutKey(),
);
