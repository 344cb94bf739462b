/** ListTags, by key. Source: backup spec 2.N. */
import { ListTags$, type ListTagsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listTags as listTagsOf } from '../../store/backup-tags.ts';
import { type Call, operation } from '../operation.ts';
import { onArn } from './authorization.ts';
import { listPage } from './listing.ts';
import { requireTaggable } from './taggable.ts';

type Input = Checked<ListTagsInput, 'ResourceArn'>;

export const listTags = operation(
  ListTags$,
  async (input: Input, call: Call) => {
    const { ResourceArn: arn } = input;
    await requireTaggable(call, arn);
    const { items, nextToken } = await listPage<{ key: string; value: string }, string>(call, ListTags$, input, {
      read: (after, limit) => listTagsOf(call.tx, arn, { after, limit }),
      cursorOf: (tag) => tag.key,
    });
    return { Tags: Object.fromEntries(items.map(({ key, value }) => [key, value])), NextToken: nextToken };
  },
  onArn(),
);
