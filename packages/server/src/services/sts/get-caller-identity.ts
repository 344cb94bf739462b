import { GetCallerIdentity$, type GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { type Call, operation } from '../operation.ts';

export const getCallerIdentity = operation(
  GetCallerIdentity$,
  async (_input: object, { caller }: Call): Promise<GetCallerIdentityResponse> => ({
    UserId: caller.userId,
    Account: caller.accountId,
    Arn: caller.arn,
  }),
  // Everybody may ask who they are; not even an explicit deny keeps them from it.
  () => ({ resources: [] }),
);
