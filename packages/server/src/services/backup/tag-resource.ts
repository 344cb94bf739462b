/** TagResource: adds tags, changes the values of those that are there. Source: backup spec 2.N. */
import { TagResource$, type TagResourceInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { putTags, tagsOf } from '../../store/backup-tags.ts';
import { lockPlace } from '../../store/plans.ts';
import { type Call, operation } from '../operation.ts';
import { onArn } from './authorization.ts';
import { requireOwnTags, requireTaggable, tagPolicyTypeOf } from './taggable.ts';
import { requireAllowedTags, requireTagCount, requireTags } from './tags.ts';

type Input = Checked<TagResourceInput, 'ResourceArn' | 'Tags'>;

export const tagResource = operation(
  TagResource$,
  async ({ ResourceArn: arn, Tags: tags }: Input, call: Call) => {
    requireTags(tags);
    await requireTaggable(call, arn);
    requireOwnTags(arn);
    const resourceType = tagPolicyTypeOf(arn);
    if (resourceType) await requireAllowedTags(call, resourceType, tags);
    await lockPlace(call.tx, call);
    requireTagCount(Object.keys({ ...(await tagsOf(call.tx, arn)), ...tags }).length);
    await putTags(call.tx, call.accountId, arn, tags);
    return {};
  },
  onArn((input: Input) => input.Tags),
);
