import { DeleteAccessKey$, type DeleteAccessKeyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteAccessKey as removeAccessKey } from '../../store/identity-keys.ts';
import { type Call, operation } from '../operation.ts';
import { requireAccessKey } from './access-keys.ts';
import { aboutUser } from './authorization.ts';

type Input = Checked<DeleteAccessKeyRequest>;
export const deleteAccessKey = operation(
  DeleteAccessKey$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, AccessKeyId: id } = input;
    await removeAccessKey(call.tx, (await requireAccessKey(call, userName, id)).id);
    return {};
  },
  aboutUser(),
);
