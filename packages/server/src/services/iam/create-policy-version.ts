import {
  CreatePolicyVersion$,
  type CreatePolicyVersionRequest,
  type CreatePolicyVersionResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { insertPolicyVersion, listPolicyVersions, updatePolicy, versionName } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { limitExceeded } from './errors.ts';
import { lockOwnPolicy } from './managed.ts';
import { checkManagedDocument } from './policies.ts';
import { versionShape } from './policy-versions.ts';
import { VERSIONS_PER_POLICY } from './quotas.ts';

type Input = Checked<CreatePolicyVersionRequest>;
export const createPolicyVersion = operation(
  CreatePolicyVersion$,
  async (input: Input, call: Call): Promise<CreatePolicyVersionResponse> => {
    const { PolicyArn: arn, PolicyDocument: document, SetAsDefault: setAsDefault } = input;
    const { tx, now } = call;
    const policy = await lockOwnPolicy(call, arn);
    checkManagedDocument(document);
    if ((await listPolicyVersions(tx, [policy.id])).length >= VERSIONS_PER_POLICY) {
      throw limitExceeded(
        `A managed policy can have up to ${VERSIONS_PER_POLICY} versions. ` +
          'Before you create a new version, you must delete an existing version.',
      );
    }
    // Numbers are not given twice: what somebody wrote down about v3 stays about that v3.
    const number = policy.last_version + 1;
    const version = { versionId: versionName(number), document, createdAt: now };
    await insertPolicyVersion(tx, policy.id, version);
    await updatePolicy(tx, policy.id, {
      last_version: number,
      ...(setAsDefault ? { default_version: version.versionId, updated_at: now } : {}),
    });
    const defaultVersion = setAsDefault ? version.versionId : policy.default_version;
    return { PolicyVersion: versionShape(version, defaultVersion, false) };
  },
  aboutPolicy(),
);
