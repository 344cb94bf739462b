/** The services that an account administers. Source: organizations spec 2.4, 8.1. */
import {
  ListDelegatedServicesForAccount$,
  type ListDelegatedServicesForAccountRequest,
  type ListDelegatedServicesForAccountResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listDelegatedServices } from '../../store/organizations-trust.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asReader, needAllFeatures } from './caller.ts';
import { accountNotRegistered } from './errors.ts';
import { listPage, nextToken } from './listing.ts';
import { needAccount } from './nodes.ts';

type Input = Checked<ListDelegatedServicesForAccountRequest, 'AccountId'>;
export const listDelegatedServicesForAccount = readingOperation(
  ListDelegatedServicesForAccount$,
  async (input: Input, call: ReadCall): Promise<ListDelegatedServicesForAccountResponse> => {
    const organization = await asReader(call);
    needAllFeatures(organization);
    const { id } = await needAccount(call.db, organization, input.AccountId);
    const services = await listPage(call, ListDelegatedServicesForAccount$, input, {
      read: (keyset) => listDelegatedServices(call.db, id, keyset),
      cursorOf: ({ servicePrincipal }) => servicePrincipal,
    });
    if (services.items.length === 0 && !input.NextToken) throw accountNotRegistered();
    return {
      DelegatedServices: services.items.map(({ servicePrincipal, enabledAt }) => ({
        ServicePrincipal: servicePrincipal,
        DelegationEnabledDate: new Date(enabledAt),
      })),
      ...nextToken(services),
    };
  },
  serviceAndAccount<Input>((input) => ({ accountId: input.AccountId })),
);
