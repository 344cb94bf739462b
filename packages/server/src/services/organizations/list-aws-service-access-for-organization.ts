/** The services that are trusted with the organization, and since when. Source: organizations spec 7. */
import {
  ListAWSServiceAccessForOrganization$,
  type ListAWSServiceAccessForOrganizationRequest,
  type ListAWSServiceAccessForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listServiceAccess } from '../../store/organizations-trust.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader, needAllFeatures } from './caller.ts';
import { listPage, nextToken } from './listing.ts';

type Input = Checked<ListAWSServiceAccessForOrganizationRequest>;
export const listAWSServiceAccessForOrganization = readingOperation(
  ListAWSServiceAccessForOrganization$,
  async (input: Input, call: ReadCall): Promise<ListAWSServiceAccessForOrganizationResponse> => {
    const organization = await asReader(call);
    needAllFeatures(organization);
    const services = await listPage(call, ListAWSServiceAccessForOrganization$, input, {
      read: (keyset) => listServiceAccess(call.db, organization.id, keyset),
      cursorOf: ({ servicePrincipal }) => servicePrincipal,
    });
    return {
      EnabledServicePrincipals: services.items.map(({ servicePrincipal, enabledAt }) => ({
        ServicePrincipal: servicePrincipal,
        DateEnabled: new Date(enabledAt),
      })),
      ...nextToken(services),
    };
  },
  about(),
);
