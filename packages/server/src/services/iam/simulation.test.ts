/** Simulations of policies: they decide as requests would, say why, and change nothing. */
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../testing/server.ts';
import { allow, fails, trusting } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const deny = (action: string) => allow(action, { Effect: 'Deny' });
const VAULT = 'arn:aws:backup:us-east-1:111122223333:backup-vault:v';

async function custom(input: Partial<iam.SimulateCustomPolicyCommandInput>): Promise<iam.EvaluationResult> {
  const asked = { PolicyInputList: [], ActionNames: ['backup:ListBackupJobs'], ...input };
  const { EvaluationResults } = await client.send(new iam.SimulateCustomPolicyCommand(asked));
  expect(EvaluationResults).toHaveLength(1);
  return EvaluationResults?.[0] as iam.EvaluationResult;
}

describe('SimulateCustomPolicy', () => {
  const vaultPolicy = (principal: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'backup:*', Resource: '*' }],
    });
  const levels = (...documents: string[]): iam.OrderedOrganizationPolicyType[] =>
    documents.map((document) => ({ ServiceControlPolicyInputList: [document] }));
  const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
  const context = (value: string) => [
    { ContextKeyName: 'AWS:multifactorauthpresent', ContextKeyValues: [value], ContextKeyType: 'boolean' as const },
  ];

  test.each<[rule: string, input: Partial<iam.SimulateCustomPolicyCommandInput>, decision: string]>([
    ['nothing allows', { PolicyInputList: [allow('s3:*')] }, 'implicitDeny'],
    ['one allows', { PolicyInputList: [allow('s3:*'), allow('backup:List*')] }, 'allowed'],
    ['one denies', { PolicyInputList: [allow('backup:*'), deny('backup:ListBackupJobs')] }, 'explicitDeny'],
    [
      'the boundary does not allow',
      { PolicyInputList: [allow('*')], PermissionsBoundaryPolicyInputList: [allow('s3:*')] },
      'implicitDeny',
    ],
    ['a condition holds', { PolicyInputList: [allow('*', mfa)], ContextEntries: context('true') }, 'allowed'],
    [
      'a condition does not hold',
      { PolicyInputList: [allow('*', mfa)], ContextEntries: context('false') },
      'implicitDeny',
    ],
    [
      'each given level of an organization allows',
      { PolicyInputList: [allow('*')], OrderedOrganizationPolicyInputList: levels(allow('*'), allow('backup:*')) },
      'allowed',
    ],
    [
      'one given level of an organization does not allow',
      { PolicyInputList: [allow('*')], OrderedOrganizationPolicyInputList: levels(allow('*'), allow('s3:*')) },
      'implicitDeny',
    ],
    [
      'one given level of an organization denies',
      { PolicyInputList: [allow('*')], OrderedOrganizationPolicyInputList: levels(deny('*'), allow('*')) },
      'explicitDeny',
    ],
    [
      "the resource's policy names the caller",
      {
        ActionNames: ['backup:StartBackupJob'],
        ResourceArns: [VAULT],
        ResourcePolicy: vaultPolicy({ AWS: 'arn:aws:iam::111122223333:user/ann' }),
        ResourceOwner: 'arn:aws:iam::111122223333:root',
        CallerArn: 'arn:aws:iam::111122223333:user/ann',
      },
      'allowed',
    ],
    [
      "another account's resource is open, but the caller's own policies are not",
      {
        ActionNames: ['backup:StartBackupJob'],
        ResourceArns: [VAULT],
        ResourcePolicy: vaultPolicy({ AWS: 'arn:aws:iam::444455556666:user/ben' }),
        ResourceOwner: '111122223333',
        CallerArn: 'arn:aws:iam::444455556666:user/ben',
      },
      'implicitDeny',
    ],
  ])('%s', async (_rule, input, decision) => {
    expect((await custom(input)).EvalDecision).toBe(decision);
  });

  test('shows the statements that decided, where they stand, and what nobody gave a value for', async () => {
    const text = JSON.stringify(
      {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 's3:*', Resource: '*' },
          { Effect: 'Allow', Action: 'backup:*', Resource: '*' },
        ],
      },
      undefined,
      2,
    );
    const conditional = allow('backup:*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
    const result = await custom({ PolicyInputList: [conditional, text] });
    expect(result).toMatchObject({
      EvalActionName: 'backup:ListBackupJobs',
      EvalResourceName: '*',
      MatchedStatements: [
        { SourcePolicyId: 'PolicyInputList.2', SourcePolicyType: 'none', StartPosition: { Line: 9, Column: 5 } },
      ],
      MissingContextValues: ['aws:SourceIp'],
    });
  });

  test('answers each action on each resource, in pages', async () => {
    const input = {
      PolicyInputList: [allow('backup:StartBackupJob', { Resource: VAULT })],
      ActionNames: ['backup:StartBackupJob', 'backup:StartCopyJob'],
      ResourceArns: [VAULT, `${VAULT}2`],
    };
    const decisions: unknown[] = [];
    for await (const { EvaluationResults } of iam.paginateSimulateCustomPolicy({ client, pageSize: 3 }, input)) {
      decisions.push(...(EvaluationResults ?? []).map((result) => [result.EvalResourceName, result.EvalDecision]));
    }
    expect(decisions).toEqual([
      [VAULT, 'allowed'],
      [`${VAULT}2`, 'implicitDeny'],
      [VAULT, 'implicitDeny'],
      [`${VAULT}2`, 'implicitDeny'],
    ]);
  });

  test('of millions of pairs answers the page that was asked for', async () => {
    const names = (prefix: string) => Array.from({ length: 2_000 }, (_, index) => `${prefix}${index}`);
    const input = {
      PolicyInputList: [allow('*')],
      ActionNames: names('a:b'),
      ResourceArns: names(VAULT),
      MaxItems: 2,
    };
    const first = await client.send(new iam.SimulateCustomPolicyCommand(input));
    expect(first.EvaluationResults?.map((result) => result.EvalResourceName)).toEqual([`${VAULT}0`, `${VAULT}1`]);
    const second = await client.send(new iam.SimulateCustomPolicyCommand({ ...input, Marker: first.Marker }));
    expect(second.EvaluationResults?.map((result) => result.EvalResourceName)).toEqual([`${VAULT}2`, `${VAULT}3`]);
  });

  test('makes shorter pages of very long policies, and goes on behind them', async () => {
    const statement = { Effect: 'Deny', Action: '*', Resource: '*' };
    const long = JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: 2_700 }, () => statement) });
    const actions = Array.from({ length: 40 }, (_, index) => `a:b${index}`);
    const input = { PolicyInputList: [long], ActionNames: actions };
    const first = await client.send(new iam.SimulateCustomPolicyCommand(input));
    const count = first.EvaluationResults?.length ?? 0;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(40);
    expect(first.EvaluationResults?.[0]?.MatchedStatements).toHaveLength(2_700);
    const second = await client.send(new iam.SimulateCustomPolicyCommand({ ...input, Marker: first.Marker }));
    expect(second.EvaluationResults?.map((result) => result.EvalActionName)).toEqual(actions.slice(count));
    expect(second.IsTruncated).toBe(false);
  });

  test.each<[string, Partial<iam.SimulateCustomPolicyCommandInput>, string]>([
    ['a policy that is not understood', { PolicyInputList: [allow('*'), '{}'] }, 'PolicyInputList.2: Syntax errors'],
    ['two boundaries', { PermissionsBoundaryPolicyInputList: [allow('*'), allow('*')] }, 'one permissions boundary'],
    ['a resource policy without a caller', { ResourcePolicy: vaultPolicy({ AWS: '*' }) }, 'CallerArn'],
    ['a caller that is no user', { CallerArn: 'arn:aws:iam::111122223333:role/r' }, 'CallerArn'],
    ['what is about EC2', { ResourceHandlingOption: 'EC2-VPC-EBS' }, 'ResourceHandlingOption'],
  ])('refuses %s', async (_what, input, message) => {
    await expect(custom(input)).rejects.toMatchObject(fails('InvalidInputException', message, 400));
  });
});

