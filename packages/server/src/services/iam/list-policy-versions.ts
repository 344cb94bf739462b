import {
  ListPolicyVersions$,
  type ListPolicyVersionsRequest,
  type ListPolicyVersionsResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutPolicy } from './authorization.ts';
import { listPageOf, truncation } from './listing.ts';
import { requirePolicy } from './managed.ts';
import { defaultVersionOf, versionShape, versionsOf } from './policy-versions.ts';

type Input = Checked<ListPolicyVersionsRequest>;
export const listPolicyVersions = readingOperation(
  ListPolicyVersions$,
  async (input: Input, call: ReadCall): Promise<ListPolicyVersionsResponse> => {
    const { PolicyArn: arn } = input;
    const policy = await requirePolicy(call, arn);
    const all = await versionsOf(call.db, policy);
    const page = await listPageOf(call, ListPolicyVersions$, input, { arn }, all, ({ versionId }) => versionId);
    const shapes = page.items.map((version) => versionShape(version, defaultVersionOf(policy), false));
    return { Versions: shapes, ...truncation(page) };
  },
  aboutPolicy(),
);
