import { ListAccessKeys$, type ListAccessKeysRequest, type ListAccessKeysResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listAccessKeys as readAccessKeys } from '../../store/identity-keys.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPageOf, truncation } from './listing.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<ListAccessKeysRequest>;
export const listAccessKeys = readingOperation(
  ListAccessKeys$,
  async (input: Input, call: ReadCall): Promise<ListAccessKeysResponse> => {
    const { UserName: userName } = input;
    const user = await requireUser(call, userName);
    const all = await readAccessKeys(call.db, user.id);
    const keys = await listPageOf(call, ListAccessKeys$, input, { userName: user.name }, all, ({ id }) => id);
    const metadata = keys.items.map(({ id, status, created_at }) => ({
      UserName: user.name,
      AccessKeyId: id,
      Status: status,
      CreateDate: new Date(created_at),
    }));
    return { AccessKeyMetadata: metadata, ...truncation(keys) };
  },
  aboutUser(),
);
