import { GetPolicyVersion$, type GetPolicyVersionRequest, type GetPolicyVersionResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { noSuchVersion } from './errors.ts';
import { requirePolicy } from './managed.ts';
import { defaultVersionOf, versionShape, versionsOf } from './policy-versions.ts';

type Input = Checked<GetPolicyVersionRequest>;
export const getPolicyVersion = readingOperation(
  GetPolicyVersion$,
  async (input: Input, call: ReadCall): Promise<GetPolicyVersionResponse> => {
    const { PolicyArn: arn, VersionId: versionId } = input;
    const policy = await requirePolicy(call, arn);
    const version = (await versionsOf(call.db, policy)).find((one) => one.versionId === versionId);
    if (!version) throw noSuchVersion(arn, versionId);
    return { PolicyVersion: versionShape(version, defaultVersionOf(policy), true) };
  },
  aboutPolicy(),
);
