import { GetPolicyVersion$, type GetPolicyVersionRequest, type GetPolicyVersionResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findPolicyVersion } from '../../store/identity-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { noSuchVersion } from './errors.ts';
import { requirePolicy } from './policies.ts';
import { aboutPolicy } from './principals.ts';
import { encodeDocument, MANAGED_SINCE, MANAGED_VERSION } from './shapes.ts';

type Input = Checked<GetPolicyVersionRequest>;
export const getPolicyVersion = readingOperation(
  GetPolicyVersion$,
  async (input: Input, call: ReadCall): Promise<GetPolicyVersionResponse> => {
    const { PolicyArn: arn, VersionId: versionId } = input;
    const { kind, policy } = await requirePolicy(call, arn);
    if (kind === 'aws') {
      if (versionId !== MANAGED_VERSION) throw noSuchVersion(arn, versionId);
      const whole = { Document: encodeDocument(policy.document), VersionId: versionId, IsDefaultVersion: true };
      return { PolicyVersion: { ...whole, CreateDate: MANAGED_SINCE } };
    }
    const version = await findPolicyVersion(call.db, policy.id, versionId);
    if (!version) throw noSuchVersion(arn, versionId);
    return {
      PolicyVersion: {
        Document: encodeDocument(version.document),
        VersionId: versionId,
        IsDefaultVersion: versionId === policy.default_version,
        CreateDate: new Date(version.createdAt),
      },
    };
  },
  aboutPolicy(),
);
