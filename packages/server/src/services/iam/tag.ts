/** TagMFADevice, TagPolicy, TagRole, TagUser. */
import {
  TagMFADevice$,
  type TagMFADeviceRequest,
  TagPolicy$,
  type TagPolicyRequest,
  TagRole$,
  type TagRoleRequest,
  TagUser$,
  type TagUserRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { lockTags, setTags } from '../../store/identity-named.ts';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { type Tagged, taggedMfaDevices, taggedPolicies, taggedRoles, taggedUsers } from './tagged.ts';
import { withTags } from './tags.ts';

export const tagMFADevice = tagging<Checked<TagMFADeviceRequest>>(TagMFADevice$, taggedMfaDevices);
export const tagPolicy = tagging<Checked<TagPolicyRequest>>(TagPolicy$, taggedPolicies);
export const tagRole = tagging<Checked<TagRoleRequest>>(TagRole$, taggedRoles);
export const tagUser = tagging<Checked<TagUserRequest>>(TagUser$, taggedUsers);

function tagging<Input extends { readonly Tags: Checked<TagUserRequest>['Tags'] }>(
  schema: OperationSchema,
  { table, idToChange, about }: Tagged<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      const id = await idToChange(call, input);
      await setTags(call.tx, table, id, withTags(await lockTags(call.tx, table, id), input.Tags));
      return {};
    },
    about,
  );
}
