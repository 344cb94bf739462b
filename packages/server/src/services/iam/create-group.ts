import { CreateGroup$, type CreateGroupRequest, type CreateGroupResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findGroup, type GroupRow, insertGroup } from '../../store/identity-groups.ts';
import { newUniqueId } from '../../store/identity-ids.ts';
import { type Call, operation } from '../operation.ts';
import { aboutNew } from './authorization.ts';
import { alreadyExists } from './errors.ts';
import { needRoom } from './quotas.ts';
import { groupShape } from './shapes.ts';

type Input = Checked<CreateGroupRequest>;
export const createGroup = operation(
  CreateGroup$,
  async (input: Input, call: Call): Promise<CreateGroupResponse> => {
    const { GroupName: name, Path: path } = input;
    const { tx, accountId, installation, now } = call;
    if (await findGroup(tx, accountId, name)) throw alreadyExists('Group', name);
    await needRoom(call, 'iam_group');
    const id = newUniqueId(installation.random, 'AGPA');
    const group: GroupRow = { id, account_id: accountId, name, path: path ?? '/', created_at: now };
    await insertGroup(tx, group);
    return { Group: groupShape(group) };
  },
  aboutNew<Input>('group', (input) => input.GroupName),
);
