/** Tags a resource: all tags of the request or none. Source: organizations spec 10; recorded rules B.12.7. */
import { TagResource$, type TagResourceRequest } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { asDelegate } from './caller.ts';
import { quotasOf } from './quotas.ts';
import { aboutTaggable, needTaggable } from './taggable.ts';
import { needTagRoom, needTagsAllowed, tagsOfRequest } from './tags.ts';

type Input = Checked<TagResourceRequest, 'ResourceId' | 'Tags'>;
export const tagResource = operation(
  TagResource$,
  async (input: Input, call: Call): Promise<object> => {
    const { ResourceId: resourceId, Tags: sentTags } = input;
    const organization = await asDelegate(call);
    const tags = tagsOfRequest(sentTags);
    await lockOrganization(call.tx, organization.id);
    await needTaggable(call.tx, organization, resourceId);
    await needTagsAllowed(call.tx, organization, resourceId, tags);
    const count = await putTags(call.tx, organization.id, resourceId, tags);
    needTagRoom(count, quotasOf(call.installation.settings, organization.id));
    return {};
  },
  aboutTaggable<Input>(),
);
