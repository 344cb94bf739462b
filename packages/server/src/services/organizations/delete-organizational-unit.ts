/**
 * Deletes an empty unit. What was attached to it is detached, the policies stay.
 * Source: organizations spec 2.4.
 */
import {
  DeleteOrganizationalUnit$,
  type DeleteOrganizationalUnitRequest,
  OrganizationalUnitNotEmptyException$,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { deleteAttachmentsOf } from '../../store/organizations-policies.ts';
import { removeAllTags } from '../../store/organizations-tags.ts';
import { deleteUnit, hasChildren } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asManagement } from './caller.ts';
import { needUnit } from './nodes.ts';

type Input = Checked<DeleteOrganizationalUnitRequest, 'OrganizationalUnitId'>;
export const deleteOrganizationalUnit = operation(
  DeleteOrganizationalUnit$,
  async (input: Input, call: Call): Promise<object> => {
    const { OrganizationalUnitId: id } = input;
    const organization = await asManagement(call);
    await lockOrganization(call.tx, organization.id);
    await needUnit(call.tx, organization, id);
    if (await hasChildren(call.tx, id)) {
      throw new AwsError(
        OrganizationalUnitNotEmptyException$,
        'The organizational unit holds accounts or other units. Move or remove them first.',
      );
    }
    await deleteAttachmentsOf(call.tx, id);
    await removeAllTags(call.tx, id);
    await deleteUnit(call.tx, id);
    return {};
  },
  targets<Input>((input) => [input.OrganizationalUnitId]),
);
