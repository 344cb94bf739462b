/** A unit of the organization. Source: organizations spec 1, 2.4. */
import {
  DescribeOrganizationalUnit$,
  type DescribeOrganizationalUnitRequest,
  type DescribeOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { needUnit } from './nodes.ts';
import { unitShape } from './shapes.ts';

type Input = Checked<DescribeOrganizationalUnitRequest, 'OrganizationalUnitId'>;
export const describeOrganizationalUnit = readingOperation(
  DescribeOrganizationalUnit$,
  async (input: Input, call: ReadCall): Promise<DescribeOrganizationalUnitResponse> => {
    const organization = await asReader(call);
    const unit = await needUnit(call.db, organization, input.OrganizationalUnitId);
    return { OrganizationalUnit: unitShape(organization, unit) };
  },
  targets<Input>((input) => [input.OrganizationalUnitId]),
);
