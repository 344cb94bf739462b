import {
  GetOpenIDConnectProvider$,
  type GetOpenIDConnectProviderRequest,
  type GetOpenIDConnectProviderResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { providerArn, providerPath } from '../../federation/provider.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { missing } from './errors.ts';

type Input = Checked<GetOpenIDConnectProviderRequest>;
export const getOpenIDConnectProvider = readingOperation(
  GetOpenIDConnectProvider$,
  async (input: Input, { installation, accountId }: ReadCall): Promise<GetOpenIDConnectProviderResponse> => {
    const { OpenIDConnectProviderArn: arn } = input;
    const provider = installation.settings.oidcProviders?.find((one) => providerArn(accountId, one) === arn);
    if (!provider) throw missing(`OpenIDConnect Provider not found for arn ${arn}`);
    // Its certificate is checked by its authority, so that there are no thumbprints.
    return { Url: providerPath(provider), ClientIDList: [...provider.audiences], ThumbprintList: [] };
  },
  ({ OpenIDConnectProviderArn: arn }) => ({ resources: [arn] }),
);
