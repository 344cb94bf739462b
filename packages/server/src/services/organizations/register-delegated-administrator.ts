/**
 * Lets a member administer a service for the organization, and with it read everything in the organization. What it
 * may do in the service is the service's matter.
 * Source: organizations spec 2.3, 8.1.
 */
import {
  AccountAlreadyRegisteredException$,
  RegisterDelegatedAdministrator$,
  type RegisterDelegatedAdministratorRequest,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import type { MemberAccount } from '../../store/organizations-tree.ts';
import {
  countDelegatedAdministrators,
  insertDelegatedAdministrator,
  isRegisteredAdministrator,
  isServiceAccessEnabled,
  type Registration,
} from '../../store/organizations-trust.ts';
import { type Call, operation } from '../operation.ts';
import { serviceAndAccount } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { constraintViolation } from './errors.ts';
import { needAccount } from './nodes.ts';
import { serviceFacts } from './service-principals.ts';

type Input = Checked<RegisterDelegatedAdministratorRequest, 'AccountId' | 'ServicePrincipal'>;
export const registerDelegatedAdministrator = operation(
  RegisterDelegatedAdministrator$,
  async (input: Input, call: Call): Promise<object> => {
    const { AccountId: accountId, ServicePrincipal: servicePrincipal } = input;
    const { tx, now } = call;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    const { administratorsMax } = serviceFacts(servicePrincipal);
    await lockOrganization(tx, organization.id);
    needRegistrable(organization, await needAccount(tx, organization, accountId));
    if (!(await isServiceAccessEnabled(tx, organization.id, servicePrincipal))) {
      throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED', `Enable trusted access for ${servicePrincipal} first.`);
    }
    const registration = { organizationId: organization.id, accountId, servicePrincipal };
    if (await isRegisteredAdministrator(tx, registration)) {
      throw new AwsError(
        AccountAlreadyRegisteredException$,
        'The account is already a delegated administrator of the service.',
      );
    }
    if (administratorsMax !== undefined) await needPlace(call, registration, administratorsMax);
    await insertDelegatedAdministrator(tx, registration, now);
    return {};
  },
  serviceAndAccount<Input>((input) => ({ servicePrincipal: input.ServicePrincipal, accountId: input.AccountId })),
);

function needRegistrable({ managementAccountId }: Organization, { id, state }: MemberAccount): void {
  if (id === managementAccountId) {
    throw constraintViolation(
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
      'The management account cannot be a delegated administrator.',
    );
  }
  if (state !== 'ACTIVE' && state !== 'PENDING_ACTIVATION') {
    throw constraintViolation(
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
      'A suspended account cannot be a delegated administrator.',
    );
  }
}

async function needPlace(
  { tx }: Call,
  { organizationId, servicePrincipal }: Registration,
  administratorsMax: number,
): Promise<void> {
  if ((await countDelegatedAdministrators(tx, organizationId, servicePrincipal)) < administratorsMax) return;
  throw administratorsMax === 1
    ? constraintViolation(
        'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE',
        'The service has its administrator already.',
      )
    : constraintViolation(
        'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED',
        `The service can have ${administratorsMax} delegated administrators.`,
      );
}
