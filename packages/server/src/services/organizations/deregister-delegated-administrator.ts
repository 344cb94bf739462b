/**
 * Ends an account's administration of a service, at once.
 * Source: organizations spec 8.1.
 */
import {
  DeregisterDelegatedAdministrator$,
  type DeregisterDelegatedAdministratorRequest,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { deleteDelegatedAdministrator } from '../../store/organizations-trust.ts';
import { type Call, operation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { accountNotRegistered, constraintViolation } from './errors.ts';
import { needAccount } from './nodes.ts';
import { serviceFacts } from './service-principals.ts';

type Input = Checked<DeregisterDelegatedAdministratorRequest, 'AccountId' | 'ServicePrincipal'>;
export const deregisterDelegatedAdministrator = operation(
  DeregisterDelegatedAdministrator$,
  async (input: Input, call: Call): Promise<object> => {
    const { AccountId: accountId, ServicePrincipal: servicePrincipal } = input;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    serviceFacts(servicePrincipal);
    const account = await needAccount(call.tx, organization, accountId);
    if (account.id === organization.managementAccountId) {
      throw constraintViolation(
        'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
        'The management account cannot be a delegated administrator.',
      );
    }
    const registration = { organizationId: organization.id, accountId, servicePrincipal };
    if (!(await deleteDelegatedAdministrator(call.tx, registration))) throw accountNotRegistered();
    return {};
  },
  serviceAndAccount<Input>((input) => ({ servicePrincipal: input.ServicePrincipal, accountId: input.AccountId })),
);
