/**
 * Administrators of one service, or of all: then each account once, with the date of its first registration.
 * Source: organizations spec 2.4, 8.1.
 */
import {
  type DelegatedAdministrator,
  ListDelegatedAdministrators$,
  type ListDelegatedAdministratorsRequest,
  type ListDelegatedAdministratorsResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import type { Organization } from '../../store/organizations.ts';
import {
  type DelegatedAdministrator as Administrator,
  listDelegatedAdministrators as administratorsOf,
} from '../../store/organizations-trust.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asReader, needAllFeatures } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { accountShape } from './shapes.ts';

type Input = Checked<ListDelegatedAdministratorsRequest>;
export const listDelegatedAdministrators = readingOperation(
  ListDelegatedAdministrators$,
  async (input: Input, call: ReadCall): Promise<ListDelegatedAdministratorsResponse> => {
    const organization = await asReader(call);
    needAllFeatures(organization);
    const administrators = await listPage(call, ListDelegatedAdministrators$, input, {
      read: (keyset) => administratorsOf(call.db, organization.id, input.ServicePrincipal ?? undefined, keyset),
      cursorOf: ({ account }) => account.id,
    });
    return {
      DelegatedAdministrators: administrators.items.map((one) => shapeOf(organization, one)),
      ...nextToken(administrators),
    };
  },
  serviceAndAccount<Input>((input) => ({ servicePrincipal: input.ServicePrincipal ?? undefined })),
);

function shapeOf(organization: Organization, { account, enabledAt }: Administrator): DelegatedAdministrator {
  const { Paths: _paths, ...shape } = accountShape(organization, account);
  return { ...shape, DelegationEnabledDate: new Date(enabledAt) };
}
