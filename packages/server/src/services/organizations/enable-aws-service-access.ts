/**
 * Trusts a service with the organization. A second time changes nothing, the date neither.
 * Source: organizations spec 2.4, 7.
 */
import { EnableAWSServiceAccess$, type EnableAWSServiceAccessRequest } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { enableServiceAccess } from '../../store/organizations-trust.ts';
import { type Call, operation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { serviceFacts } from './service-principals.ts';

type Input = Checked<EnableAWSServiceAccessRequest, 'ServicePrincipal'>;
export const enableAWSServiceAccess = operation(
  EnableAWSServiceAccess$,
  async (input: Input, call: Call): Promise<object> => {
    const { ServicePrincipal: servicePrincipal } = input;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    serviceFacts(servicePrincipal);
    await enableServiceAccess(call.tx, organization.id, servicePrincipal, call.now);
    return {};
  },
  serviceAndAccount<Input>((input) => ({ servicePrincipal: input.ServicePrincipal })),
);
