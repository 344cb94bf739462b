/** Whose access keys an operation is about, and the one that it names. */
import { type AccessKeyRow, findAccessKey, type KeyHolder } from '../../store/identity-keys.ts';
import type { ReadCall } from '../operation.ts';
import { noSuchKey } from './errors.ts';
import { requireUser } from './principals.ts';

/** `userName`: undefined of the account's root. */
export interface NamedKeyHolder extends KeyHolder {
  readonly userName: string | undefined;
}

/** The user that is named; nobody named: whoever asks, the account's root among them. @throws NoSuchEntity */
export async function keyHolder(call: ReadCall, userName: string | null | undefined): Promise<NamedKeyHolder> {
  const { accountId, caller } = call;
  if (!userName && caller.kind === 'root') return { accountId, userId: null, userName: undefined };
  const user = await requireUser(call, userName);
  return { accountId, userId: user.id, userName: user.name };
}

/** Keys of others are as good as missing. @throws NoSuchEntity */
export async function requireAccessKey(
  call: ReadCall,
  userName: string | null | undefined,
  id: string,
): Promise<AccessKeyRow> {
  const holder = await keyHolder(call, userName);
  const key = await findAccessKey(call.db, id);
  if (key?.account_id !== holder.accountId || key.user_id !== holder.userId) throw noSuchKey(id);
  return key;
}
