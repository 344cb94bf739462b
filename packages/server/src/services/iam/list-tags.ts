/** ListMFADeviceTags, ListPolicyTags, ListRoleTags, ListUserTags. */
import {
  ListMFADeviceTags$,
  type ListMFADeviceTagsRequest,
  ListPolicyTags$,
  type ListPolicyTagsRequest,
  ListRoleTags$,
  type ListRoleTagsRequest,
  type ListRoleTagsResponse,
  ListUserTags$,
  type ListUserTagsRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Operation, type OperationSchema, type ReadCall, readingOperation } from '../operation.ts';
import { type ListInput, listPageOf, truncation } from './listing.ts';
import { tagShapes } from './shapes.ts';
import { type Tagged, taggedMfaDevices, taggedPolicies, taggedRoles, taggedUsers } from './tagged.ts';

export const listMFADeviceTags = listing<Checked<ListMFADeviceTagsRequest>>(ListMFADeviceTags$, taggedMfaDevices);
export const listPolicyTags = listing<Checked<ListPolicyTagsRequest>>(ListPolicyTags$, taggedPolicies);
export const listRoleTags = listing<Checked<ListRoleTagsRequest>>(ListRoleTags$, taggedRoles);
export const listUserTags = listing<Checked<ListUserTagsRequest>>(ListUserTags$, taggedUsers);

function listing<Input extends ListInput>(
  schema: OperationSchema,
  { find, about }: Tagged<Input>,
): Operation<Input, ListRoleTagsResponse> {
  return readingOperation(
    schema,
    async (input: Input, call: ReadCall) => {
      const { id, tags: all } = await find(call, input);
      const page = await listPageOf(call, schema, input, { id }, tagShapes(all), ({ Key: key }) => key ?? '');
      return { Tags: [...page.items], ...truncation(page) };
    },
    about,
  );
}
