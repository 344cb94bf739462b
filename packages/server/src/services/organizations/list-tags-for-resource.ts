/** Tags of a resource: the one list without a page size of the caller's. Source: organizations spec 2.4, 10. */
import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listTags } from '../../store/organizations-tags.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { aboutTaggable, needTaggable } from './taggable.ts';

type Input = Checked<ListTagsForResourceRequest, 'ResourceId'>;
export const listTagsForResource = readingOperation(
  ListTagsForResource$,
  async (input: Input, call: ReadCall): Promise<ListTagsForResourceResponse> => {
    const organization = await asReader(call);
    await needTaggable(call.db, organization, input.ResourceId);
    const tags = await listPage(call, ListTagsForResource$, input, {
      read: (keyset) => listTags(call.db, organization.id, input.ResourceId, keyset),
      cursorOf: (tag) => tag.key,
    });
    return { Tags: tags.items.map(({ key, value }) => ({ Key: key, Value: value })), ...nextToken(tags) };
  },
  aboutTaggable<Input>(),
);
