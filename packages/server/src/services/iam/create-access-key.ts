import { CreateAccessKey$, type CreateAccessKeyRequest, type CreateAccessKeyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { newAccessKeyId, newSecretAccessKey } from '../../store/identity-ids.ts';
import { accessKeyContext, insertAccessKey, listAccessKeys } from '../../store/identity-keys.ts';
import { lockNamed } from '../../store/identity-named.ts';
import { lockAccount } from '../../store/organizations.ts';
import { type Call, operation } from '../operation.ts';
import { keyHolder, type NamedKeyHolder } from './access-keys.ts';
import { aboutUser } from './authorization.ts';
import { noSuch, quotaExceeded } from './errors.ts';
import { ACCESS_KEYS_PER_USER } from './quotas.ts';

type Input = Checked<CreateAccessKeyRequest>;
export const createAccessKey = operation(
  CreateAccessKey$,
  async (input: Input, call: Call): Promise<CreateAccessKeyResponse> => {
    const { tx, accountId, installation, now } = call;
    const holder = await keyHolder(call, input.UserName);
    await lock(call, holder);
    if ((await listAccessKeys(tx, holder)).length >= ACCESS_KEYS_PER_USER) {
      throw quotaExceeded('AccessKeysPerUser', ACCESS_KEYS_PER_USER);
    }
    const id = newAccessKeyId(installation.random, 'AKIA');
    const secret = newSecretAccessKey(installation.random);
    await insertAccessKey(tx, {
      id,
      account_id: accountId,
      user_id: holder.userId,
      secret_sealed: installation.sealer.seal(secret, accessKeyContext(id)),
      status: 'Active',
      created_at: now,
      last_used_at: null,
      last_used_service: null,
      last_used_region: null,
    });
    // The only time that the secret is shown.
    const key = { UserName: holder.userName, AccessKeyId: id, Status: 'Active', SecretAccessKey: secret } as const;
    return { AccessKey: { ...key, CreateDate: new Date(now) } };
  },
  aboutUser(),
);

/** Keys of one holder are made one after the other. @throws NoSuchEntity when the user was deleted meanwhile */
async function lock({ tx, accountId }: Call, { userId, userName = '' }: NamedKeyHolder): Promise<void> {
  if (userId === null) await lockAccount(tx, accountId);
  else if (!(await lockNamed(tx, 'iam_user', userId))) throw noSuch('user', userName);
}
