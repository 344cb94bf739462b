/** The organization, for every member: nobody has to be granted this one. Source: organizations spec 2.4. */
import { DescribeOrganization$, type DescribeOrganizationResponse } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { findAccount } from '../../store/account.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { callingMember } from './caller.ts';
import { organizationShape } from './shapes.ts';

export const describeOrganization = readingOperation(
  DescribeOrganization$,
  async (_input: object, call: ReadCall): Promise<DescribeOrganizationResponse> => {
    const { organization } = await callingMember(call);
    const management = present(await findAccount(call.db, organization.managementAccountId), 'management account');
    return { Organization: organizationShape(organization, management.email) };
  },
  about(),
);