describe('SimulatePrincipalPolicy', () => {
  const arn = (name: string) => `arn:aws:iam::${accountId}:${name}`;
  beforeAll(async () => {
    await client.send(new iam.CreateGroupCommand({ GroupName: 'Backups' }));
    await client.send(
      new iam.AttachGroupPolicyCommand({
        GroupName: 'Backups',
        PolicyArn: 'arn:aws:iam::aws:policy/AWSBackupFullAccess',
      }),
    );
    await client.send(new iam.CreateUserCommand({ UserName: 'ann', Path: '/team/' }));
    await client.send(new iam.AddUserToGroupCommand({ UserName: 'ann', GroupName: 'Backups' }));
    await client.send(
      new iam.PutUserPolicyCommand({
        UserName: 'ann',
        PolicyName: 'own',
        PolicyDocument: deny('backup:DeleteBackupVault'),
      }),
    );
    await client.send(
      new iam.CreateRoleCommand({
        RoleName: 'runner',
        AssumeRolePolicyDocument: trusting({ Service: 'backup.amazonaws.com' }),
        PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      }),
    );
    await client.send(
      new iam.PutRolePolicyCommand({ RoleName: 'runner', PolicyName: 'all', PolicyDocument: allow('*') }),
    );
  });

  async function principal(
    PolicySourceArn: string,
    ...ActionNames: string[]
  ): Promise<readonly iam.EvaluationResult[]> {
    const input = { PolicySourceArn, ActionNames };
    return (await client.send(new iam.SimulatePrincipalPolicyCommand(input))).EvaluationResults ?? [];
  }

  test('a user is judged by its own policies and those of its groups, which are named', async () => {
    const results = await principal(
      arn('user/team/ann'),
      'backup:ListBackupJobs',
      'backup:DeleteBackupVault',
      's3:ListBucket',
    );
    expect(
      results.map(({ EvalDecision, MatchedStatements }) => [EvalDecision, MatchedStatements?.[0]?.SourcePolicyId]),
    ).toEqual([
      ['allowed', 'AWSBackupFullAccess'],
      ['explicitDeny', 'user_ann_own'],
      ['implicitDeny', undefined],
    ]);
    expect(results[0]?.MatchedStatements?.[0]?.SourcePolicyType).toBe('aws-managed');
    expect(results[1]?.MatchedStatements?.[0]?.SourcePolicyType).toBe('user');
  });

  test('a group is judged by its policies alone', async () => {
    const [result] = await principal(arn('group/Backups'), 'backup:DeleteBackupVault');
    expect(result?.EvalDecision).toBe('allowed');
  });

  test('a role is judged with its boundary, which is told apart', async () => {
    const [read, write] = await principal(arn('role/runner'), 'backup:ListBackupJobs', 'backup:CreateBackupVault');
    expect(read).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(write).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
  });

  test('documents that are only given count beside those that hang on it', async () => {
    const { EvaluationResults } = await client.send(
      new iam.SimulatePrincipalPolicyCommand({
        PolicySourceArn: arn('user/team/ann'),
        ActionNames: ['s3:ListBucket'],
        PolicyInputList: [allow('s3:*')],
      }),
    );
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'allowed',
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
    });
  });

  test.each([
    ['user/ann', 'NoSuchEntityException'],
    ['group/none', 'NoSuchEntityException'],
    ['policy/p', 'InvalidInputException'],
  ])('%s is refused', async (name, error) => {
    await expect(principal(arn(name), 'a:b')).rejects.toMatchObject({ name: error });
  });

  describe('without some of the policies', () => {
    const full = 'arn:aws:iam::aws:policy/AWSBackup';
    const own = (AttachmentName: string): iam.PolicyIdentifier => ({
      InlinePolicyIdentifier: { PolicyName: 'own', AttachmentType: 'user', AttachmentName },
    });

    test.each<[what: string, excluded: iam.PolicyIdentifier, list: string, remove: string]>([
      ["AWS's own", { PolicyType: 'aws-managed' }, 'implicitDeny', 'explicitDeny'],
      ['those of the account', { PolicyType: 'user-managed' }, 'allowed', 'explicitDeny'],
      ['inline ones', { PolicyType: 'inline' }, 'allowed', 'allowed'],
      ['one by its ARN', { PolicyArn: `${full}FullAccess` }, 'implicitDeny', 'explicitDeny'],
      ['several by an ARN', { PolicyArn: `${full}*` }, 'implicitDeny', 'explicitDeny'],
      ['one that is not attached', { PolicyArn: `${full}OperatorAccess` }, 'allowed', 'explicitDeny'],
      ['an inline one by name and holder', own('a?n'), 'allowed', 'allowed'],
      ['an inline one of somebody else', own('ben*'), 'allowed', 'explicitDeny'],
    ])('%s', async (_what, excluded, list, remove) => {
      const { EvaluationResults } = await client.send(
        new iam.SimulatePrincipalPolicyCommand({
          PolicySourceArn: arn('user/team/ann'),
          ActionNames: ['backup:ListBackupJobs', 'backup:DeleteBackupVault'],
          PolicyExclusionList: [excluded],
        }),
      );
      expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual([list, remove]);
    });

    test('the boundary among them', async () => {
      const { EvaluationResults } = await client.send(
        new iam.SimulatePrincipalPolicyCommand({
          PolicySourceArn: arn('role/runner'),
          ActionNames: ['backup:CreateBackupVault'],
          PolicyExclusionList: [{ PolicyType: 'permission-boundary' }],
        }),
      );
      expect(EvaluationResults?.[0]?.EvalDecision).toBe('allowed');
    });

    test.each<[string, iam.PolicyIdentifier]>([
      ['no ARN of a policy', { PolicyArn: 'arn:aws:iam::aws:role/Some-role' }],
      ['wildcards before the name', { PolicyArn: 'arn:aws:iam::*:policy/Some-policy' }],
      ['two stars', { PolicyArn: `${full}*F*` }],
    ])('%s is refused', async (_what, excluded) => {
      const input = { PolicySourceArn: arn('user/team/ann'), ActionNames: ['a:b'], PolicyExclusionList: [excluded] };
      await expect(client.send(new iam.SimulatePrincipalPolicyCommand(input))).rejects.toMatchObject({
        name: 'InvalidInputException',
      });
    });
  });

  test('of another account is refused', async () => {
    const { accountId: other } = await server.createAccount();
    await expect(principal(`arn:aws:iam::${other}:user/admin`, 'a:b')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('service control policies take part, told apart, and are not shown', async () => {
    const management = server.client(organizations.OrganizationsClient);
    await management.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { CreateAccountStatus } = await management.send(
      new organizations.CreateAccountCommand({ AccountName: 'member', Email: 'member@example.test' }),
    );
    await server.tick('accounts');
    const { CreateAccountStatus: done } = await management.send(
      new organizations.DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
    );
    const member = await server.adminOf(done?.AccountId ?? '');
    const { Policy } = await management.send(
      new organizations.CreatePolicyCommand({
        Name: 'no-vaults',
        Description: '',
        Type: 'SERVICE_CONTROL_POLICY',
        Content: deny('backup:DeleteBackupVault'),
      }),
    );
    await management.send(
      new organizations.AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: member.accountId }),
    );
    const input = {
      PolicySourceArn: `arn:aws:iam::${member.accountId}:user/admin`,
      ActionNames: ['backup:DeleteBackupVault', 'backup:ListBackupJobs'],
    };
    const answer = await server.client(iam.IAMClient, member).send(new iam.SimulatePrincipalPolicyCommand(input));
    expect(answer.EvaluationResults).toMatchObject([
      {
        EvalDecision: 'explicitDeny',
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
        MatchedStatements: [],
      },
      { EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } },
    ]);
  });
});

describe('context keys', () => {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::home/${aws:username}/*',
        Condition: {
          IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
          StringEquals: { 's3:prefix': "${aws:PrincipalTag/team, 'none'}" },
        },
      },
    ],
  });
  const keys = ['aws:PrincipalTag/team', 'aws:SourceIp', 'aws:username', 's3:prefix'];

  test('of documents are those of conditions and variables', async () => {
    const { ContextKeyNames } = await client.send(
      new iam.GetContextKeysForCustomPolicyCommand({ PolicyInputList: [document] }),
    );
    expect(ContextKeyNames).toEqual(keys);
  });

  test('of a user are those of all its policies', async () => {
    await client.send(new iam.CreateUserCommand({ UserName: 'keyed' }));
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'keyed', PolicyName: 'p', PolicyDocument: document }));
    const { ContextKeyNames } = await client.send(
      new iam.GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: `arn:aws:iam::${accountId}:user/keyed` }),
    );
    expect(ContextKeyNames).toEqual(keys);
  });
});
