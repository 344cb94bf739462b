/** ListTags, by key. Source: backup spec 2.N. */
import { ListTags$, type ListTagsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listTags as listTagsOf } from '../../store/backup-tags.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onArn } from './authorization.ts';
import { listPage } from './listing.ts';
import { requireTaggable } from './taggable.ts';

type Input = Checked<ListTagsInput, 'ResourceArn'>;

export const listTags = readingOperation(
  ListTags$,
  async (input: Input, call: ReadCall) => {
    const { ResourceArn: arn } = input;
    await requireTaggable(call, arn);
    const { items, nextToken } = await listPage<{ key: string; value: string }, string>(call, ListTags$, input, {
      read: (after, limit) => listTagsOf(call.db, arn, { after, limit }),
      cursorOf: (tag) => tag.key,
    });
    return { Tags: Object.fromEntries(items.map(({ key, value }) => [key, value])), NextToken: nextToken };
  },
  onArn(),
);
