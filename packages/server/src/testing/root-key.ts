/** An access key of an account's root. */
import { newAccessKeyId, newSecretAccessKey } from '../store/identity-ids.ts';
import { accessKeyContext, insertAccessKey } from '../store/identity-keys.ts';
import type { Credentials, TestServer } from './server.ts';

export async function rootKey(
  { installation, management }: TestServer,
  accountId: string = management.accountId,
): Promise<Credentials> {
  const { random, sealer, db, clock } = installation;
  const accessKeyId = newAccessKeyId(random, 'AKIA');
  const secretAccessKey = newSecretAccessKey(random);
  await db.transaction().execute((tx) =>
    insertAccessKey(tx, {
      id: accessKeyId,
      account_id: accountId,
      user_id: null,
      secret_sealed: sealer.seal(secretAccessKey, accessKeyContext(accessKeyId)),
      status: 'Active',
      created_at: clock.now(),
      last_used_at: null,
      last_used_service: null,
      last_used_region: null,
    }),
  );
  return { accessKeyId, secretAccessKey };
}
