import { SetDefaultPolicyVersion$, type SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findPolicyVersion, updatePolicy } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { noSuchVersion } from './errors.ts';
import { lockOwnPolicy } from './managed.ts';

type Input = Checked<SetDefaultPolicyVersionRequest>;
/** What the policy allows changes with the next request of whoever it is attached to. */
export const setDefaultPolicyVersion = operation(
  SetDefaultPolicyVersion$,
  async (input: Input, call: Call): Promise<object> => {
    const { PolicyArn: arn, VersionId: versionId } = input;
    const policy = await lockOwnPolicy(call, arn);
    if (!(await findPolicyVersion(call.tx, policy.id, versionId))) throw noSuchVersion(arn, versionId);
    if (versionId !== policy.default_version) {
      await updatePolicy(call.tx, policy.id, { default_version: versionId, updated_at: call.now });
    }
    return {};
  },
  aboutPolicy(),
);
