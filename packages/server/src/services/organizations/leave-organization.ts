/** A member leaves by itself. Source: organizations spec 2.4, 2.5. */
import { LeaveOrganization$ } from '@aws-sdk/client-organizations';
import { lockOrganization } from '../../store/organizations.ts';
import { type Call, operation } from '../operation.ts';
import { organizationArn } from './arns.ts';
import { about } from './authorization.ts';
import { callingMember } from './caller.ts';
import { depart, needRemovable } from './departure.ts';
import { needAccount } from './nodes.ts';

export const leaveOrganization = operation(
  LeaveOrganization$,
  async (_input: object, call: Call): Promise<object> => {
    const { organization } = await callingMember(call);
    await lockOrganization(call.tx, organization.id);
    await needRemovable(call, organization, await needAccount(call.tx, organization, call.accountId));
    await depart(call.tx, organization, { accountId: call.accountId, method: 'LEFT' }, call.now);
    call.wakeAfterCommit('reconciler');
    return {};
  },
  about(({ organization }) => ({ arns: [organizationArn(organization)] })),
);
