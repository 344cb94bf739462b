/** ListProtectedResources: resources with at least one recovery point, by ARN. Source: backup spec 2.J, 13.2. */
import { ListProtectedResources$, type ListProtectedResourcesInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listProtectedResources as listProtected, type ProtectedResource } from '../../store/recovery-points.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage } from './listing.ts';
import { protectedResourceShape } from './protected-resources.ts';

type Input = Checked<ListProtectedResourcesInput>;

export const listProtectedResources = readingOperation(
  ListProtectedResources$,
  async (input: Input, call: ReadCall) => {
    const { accountId, region } = call;
    const { items, nextToken } = await listPage<ProtectedResource, string>(call, ListProtectedResources$, input, {
      read: (after, limit) => listProtected(call.db, { accountId, region, after, limit }),
      cursorOf: (resource) => resource.resourceArn,
    });
    return { Results: items.map((resource) => protectedResourceShape(resource, call)), NextToken: nextToken };
  },
);
