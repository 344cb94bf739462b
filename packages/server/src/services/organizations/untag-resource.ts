/** Takes tags from a resource; keys that are not there are no matter. Source: organizations spec 10. */
import { UntagResource$, type UntagResourceRequest } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { removeTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { asDelegate } from './caller.ts';
import { aboutTaggable, needTaggable } from './taggable.ts';
import { refuseSystemKeys } from './tags.ts';

type Input = Checked<UntagResourceRequest, 'ResourceId' | 'TagKeys'>;
export const untagResource = operation(
  UntagResource$,
  async (input: Input, call: Call): Promise<object> => {
    const { ResourceId: resourceId, TagKeys: keys } = input;
    const organization = await asDelegate(call);
    refuseSystemKeys(keys);
    await lockOrganization(call.tx, organization.id);
    await needTaggable(call.tx, organization, resourceId);
    await removeTags(call.tx, resourceId, keys);
    return {};
  },
  aboutTaggable<Input>(),
);
