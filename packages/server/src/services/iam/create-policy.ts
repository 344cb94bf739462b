import { CreatePolicy$, type CreatePolicyRequest, type CreatePolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { UNUSED } from '../../store/identity-attachments.ts';
import { newUniqueId, policyArn } from '../../store/identity-ids.ts';
import { findPolicyByName, insertPolicy, type PolicyRow, versionName } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { aboutNew } from './authorization.ts';
import { policyAlreadyExists } from './errors.ts';
import { checkManagedDocument } from './policies.ts';
import { needRoom } from './quotas.ts';
import { policyShape } from './shapes.ts';
import { needTagPermission, withTags } from './tags.ts';

type Input = Checked<CreatePolicyRequest>;
export const createPolicy = operation(
  CreatePolicy$,
  async (input: Input, call: Call): Promise<CreatePolicyResponse> => {
    const { PolicyName: name, Path: path, PolicyDocument: document, Description: description } = input;
    const { tx, accountId, installation, now } = call;
    checkManagedDocument(document);
    if (await findPolicyByName(tx, accountId, name)) throw policyAlreadyExists(name);
    await needRoom(call, 'iam_policy');
    await needTagPermission(call, 'iam:TagPolicy', input.Tags);
    const place = { account_id: accountId, path: path ?? '/', name };
    const policy: PolicyRow = {
      ...place,
      id: newUniqueId(installation.random, 'ANPA'),
      arn: policyArn(place),
      description: description ?? null,
      default_version: versionName(1),
      tags: withTags({}, input.Tags),
      created_at: now,
      updated_at: now,
      last_version: 1,
    };
    await insertPolicy(tx, policy, document);
    return { Policy: policyShape({ kind: 'customer', policy }, UNUSED, true) };
  },
  aboutNew<Input>('policy', (input) => input.PolicyName),
);
