/**
 * Makes a unit below the root or another unit, with the default policies of the enabled types.
 * Source: organizations spec 2.4, 3 (limits).
 */
import {
  CreateOrganizationalUnit$,
  type CreateOrganizationalUnitRequest,
  type CreateOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization, type Organization } from '../../store/organizations.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { countUnits, insertUnit, type OrganizationNode } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { unitArn } from './arns.ts';
import { targets } from './authorization.ts';
import { asManagement } from './caller.ts';
import { attachDefaultPolicies } from './default-policies.ts';
import { constraintViolation } from './errors.ts';
import { newUnitId } from './ids.ts';
import { needParent } from './nodes.ts';
import { quotasOf } from './quotas.ts';
import { unitShape } from './shapes.ts';
import { needTagPermission, needTagRoom, needTagsAllowed, tagsOfRequest } from './tags.ts';
import { needFreeName } from './unit-names.ts';

type Input = Checked<CreateOrganizationalUnitRequest, 'ParentId' | 'Name'>;
export const createOrganizationalUnit = operation(
  CreateOrganizationalUnit$,
  async (input: Input, call: Call): Promise<CreateOrganizationalUnitResponse> => {
    const { ParentId: parentId, Name: name, Tags: sentTags } = input;
    const { tx, now } = call;
    const { settings, random } = call.installation;
    const organization = await asManagement(call);
    const tags = tagsOfRequest(sentTags);
    await needTagsAllowed(tx, organization, 'ou-', tags);
    needTagRoom(tags.length, quotasOf(settings, organization.id));
    await lockOrganization(tx, organization.id);
    const parent = await needParent(tx, organization, parentId);
    await needFreeName(call, parentId, name);
    await needRoom(call, organization, parent);
    const id = newUnitId(random, organization.rootId);
    await needTagPermission(call, organization, unitArn(organization, id), tags);
    const unit = await insertUnit(tx, { id, organizationId: organization.id, parent, name }, now);
    await attachDefaultPolicies(tx, organization.id, id);
    await putTags(tx, organization.id, id, tags);
    return { OrganizationalUnit: unitShape(organization, unit) };
  },
  targets<Input>((input) => [input.ParentId]),
);

async function needRoom({ tx, installation }: Call, { id }: Organization, parent: OrganizationNode): Promise<void> {
  const { organizationalUnits, organizationalUnitDepth } = quotasOf(installation.settings, id);
  if ((await countUnits(tx, id)) >= organizationalUnits) {
    throw constraintViolation(
      'OU_NUMBER_LIMIT_EXCEEDED',
      `The organization has ${organizationalUnits} organizational units already.`,
    );
  }
  if (parent.depth >= organizationalUnitDepth) {
    throw constraintViolation(
      'OU_DEPTH_LIMIT_EXCEEDED',
      `Organizational units can be nested ${organizationalUnitDepth} levels deep.`,
    );
  }
}
