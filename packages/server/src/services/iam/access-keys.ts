/** The access key that an operation names, of the user that it names. */
import { type AccessKeyRow, findAccessKey } from '../../store/identity-keys.ts';
import type { ReadCall } from '../operation.ts';
import { noSuchKey } from './errors.ts';
import { requireUser } from './principals.ts';

/** Keys of other users are as good as missing. */
export async function requireAccessKey(
  call: ReadCall,
  userName: string | null | undefined,
  id: string,
): Promise<AccessKeyRow> {
  const user = await requireUser(call, userName);
  const key = await findAccessKey(call.db, id);
  if (key?.user_id !== user.id) throw noSuchKey(id);
  return key;
}
