/** The parent of a unit or account; everything but the root has exactly one. Source: organizations spec 2.4. */
import {
  ChildNotFoundException$,
  ListParents$,
  type ListParentsRequest,
  type ListParentsResponse,
  type Parent,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import type { Organization } from '../../store/organizations.ts';
import { memberById, unitById } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';

type Input = Checked<ListParentsRequest, 'ChildId'>;
export const listParents = readingOperation(
  ListParents$,
  async (input: Input, call: ReadCall): Promise<ListParentsResponse> => {
    const organization = await asReader(call);
    const parentId = await parentIdOf(call, organization, input.ChildId);
    const parent: Parent = {
      Id: parentId,
      Type: parentId === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
    };
    const parents = await listPage(call, ListParents$, input, {
      read: async ({ after }) => (after === undefined ? [parent] : []),
      cursorOf: () => parentId,
    });
    return { Parents: [...parents.items], ...nextToken(parents) };
  },
  targets<Input>((input) => [input.ChildId]),
);

async function parentIdOf({ db }: ReadCall, { id }: Organization, childId: string): Promise<string> {
  const child = (await unitById(db, id, childId)) ?? (await memberById(db, id, childId));
  if (child?.parentId === undefined) {
    throw new AwsError(ChildNotFoundException$, "You specified a child that doesn't exist.");
  }
  return child.parentId;
}
