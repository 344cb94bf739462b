/** The root, and the one place that tells which policy types are truly enabled. Source: organizations spec 2.4. */
import { ListRoots$, type ListRootsRequest, type ListRootsResponse } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { enabledPolicyTypes } from '../../store/organizations-policies.ts';
import { nodeById } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { rootShape } from './shapes.ts';

type Input = Checked<ListRootsRequest>;
export const listRoots = readingOperation(
  ListRoots$,
  async (input: Input, call: ReadCall): Promise<ListRootsResponse> => {
    const organization = await asReader(call);
    const types = await enabledPolicyTypes(call.db, organization.id);
    const roots = await listPage(call, ListRoots$, input, {
      read: async ({ after }) => {
        const root = await nodeById(call.db, organization.id, organization.rootId);
        return root && after === undefined ? [root] : [];
      },
      cursorOf: (root) => root.id,
    });
    return { Roots: roots.items.map((root) => rootShape(organization, root, types)), ...nextToken(roots) };
  },
  about(),
);
