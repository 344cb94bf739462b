import { CreatePolicy$, type CreatePolicyRequest, type CreatePolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { newUniqueId, policyArn } from '../../store/identity-ids.ts';
import { findPolicyByName, insertPolicy, type PolicyRow } from '../../store/identity-policies.ts';
import { type Call, operation } from '../operation.ts';
import { policyAlreadyExists, quotaExceeded } from './errors.ts';
import { checkDocument } from './policies.ts';
import { aboutNew } from './principals.ts';
import { MANAGED_POLICY_CHARS, policyChars } from './quotas.ts';
import { policyShape } from './shapes.ts';
import { withTags } from './tags.ts';

const FIRST_VERSION = 'v1';

type Input = Checked<CreatePolicyRequest>;
export const createPolicy = operation(
  CreatePolicy$,
  async (input: Input, call: Call): Promise<CreatePolicyResponse> => {
    const { PolicyName: name, Path: path, PolicyDocument: document, Description: description } = input;
    const { tx, accountId, installation, now } = call;
    checkDocument(document, 'identity');
    if (policyChars(document) > MANAGED_POLICY_CHARS) throw quotaExceeded('PolicySize', MANAGED_POLICY_CHARS);
    if (await findPolicyByName(tx, accountId, name)) throw policyAlreadyExists(name);
    const place = { account_id: accountId, path: path ?? '/', name };
    const policy: PolicyRow = {
      ...place,
      id: newUniqueId(installation.random, 'ANPA'),
      arn: policyArn(place),
      description: description ?? null,
      default_version: FIRST_VERSION,
      tags: withTags({}, input.Tags),
      created_at: now,
      updated_at: now,
      last_version: 1,
    };
    await insertPolicy(tx, policy, document);
    return { Policy: policyShape({ kind: 'customer', policy }, 0, true) };
  },
  aboutNew<Input>('policy', (input) => input.PolicyName),
);
