import { CreateRole$, type CreateRoleRequest, type CreateRoleResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { newUniqueId } from '../../store/identity-ids.ts';
import { findRole, insertRole, type RoleRow } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutNew, boundaryCondition } from './authorization.ts';
import { alreadyExists } from './errors.ts';
import { boundaryFor } from './managed.ts';
import { needRoom } from './quotas.ts';
import { roleShape } from './shapes.ts';
import { needTagPermission, withTags } from './tags.ts';
import { trustToKeep, trustToShow } from './trust-policy.ts';

const DEFAULT_SESSION_SECONDS = 3_600;

type Input = Checked<CreateRoleRequest>;
export const createRole = operation(
  CreateRole$,
  async (input: Input, call: Call): Promise<CreateRoleResponse> => {
    const { RoleName: name, Path: path, AssumeRolePolicyDocument: trustPolicy, Description: description } = input;
    const { tx, accountId, installation, now } = call;
    if (await findRole(tx, accountId, name)) throw alreadyExists('Role', name);
    await needRoom(call, 'iam_role');
    await needTagPermission(call, 'iam:TagRole', input.Tags);
    const role: RoleRow = {
      id: newUniqueId(installation.random, 'AROA'),
      account_id: accountId,
      name,
      path: path ?? '/',
      description: description ?? null,
      trust_policy: await trustToKeep(tx, trustPolicy),
      max_session_seconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      boundary_arn: await boundaryFor(call, input.PermissionsBoundary),
      tags: withTags({}, input.Tags),
      linked_service: null,
      created_at: now,
      last_used_at: null,
      last_used_region: null,
    };
    await insertRole(tx, role);
    return { Role: roleShape(role, { trustPolicy: await trustToShow(tx, role.trust_policy), whole: true }) };
  },
  aboutNew<Input>('role', (input) => input.RoleName, boundaryCondition),
);
