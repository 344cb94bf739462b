/** The units directly below a parent. Source: organizations spec 2.4. */
import {
  ListOrganizationalUnitsForParent$,
  type ListOrganizationalUnitsForParentRequest,
  type ListOrganizationalUnitsForParentResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listUnits } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { needParent } from './nodes.ts';
import { unitShape } from './shapes.ts';

type Input = Checked<ListOrganizationalUnitsForParentRequest, 'ParentId'>;
export const listOrganizationalUnitsForParent = readingOperation(
  ListOrganizationalUnitsForParent$,
  async (input: Input, call: ReadCall): Promise<ListOrganizationalUnitsForParentResponse> => {
    const organization = await asReader(call);
    const parent = await needParent(call.db, organization, input.ParentId);
    const units = await listPage(call, ListOrganizationalUnitsForParent$, input, {
      read: (keyset) => listUnits(call.db, parent.id, keyset),
      cursorOf: (unit) => unit.id,
    });
    return { OrganizationalUnits: units.items.map((unit) => unitShape(organization, unit)), ...nextToken(units) };
  },
  targets<Input>((input) => [input.ParentId]),
);
