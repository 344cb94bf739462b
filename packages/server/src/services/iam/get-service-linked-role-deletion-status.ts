import {
  GetServiceLinkedRoleDeletionStatus$,
  type GetServiceLinkedRoleDeletionStatusRequest,
  type GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findRoleDeletion } from '../../store/identity-role-deletions.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { missing } from './errors.ts';

type Input = Checked<GetServiceLinkedRoleDeletionStatusRequest>;
export const getServiceLinkedRoleDeletionStatus = readingOperation(
  GetServiceLinkedRoleDeletionStatus$,
  async (input: Input, call: ReadCall): Promise<GetServiceLinkedRoleDeletionStatusResponse> => {
    const { DeletionTaskId: id } = input;
    const deletion = await findRoleDeletion(call.db, call.accountId, id);
    if (!deletion) throw missing(`The deletion task with id ${id} cannot be found.`);
    const { failure } = deletion;
    if (!failure) return { Status: 'SUCCEEDED' };
    const usages = failure.usages.map(({ region, resources }) => ({ Region: region, Resources: [...resources] }));
    return { Status: 'FAILED', Reason: { Reason: failure.reason, RoleUsageList: usages } };
  },
);
