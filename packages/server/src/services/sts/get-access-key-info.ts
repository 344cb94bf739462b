/** GetAccessKeyInfo: the account that an access key belongs to, whichever of this installation's it is. */
import { GetAccessKeyInfo$, type GetAccessKeyInfoRequest, type GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import { AwsError, type Checked, ValidationError } from '@holdfast/wire';
import { findAccessKey } from '../../store/identity-keys.ts';
import { findSessionAccount } from '../../store/identity-sessions.ts';
import { type ReadCall, readingOperation } from '../operation.ts';

type Input = Checked<GetAccessKeyInfoRequest, 'AccessKeyId'>;

export const getAccessKeyInfo = readingOperation(
  GetAccessKeyInfo$,
  async ({ AccessKeyId: id }: Input, { db }: ReadCall): Promise<GetAccessKeyInfoResponse> => {
    const account = id.startsWith('ASIA')
      ? await findSessionAccount(db, id)
      : (await findAccessKey(db, id))?.account_id;
    // AWS reads the account from the key's own letters; ours do not hold it.
    if (account === undefined) throw new AwsError(ValidationError, `There is no access key ${id}.`);
    return { Account: account };
  },
);
