/**
 * Takes down that an account is to be made; finish-accounts.ts makes it, or says why not. An address that is in use is
 * found out there, as on AWS.
 * Source: organizations spec 2.5, Q12; recorded rules B.12.12.
 */
import { CreateAccount$, type CreateAccountRequest, type CreateAccountResponse } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { pendingHandshakes } from '../../store/handshakes.ts';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import {
  countCreationsInProgress,
  insertCreateAccountRequest,
  type CreateAccountRequest as Request,
} from '../../store/organizations-accounts.ts';
import { countMembers } from '../../store/organizations-tree.ts';
import { BACKUP_DEFAULT_ROLE, ORGANIZATION_ACCESS_ROLE } from '../../store/roles.ts';
import { type Call, operation } from '../operation.ts';
import { accountArn } from './arns.ts';
import { about } from './authorization.ts';
import { asManagement } from './caller.ts';
import { concurrentModification, constraintViolation, invalidInput } from './errors.ts';
import { newCreateAccountRequestId } from './ids.ts';
import { quotasOf } from './quotas.ts';
import { createAccountStatus } from './shapes.ts';
import { needTagPermission, needTagRoom, needTagsAllowed, tagsOfRequest } from './tags.ts';

/** Role names that AWS keeps for services. */
const SERVICE_ROLE_PREFIX = 'AWSServiceRoleFor';

type Input = Checked<CreateAccountRequest, 'Email' | 'AccountName'>;
export const createAccount = operation(
  CreateAccount$,
  async (input: Input, call: Call): Promise<CreateAccountResponse> => {
    const { Email: email, AccountName: accountName, RoleName: sentRoleName, Tags: sentTags } = input;
    const { tx, now, installation } = call;
    const organization = await asManagement(call);
    const roleName = sentRoleName ?? ORGANIZATION_ACCESS_ROLE;
    needFreeRoleName(roleName);
    const tags = tagsOfRequest(sentTags);
    await needTagsAllowed(tx, organization, '0', tags);
    needTagRoom(tags.length, quotasOf(installation.settings, organization.id));
    await needTagPermission(call, organization, accountArn(organization, '*'), tags);
    await lockOrganization(tx, organization.id);
    await needRoom(call, organization);
    const id = newCreateAccountRequestId(installation.random);
    const request: Request = {
      id,
      organizationId: organization.id,
      accountName,
      email,
      roleName,
      tags,
      requestedAt: now,
      outcome: { state: 'IN_PROGRESS' },
    };
    if (!(await insertCreateAccountRequest(tx, request))) {
      throw concurrentModification('An account with this email address is being created.');
    }
    call.wakeAfterCommit('accounts');
    return { CreateAccountStatus: createAccountStatus(request) };
  },
  about<Input>(),
);

function needFreeRoleName(name: string): void {
  if (name.startsWith(SERVICE_ROLE_PREFIX) || name === BACKUP_DEFAULT_ROLE) {
    throw invalidInput('INVALID_ROLE_NAME', `The role name ${name} is reserved for a service.`);
  }
}

async function needRoom({ tx, now, installation }: Call, { id }: Organization): Promise<void> {
  const { accountsPerOrganization, accountCreationsInProgress } = quotasOf(installation.settings, id);
  const creating = await countCreationsInProgress(tx, id);
  const invited = (await pendingHandshakes(tx, id, 'INVITE', now)).length;
  if ((await countMembers(tx, id)) + creating + invited >= accountsPerOrganization) {
    throw constraintViolation(
      'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
      `The organization can have ${accountsPerOrganization} accounts.`,
    );
  }
  if (creating >= accountCreationsInProgress) {
    throw constraintViolation(
      'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED',
      `${accountCreationsInProgress} accounts are being created. Try again when one of them is done.`,
    );
  }
}
