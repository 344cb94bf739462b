import { ListAccessKeys$, type ListAccessKeysRequest, type ListAccessKeysResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listAccessKeys as readAccessKeys } from '../../store/identity-keys.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { keyHolder } from './access-keys.ts';
import { aboutUser } from './authorization.ts';
import { listPageOf, truncation } from './listing.ts';

type Input = Checked<ListAccessKeysRequest>;
export const listAccessKeys = readingOperation(
  ListAccessKeys$,
  async (input: Input, call: ReadCall): Promise<ListAccessKeysResponse> => {
    const holder = await keyHolder(call, input.UserName);
    const all = await readAccessKeys(call.db, holder);
    const parameters = { userId: holder.userId ?? 'root' };
    const keys = await listPageOf(call, ListAccessKeys$, input, parameters, all, ({ id }) => id);
    const metadata = keys.items.map(({ id, status, created_at }) => ({
      UserName: holder.userName,
      AccessKeyId: id,
      Status: status,
      CreateDate: new Date(created_at),
    }));
    return { AccessKeyMetadata: metadata, ...truncation(keys) };
  },
  aboutUser(),
);
