import { GetUser$, type GetUserRequest, type GetUserResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { aboutUser, requireUser } from './principals.ts';
import { userShape } from './shapes.ts';

type Input = Checked<GetUserRequest>;
export const getUser = operation(
  GetUser$,
  async (input: Input, call: Call): Promise<GetUserResponse> => {
    const { UserName: name } = input;
    return { User: userShape(await requireUser(call, name), true) };
  },
  aboutUser(),
);
