/**
 * The what-if API on a living organization: signed by the SDK's own signer, judged against the command on a snapshot.
 */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backupPolicy,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import type { Credentials, TestAccount } from '../../packages/server/src/testing/server.ts';
import { askOwnService, type OwnAnswer } from '../organizations/own-service.ts';

let organization: TestOrganization;
let policyId: string;
let memberId: string;

beforeAll(async () => {
  organization = await testOrganization();
  await organization.enable('BACKUP_POLICY');
  memberId = await organization.account('member');
  policyId = await organization.policy('BACKUP_POLICY', backupPolicy('daily'), 'base');
  await organization.attach(policyId, organization.rootId);
});
afterAll(() => organization[Symbol.asyncDispose]());

const ask = (operation: string, input: unknown, credentials?: Credentials): Promise<OwnAnswer> =>
  askOwnService(organization.server, operation, input, credentials);

const shorter = (): string => JSON.stringify(backupPolicy('daily', { regions: { '@@assign': ['eu-central-1'] } }));
const preview = (...changes: readonly object[]) =>
  ask('PreviewPolicyChange', { PolicyType: 'BACKUP_POLICY', Changes: changes });

test('a preview says what changes for whom, and changes nothing', async () => {
  const { status, body } = await preview({ Kind: 'SET_POLICY', Policy: policyId, Content: shorter() });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { Effect: 'WEAKENS', ChangedAccounts: 2, UnchangedAccounts: 0 },
  });
  expect(JSON.parse(String(body['Groups']))).toMatchObject([
    {
      accountIds: expect.arrayContaining([memberId]),
      effect: 'weakens',
      changes: [{ kind: 'region-removed', effect: 'weakens' }],
      edits: [{ path: ['plans', 'daily', 'regions'], before: ['us-east-1'], after: ['eu-central-1'] }],
    },
  ]);
  const unchanged = await preview();
  expect(unchanged.body).toMatchObject({ Effect: 'NEUTRAL', ChangedAccounts: 0, UnchangedAccounts: 2, Groups: '[]' });
});

test('changes are combined, and a new policy goes by its name', async () => {
  const { body } = await preview(
    { Kind: 'NEW_POLICY', Name: 'more', Content: JSON.stringify(backupPolicy('weekly')) },
    { Kind: 'ATTACH', Policy: 'more', Target: memberId },
    { Kind: 'DETACH', Policy: 'base', Target: 'Root' },
  );
  expect(body).toMatchObject({ Effect: 'WEAKENS', ChangedAccounts: 2 });
});

test('an explanation gives the document and where each value comes from, also after a change', async () => {
  const path = 'plans/daily/regions';
  const input = { PolicyType: 'BACKUP_POLICY', TargetId: memberId, Path: path };
  const { body } = await ask('ExplainEffectivePolicy', input);
  expect(JSON.parse(String(body['PolicyContent']))).toMatchObject({ plans: { daily: { regions: ['us-east-1'] } } });
  expect(JSON.parse(String(body['Explanation']))).toMatchObject({
    root: { value: ['us-east-1'], setBy: [{ policyId, policyName: 'base', nodeName: 'Root' }] },
  });
  const changes = [{ Kind: 'SET_POLICY', Policy: 'base', Content: shorter() }];
  const after = await ask('ExplainEffectivePolicy', { ...input, Changes: changes });
  expect(JSON.parse(String(after.body['Explanation']))).toMatchObject({ root: { value: ['eu-central-1'] } });
});

test.each<[what: string, change: object, expected: RegExp]>([
  ['a kind that does not exist', { Kind: 'DELETE' }, /Kind "DELETE" is none of/],
  ['a change without its parts', { Kind: 'ATTACH', Policy: 'base' }, /Change 1 \(ATTACH\) needs Target/],
  ['a policy that is not there', { Kind: 'DETACH', Policy: 'x', Target: 'Root' }, /There is no policy "x"/],
  [
    'a content that AWS would refuse',
    { Kind: 'SET_POLICY', Policy: 'base', Content: '{"plan":{}}' },
    /change 1, line 1, column 1: plans is missing/,
  ],
])('%s is a ValidationException', async (_what, change, expected) => {
  const { status, body } = await preview(change);
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { __type: expect.stringContaining('ValidationException') },
  });
  expect(JSON.stringify(body)).toMatch(new RegExp(expected.source.replaceAll('"', '\\\\"')));
});

test('only the management account may ask, and there only who is allowed to', async () => {
  const member: TestAccount = await organization.server.adminOf(memberId);
  const input = { PolicyType: 'BACKUP_POLICY', Changes: [] };
  expect(await ask('PreviewPolicyChange', input, member.credentials)).toMatchObject({
    status: 400,
    body: { __type: expect.stringContaining('AccessDeniedException') },
  });
  const iam = organization.server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: 'curious' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'curious' }));
  const curious = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  expect(await ask('PreviewPolicyChange', input, curious)).toMatchObject({
    status: 400,
    body: { __type: expect.stringContaining('AccessDeniedException') },
  });
  const statement = { Effect: 'Allow', Action: 'holdfast:PreviewPolicyChange', Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new PutUserPolicyCommand({ UserName: 'curious', PolicyName: 'ask', PolicyDocument: document }));
  expect(await ask('PreviewPolicyChange', input, curious)).toMatchObject({ status: 200 });
});

test('a type that does not merge, and a missing member, are refused', async () => {
  const wrong = await ask('PreviewPolicyChange', { PolicyType: 'SERVICE_CONTROL_POLICY', Changes: [] });
  expect(JSON.stringify(wrong.body)).toContain('is not a type of policies that merge');
  const missing = await ask('PreviewPolicyChange', { PolicyType: 'BACKUP_POLICY' });
  expect(missing).toMatchObject({ status: 400, body: { __type: expect.stringContaining('ValidationException') } });
});
