/** UntagResource: removing a tag that is not there is no error. Source: backup spec 2.N. */
import { UntagResource$, type UntagResourceInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { deleteTags } from '../../store/backup-tags.ts';
import { type Call, operation } from '../operation.ts';
import { onArn } from './authorization.ts';
import { requireOwnTags, requireTaggable } from './taggable.ts';

type Input = Checked<UntagResourceInput, 'ResourceArn' | 'TagKeyList'>;

export const untagResource = operation(
  UntagResource$,
  async ({ ResourceArn: arn, TagKeyList: keys }: Input, call: Call) => {
    await requireTaggable(call, arn);
    requireOwnTags(arn);
    await deleteTags(call.tx, arn, keys);
    return {};
  },
  onArn((input: Input) => Object.fromEntries(input.TagKeyList.map((key) => [key, undefined]))),
);
