import {
  GetAccessKeyLastUsed$,
  type GetAccessKeyLastUsedRequest,
  type GetAccessKeyLastUsedResponse,
} from '@aws-sdk/client-iam';
import { accessDenied, type Checked } from '@holdfast/wire';
import { findAccessKey } from '../../store/identity-keys.ts';
import { findUserById } from '../../store/identity-users.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { keyQuestion } from './authorization.ts';

/** What AWS answers for a key that was never used. */
const NEVER = 'N/A';

type Input = Checked<GetAccessKeyLastUsedRequest>;
export const getAccessKeyLastUsed = readingOperation(
  GetAccessKeyLastUsed$,
  async (input: Input, call: ReadCall): Promise<GetAccessKeyLastUsedResponse> => {
    const { AccessKeyId: id } = input;
    const { db, accountId, caller, installation } = call;
    const key = await findAccessKey(db, id);
    const user = key?.user_id == null ? undefined : await findUserById(db, key.user_id);
    const decision = await installation.authorizer.decide(db, caller, keyQuestion(call, user));
    // A key that does not exist, one of another account and one of which the caller may know nothing look alike.
    if (key?.account_id !== accountId || !decision.allowed) {
      throw accessDenied(
        `User: ${caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${id}`,
      );
    }
    const lastUsed = {
      ServiceName: key.last_used_service ?? NEVER,
      Region: key.last_used_region ?? NEVER,
      LastUsedDate: key.last_used_at === null ? undefined : new Date(key.last_used_at),
    };
    // A key of the account's root has no user to name.
    return { UserName: user?.name, AccessKeyLastUsed: lastUsed };
  },
  // The handler asks: the refusal of the dispatcher would tell whose key it is.
  () => ({ resources: [] }),
);
