import { CreateAccessKey$, type CreateAccessKeyRequest, type CreateAccessKeyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { newAccessKeyId, newSecretAccessKey } from '../../store/identity-ids.ts';
import { accessKeyContext, insertAccessKey, listAccessKeys } from '../../store/identity-keys.ts';
import { lockUser } from '../../store/identity-users.ts';
import { type Call, operation } from '../operation.ts';
import { quotaExceeded } from './errors.ts';
import { aboutUser, requireUser } from './principals.ts';
import { ACCESS_KEYS_PER_USER } from './quotas.ts';

type Input = Checked<CreateAccessKeyRequest>;
export const createAccessKey = operation(
  CreateAccessKey$,
  async (input: Input, call: Call): Promise<CreateAccessKeyResponse> => {
    const { UserName: userName } = input;
    const { tx, accountId, installation, now } = call;
    const user = await requireUser(call, userName);
    await lockUser(tx, user.id);
    if ((await listAccessKeys(tx, user.id)).length >= ACCESS_KEYS_PER_USER) {
      throw quotaExceeded('AccessKeysPerUser', ACCESS_KEYS_PER_USER);
    }
    const id = newAccessKeyId(installation.random, 'AKIA');
    const secret = newSecretAccessKey(installation.random);
    await insertAccessKey(tx, {
      id,
      account_id: accountId,
      user_id: user.id,
      secret_sealed: installation.sealer.seal(secret, accessKeyContext(id)),
      status: 'Active',
      created_at: now,
      last_used_at: null,
      last_used_service: null,
      last_used_region: null,
    });
    // The only time that the secret is shown.
    const key = { UserName: user.name, AccessKeyId: id, Status: 'Active', SecretAccessKey: secret } as const;
    return { AccessKey: { ...key, CreateDate: new Date(now) } };
  },
  aboutUser(),
);
