import { GetUser$, type GetUserRequest, type GetUserResponse, type User } from '@aws-sdk/client-iam';
import { present } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { findAccount } from '../../store/account.ts';
import { rootArn } from '../../store/identity-ids.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { requireUser } from './principals.ts';
import { userShape } from './shapes.ts';

type Input = Checked<GetUserRequest>;
export const getUser = readingOperation(
  GetUser$,
  async (input: Input, call: ReadCall): Promise<GetUserResponse> => {
    const { UserName: name } = input;
    if (!name && call.caller.kind === 'root') return { User: await root(call) };
    return { User: userShape(await requireUser(call, name), true) };
  },
  aboutUser(),
);

/** An account's root is not an IAM user: it has neither name nor path. */
async function root({ db, accountId }: ReadCall): Promise<User> {
  const { created_at: createdAt } = present(await findAccount(db, accountId), 'the account of a key');
  const nameless = { UserName: undefined, Path: undefined };
  return { ...nameless, UserId: accountId, Arn: rootArn(accountId), CreateDate: new Date(createdAt) };
}
