/**
 * Renames a unit. No name, or one of blanks, succeeds and changes nothing.
 * Source: organizations spec 2.4; recorded rules B.12.6.
 */
import {
  UpdateOrganizationalUnit$,
  type UpdateOrganizationalUnitRequest,
  type UpdateOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { renameUnit } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asManagement } from './caller.ts';
import { needUnit } from './nodes.ts';
import { unitShape } from './shapes.ts';
import { needFreeName } from './unit-names.ts';

type Input = Checked<UpdateOrganizationalUnitRequest, 'OrganizationalUnitId'>;
export const updateOrganizationalUnit = operation(
  UpdateOrganizationalUnit$,
  async (input: Input, call: Call): Promise<UpdateOrganizationalUnitResponse> => {
    const { OrganizationalUnitId: id, Name: sentName } = input;
    const organization = await asManagement(call);
    await lockOrganization(call.tx, organization.id);
    const unit = await needUnit(call.tx, organization, id);
    const name = sentName?.trim() ? sentName : unit.name;
    if (name !== unit.name) {
      await needFreeName(call, unit.parentId ?? organization.rootId, name, id);
      await renameUnit(call.tx, id, name);
    }
    return { OrganizationalUnit: unitShape(organization, { ...unit, name }) };
  },
  targets<Input>((input) => [input.OrganizationalUnitId]),
);
