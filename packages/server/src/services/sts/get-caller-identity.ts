import { GetCallerIdentity$, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { type ReadCall, readingOperation } from '../operation.ts';

export const getCallerIdentity = readingOperation(
  GetCallerIdentity$,
  async (_input: object, { caller }: ReadCall): Promise<GetCallerIdentityResponse> => ({
    UserId: caller.userId,
    Account: caller.accountId,
    Arn: caller.arn,
  }),
  // Everybody may ask who they are; not even an explicit deny keeps them from it.
  () => ({ resources: [] }),
);
