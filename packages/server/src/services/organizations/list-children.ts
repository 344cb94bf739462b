/** Ids of the units or the accounts directly below a parent. Source: organizations spec 2.4. */
import {
  type Child,
  type ChildType,
  ListChildren$,
  type ListChildrenRequest,
  type ListChildrenResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type Keyset, listMembers, listUnits } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { needParent } from './nodes.ts';

type Input = Checked<ListChildrenRequest, 'ParentId' | 'ChildType'>;
export const listChildren = readingOperation(
  ListChildren$,
  async (input: Input, call: ReadCall): Promise<ListChildrenResponse> => {
    const { ParentId: parentId, ChildType: type } = input;
    const organization = await asReader(call);
    const parent = await needParent(call.db, organization, parentId);
    const children = await listPage(call, ListChildren$, input, {
      read: (keyset) => childIds(call, parent.id, type, keyset),
      cursorOf: (id) => id,
    });
    return { Children: children.items.map((id): Child => ({ Id: id, Type: type })), ...nextToken(children) };
  },
  targets<Input>((input) => [input.ParentId]),
);

async function childIds(
  { db }: ReadCall,
  parentId: string,
  type: ChildType,
  keyset: Keyset,
): Promise<readonly string[]> {
  const children =
    type === 'ACCOUNT' ? await listMembers(db, { parentId }, keyset) : await listUnits(db, parentId, keyset);
  return children.map(({ id }) => id);
}
