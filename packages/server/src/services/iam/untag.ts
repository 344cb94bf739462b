/** UntagMFADevice, UntagPolicy, UntagRole, UntagUser. */
import {
  UntagMFADevice$,
  type UntagMFADeviceRequest,
  UntagPolicy$,
  type UntagPolicyRequest,
  UntagRole$,
  type UntagRoleRequest,
  UntagUser$,
  type UntagUserRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { lockTags, setTags } from '../../store/identity-named.ts';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { type Tagged, taggedMfaDevices, taggedPolicies, taggedRoles, taggedUsers } from './tagged.ts';
import { withoutTags } from './tags.ts';

export const untagMFADevice = untagging<Checked<UntagMFADeviceRequest>>(UntagMFADevice$, taggedMfaDevices);
export const untagPolicy = untagging<Checked<UntagPolicyRequest>>(UntagPolicy$, taggedPolicies);
export const untagRole = untagging<Checked<UntagRoleRequest>>(UntagRole$, taggedRoles);
export const untagUser = untagging<Checked<UntagUserRequest>>(UntagUser$, taggedUsers);

function untagging<Input extends { readonly TagKeys: readonly string[] }>(
  schema: OperationSchema,
  { table, idToChange, about }: Tagged<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      const id = await idToChange(call, input);
      await setTags(call.tx, table, id, withoutTags(await lockTags(call.tx, table, id), input.TagKeys));
      return {};
    },
    about,
  );
}
