import { ListOpenIDConnectProviders$, type ListOpenIDConnectProvidersResponse } from '@aws-sdk/client-iam';
import { providerArn } from '../../federation/provider.ts';
import { type ReadCall, readingOperation } from '../operation.ts';

/** Those that the operator configured: every account has them, and none can make its own. */
export const listOpenIDConnectProviders = readingOperation(
  ListOpenIDConnectProviders$,
  async (_input: object, { installation, accountId }: ReadCall): Promise<ListOpenIDConnectProvidersResponse> => {
    const { oidcProviders = [] } = installation.settings;
    return { OpenIDConnectProviderList: oidcProviders.map((provider) => ({ Arn: providerArn(accountId, provider) })) };
  },
);
