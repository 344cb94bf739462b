/** The management account removes a member, which then stands alone. Source: organizations spec 2.4, 2.5. */
import {
  RemoveAccountFromOrganization$,
  type RemoveAccountFromOrganizationRequest,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { type Call, operation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asManagement } from './caller.ts';
import { depart, needRemovable } from './departure.ts';
import { needAccount } from './nodes.ts';

type Input = Checked<RemoveAccountFromOrganizationRequest, 'AccountId'>;
export const removeAccountFromOrganization = operation(
  RemoveAccountFromOrganization$,
  async (input: Input, call: Call): Promise<object> => {
    const { AccountId: accountId } = input;
    const organization = await asManagement(call);
    await lockOrganization(call.tx, organization.id);
    await needRemovable(call, organization, await needAccount(call.tx, organization, accountId));
    await depart(call.tx, organization, { accountId, method: 'REMOVED' }, call.now);
    call.wakeAfterCommit('reconciler');
    return {};
  },
  targets<Input>((input) => [input.AccountId]),
);
