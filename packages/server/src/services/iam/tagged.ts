/** What can carry tags: users, roles, managed policies and MFA devices of the account. Groups cannot. */
import type { TaggedTable } from '../../store/identity-named.ts';
import type { Authorization, Call, ReadCall } from '../operation.ts';
import { aboutPolicy, aboutRole, aboutUser } from './authorization.ts';
import { lockOwnPolicy, requirePolicy } from './managed.ts';
import { requireMfaDevice } from './mfa-devices.ts';
import { requireOwnRole, requireRole, requireUser } from './principals.ts';
import type { Tags } from './tags.ts';

export interface Tagged<Input> {
  readonly table: TaggedTable;
  find(call: ReadCall, input: Input): Promise<{ readonly id: string; readonly tags: Tags }>;
  /** @throws AccessDenied, UnmodifiableEntity for what is AWS's or a service's */
  idToChange(call: Call, input: Input): Promise<string>;
  readonly about: Authorization<Input>;
}

export const taggedUsers: Tagged<{ readonly UserName: string }> = {
  table: 'iam_user',
  find: (call, { UserName: name }) => requireUser(call, name),
  idToChange: async (call, { UserName: name }) => (await requireUser(call, name)).id,
  about: aboutUser(),
};

export const taggedRoles: Tagged<{ readonly RoleName: string }> = {
  table: 'iam_role',
  find: (call, { RoleName: name }) => requireRole(call, name),
  idToChange: async (call, { RoleName: name }) => (await requireOwnRole(call, name)).id,
  about: aboutRole(),
};

export const taggedPolicies: Tagged<{ readonly PolicyArn: string }> = {
  table: 'iam_policy',
  find: async (call, { PolicyArn: arn }) => {
    const { kind, policy } = await requirePolicy(call, arn);
    return kind === 'aws' ? { id: policy.id, tags: {} } : policy;
  },
  idToChange: async (call, { PolicyArn: arn }) => (await lockOwnPolicy(call, arn)).id,
  about: aboutPolicy(),
};

export const taggedMfaDevices: Tagged<{ readonly SerialNumber: string }> = {
  table: 'mfa_device',
  find: async (call, { SerialNumber: serial }) => {
    const { serial_number: id, tags } = await requireMfaDevice(call, serial);
    return { id, tags };
  },
  idToChange: async (call, { SerialNumber: serial }) => (await requireMfaDevice(call, serial)).serial_number,
  about: ({ SerialNumber: serial }) => ({ resources: [serial] }),
};
