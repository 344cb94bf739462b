import { DeletePolicyVersion$, type DeletePolicyVersionRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findPolicyVersion, deletePolicyVersion as removeVersion } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { deleteConflict, noSuchVersion } from './errors.ts';
import { lockOwnPolicy } from './managed.ts';

type Input = Checked<DeletePolicyVersionRequest>;
export const deletePolicyVersion = operation(
  DeletePolicyVersion$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyArn: arn, VersionId: versionId } = input;
    const policy = await lockOwnPolicy(call, arn);
    if (!(await findPolicyVersion(call.tx, policy.id, versionId))) throw noSuchVersion(arn, versionId);
    if (versionId === policy.default_version) {
      throw deleteConflict('Cannot delete the default version of a policy.');
    }
    await removeVersion(call.tx, policy.id, versionId);
    return {};
  },
  aboutPolicy(),
);
