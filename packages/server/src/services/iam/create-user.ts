import { CreateUser$, type CreateUserRequest, type CreateUserResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { newUniqueId } from '../../store/identity-ids.ts';
import { findUser, insertUser, type UserRow } from '../../store/identity-users.ts';
import { type Call, operation } from '../operation.ts';
import { aboutNew, boundaryCondition } from './authorization.ts';
import { alreadyExists } from './errors.ts';
import { boundaryFor } from './managed.ts';
import { needRoom } from './quotas.ts';
import { userShape } from './shapes.ts';
import { needTagPermission, withTags } from './tags.ts';

type Input = Checked<CreateUserRequest>;
export const createUser = operation(
  CreateUser$,
  async (input: Input, call: Call): Promise<CreateUserResponse> => {
    const { UserName: name, Path: path } = input;
    const { tx, accountId, installation, now } = call;
    if (await findUser(tx, accountId, name)) throw alreadyExists('User', name);
    await needRoom(call, 'iam_user');
    await needTagPermission(call, 'iam:TagUser', input.Tags);
    const user: UserRow = {
      id: newUniqueId(installation.random, 'AIDA'),
      account_id: accountId,
      name,
      path: path ?? '/',
      boundary_arn: await boundaryFor(call, input.PermissionsBoundary),
      tags: withTags({}, input.Tags),
      created_at: now,
    };
    await insertUser(tx, user);
    return { User: userShape(user, true) };
  },
  aboutNew<Input>('user', (input) => input.UserName, boundaryCondition),
);
