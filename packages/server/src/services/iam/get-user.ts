import { GetUser$, type GetUserRequest, type GetUserResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser, requireUser } from './principals.ts';
import { userShape } from './shapes.ts';

type Input = Checked<GetUserRequest>;
export const getUser = readingOperation(
  GetUser$,
  async (input: Input, call: ReadCall): Promise<GetUserResponse> => {
    const { UserName: name } = input;
    return { User: userShape(await requireUser(call, name), true) };
  },
  aboutUser(),
);
