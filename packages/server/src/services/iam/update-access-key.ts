import { UpdateAccessKey$, type UpdateAccessKeyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { setAccessKeyStatus } from '../../store/identity-keys.ts';
import { type Call, operation } from '../operation.ts';
import { requireAccessKey } from './access-keys.ts';
import { aboutUser } from './authorization.ts';
import { invalid } from './errors.ts';

type Input = Checked<UpdateAccessKeyRequest>;
export const updateAccessKey = operation(
  UpdateAccessKey$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, AccessKeyId: id, Status: status } = input;
    if (status !== 'Active' && status !== 'Inactive') throw invalid('Status must be Active or Inactive.');
    const key = await requireAccessKey(call, userName, id);
    await setAccessKeyStatus(call.tx, key.id, status);
    return {};
  },
  aboutUser(),
);
