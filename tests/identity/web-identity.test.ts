/** AssumeRoleWithWebIdentity as a pipeline uses it: the SDK, unsigned, with a token of a provider on this machine. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { HOUR_MS, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIENCE,
  type OidcServer,
  startOidcServer,
} from '../../packages/server/src/federation/testing/oidc-server.ts';
import { type Credentials, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { run } from '../e2e/program.ts';

let oidc: OidcServer;
let server: TestServer;
let account: string;
let admin: iam.IAMClient;
/** Of somebody without credentials. */
let anonymous: STSClient;
beforeAll(async () => {
  oidc = await startOidcServer(systemClock);
  server = await testServer({ settings: { oidcProviders: [oidc.provider] } });
  account = server.management.accountId;
  admin = server.client(iam.IAMClient);
  anonymous = new STSClient({ endpoint: server.endpoint, region: 'us-east-1', maxAttempts: 1 });
});
afterAll(async () => {
  anonymous.destroy();
  await server[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

const ASSUME = 'sts:AssumeRoleWithWebIdentity';
const providerArn = (accountId = account): string => `arn:aws:iam::${accountId}:oidc-provider/${oidc.path}`;

interface Trust {
  readonly Action?: readonly string[];
  readonly Condition?: object;
  readonly Principal?: object;
}

async function newRole(RoleName: string, { Action = [ASSUME], ...more }: Trust = {}): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { Federated: providerArn() }, Action, ...more }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await admin.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return `arn:aws:iam::${account}:role/${RoleName}`;
}

async function assume(
  RoleArn: string,
  claims: Readonly<Record<string, unknown>> = {},
  input: Partial<AssumeRoleWithWebIdentityCommandInput> = {},
) {
  const WebIdentityToken = await oidc.token({ claims });
  const command = { RoleArn, RoleSessionName: 'pipeline', WebIdentityToken, ...input };
  const answer = await anonymous.send(new AssumeRoleWithWebIdentityCommand(command));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...answer, session };
}

const refused = { name: 'AccessDenied', message: `Not authorized to perform ${ASSUME}` };
const listUsers = (credentials: Credentials) =>
  server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand());

describe('a token', () => {
  test('becomes a session of the role that trusts its provider', async () => {
    const answer = await assume(await newRole('Deploy'));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:shop',
      Audience: AUDIENCE,
      Provider: oidc.issuer,
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/Deploy/pipeline` },
    });
    const who = await server.client(STSClient, { credentials: answer.session }).send(new GetCallerIdentityCommand());
    expect(who.Arn).toBe(`arn:aws:sts::${account}:assumed-role/Deploy/pipeline`);
    await expect(listUsers(answer.session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each<[what: string, claims: Readonly<Record<string, unknown>>, name: string, message: string]>([
    ['for somebody else', { aud: 'other' }, 'InvalidIdentityTokenException', 'Incorrect token audience'],
    ['that has ended', { exp: 1 }, 'ExpiredTokenException', 'Token expired'],
    ['that has not begun', { nbf: 4_000_000_000 }, 'IDPRejectedClaimException', 'nbf'],
    ['of a stranger', { iss: 'https://x.test' }, 'InvalidIdentityTokenException', 'No OpenIDConnect provider found'],
  ])('%s is refused', async (_what, claims, name, message) => {
    const RoleArn = `arn:aws:iam::${account}:role/Deploy`;
    await expect(assume(RoleArn, claims)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  test('that is none is refused, and so is one that cannot be checked', async () => {
    const RoleArn = `arn:aws:iam::${account}:role/Deploy`;
    await expect(assume(RoleArn, {}, { WebIdentityToken: 'no token' })).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
    await using gone = await startOidcServer(systemClock);
    await using other = await testServer({ settings: { oidcProviders: [gone.provider] } });
    const WebIdentityToken = await gone.token();
    gone.answer = (_request, response) => response.writeHead(503).end();
    const client = new STSClient({ endpoint: other.endpoint, region: 'us-east-1', maxAttempts: 1 });
    const input = { RoleArn, RoleSessionName: 'pipeline', WebIdentityToken };
    await expect(client.send(new AssumeRoleWithWebIdentityCommand(input))).rejects.toMatchObject({
      name: 'IDPCommunicationErrorException',
    });
    client.destroy();
  });

  test('is nowhere in the log or on record', async () => {
    const token = await oidc.token();
    await assume(`arn:aws:iam::${account}:role/Deploy`, {}, { WebIdentityToken: token });
    await server.tick('audit');
    const { rows } = await server.installation.db
      .selectFrom('audit_record')
      .selectAll()
      .execute()
      .then((records) => ({ rows: JSON.stringify(records) }));
    expect(rows).toContain('AssumeRoleWithWebIdentity');
    for (const text of [rows, JSON.stringify(server.events)]) expect(text.includes(token)).toBe(false);
  });
});

describe('a role', () => {
  test('may ask for claims of the token, by the provider’s path and their names', async () => {
    const RoleArn = await newRole('Conditional', {
      Condition: {
        StringEquals: { [`${oidc.path}:aud`]: AUDIENCE, [`${oidc.path}:email`]: 'ann@example.test' },
        StringLike: { [`${oidc.path}:sub`]: 'repo:shop:*' },
        'ForAnyValue:StringEquals': { [`${oidc.path}:amr`]: ['mfa'] },
        Bool: { [`${oidc.path}:protected`]: 'true' },
      },
    });
    const good = { sub: 'repo:shop:main', email: 'ann@example.test', amr: ['pwd', 'mfa'], protected: true };
    await expect(assume(RoleArn, good)).resolves.toBeDefined();
    for (const bad of [
      { sub: 'repo:other:main' },
      { email: 'bob@example.test' },
      { amr: ['pwd'] },
      { protected: false },
    ]) {
      await expect(assume(RoleArn, { ...good, ...bad })).rejects.toMatchObject(refused);
    }
  });

  test('is not deceived by a claim that has the name of another in other letters', async () => {
    const StringEquals = { [`${oidc.path}:sub`]: 'repo:shop', [`${oidc.path}:sub_type`]: 'pipeline' };
    const RoleArn = await newRole('Letters', { Condition: { StringEquals } });
    await expect(assume(RoleArn, { Sub_Type: 'pipeline' })).resolves.toBeDefined();
    for (const name of ['SUB', 'Sub']) {
      const claims = { sub: 'repo:evil', sub_type: 'pipeline', [name]: 'repo:shop' };
      await expect(assume(RoleArn, claims)).rejects.toMatchObject(refused);
    }
  });

  test('sees the authorized party as the audience where there is one', async () => {
    const StringEquals = { [`${oidc.path}:aud`]: 'app', [`${oidc.path}:oaud`]: AUDIENCE };
    const RoleArn = await newRole('Azp', { Condition: { StringEquals } });
    expect((await assume(RoleArn, { azp: 'app' })).Audience).toBe('app');
    await expect(assume(RoleArn)).rejects.toMatchObject(refused);
  });

  test.each<[what: string, trust: Trust]>([
    ['that trusts another provider', { Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/x.test' } }],
    ['that lets the provider do something else only', { Action: ['sts:TagSession'] }],
    ['that trusts a service', { Principal: { Service: 'backup.amazonaws.com' } }],
  ])('%s lets nobody in', async (what, trust) => {
    const RoleArn = await newRole(what.replaceAll(' ', '-'), trust);
    await expect(assume(RoleArn)).rejects.toMatchObject(refused);
  });

  test('that does not exist, or is of a closed account, is refused in the same words', async () => {
    await expect(assume(`arn:aws:iam::${account}:role/None`)).rejects.toMatchObject(refused);
    const other = await server.createAccount();
    const theirs = server.client(iam.IAMClient, { credentials: other.credentials });
    const Statement = [{ Effect: 'Allow', Principal: { Federated: providerArn(other.accountId) }, Action: ASSUME }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await theirs.send(new iam.CreateRoleCommand({ RoleName: 'Theirs', AssumeRolePolicyDocument }));
    const RoleArn = `arn:aws:iam::${other.accountId}:role/Theirs`;
    await expect(assume(RoleArn)).resolves.toBeDefined();
    const { db } = server.installation;
    await db.updateTable('account').set({ state: 'SUSPENDED' }).where('id', '=', other.accountId).execute();
    await expect(assume(RoleArn)).rejects.toMatchObject(refused);
  });

  test('is not got by AssumeRole through the provider, nor by a token through the account', async () => {
    const RoleArn = `arn:aws:iam::${account}:role/Deploy`;
    const signed = server.client(STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work' }));
    await expect(signed).rejects.toMatchObject({ name: 'AccessDenied' });
    const byAccount = await newRole('ByAccount', { Principal: { AWS: account }, Action: ['sts:*'] });
    await expect(assume(byAccount)).rejects.toMatchObject(refused);
  });
});

describe('a session', () => {
  test('lasts as long as asked, no longer than the role allows', async () => {
    const RoleArn = `arn:aws:iam::${account}:role/Deploy`;
    const { Credentials } = await assume(RoleArn, {}, { DurationSeconds: 900 });
    expect((Credentials?.Expiration?.getTime() ?? 0) - systemClock.now()).toBeLessThan(HOUR_MS / 4 + 1);
    await expect(assume(RoleArn, {}, { DurationSeconds: 3_601 })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('is narrowed by session policies, and knows its provider', async () => {
    const RoleArn = await newRole('Known');
    const Condition = { StringEquals: { 'aws:FederatedProvider': providerArn() } };
    const Statement = [
      { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition },
      { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' },
    ];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await admin.send(new iam.PutRolePolicyCommand({ RoleName: 'Known', PolicyName: 'p', PolicyDocument }));
    await expect(listUsers((await assume(RoleArn)).session)).resolves.toBeDefined();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' },
    });
    const { session, PackedPolicySize } = await assume(RoleArn, {}, { Policy });
    expect(PackedPolicySize).toBeGreaterThan(0);
    await expect(listUsers(session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('has the tags and the source identity that the token holds, if the role lets them in', async () => {
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] },
      'https://aws.amazon.com/source_identity': 'ann',
    };
    await expect(assume(`arn:aws:iam::${account}:role/Deploy`, claims)).rejects.toMatchObject(refused);
    const RoleArn = await newRole('TagsOfTokens', {
      Action: [ASSUME, 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: { 'aws:RequestTag/team': 'blue', 'sts:SourceIdentity': 'ann' } },
    });
    const StringEquals = { 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'ann' };
    const Statement = [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition: { StringEquals } }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await admin.send(new iam.PutRolePolicyCommand({ RoleName: 'TagsOfTokens', PolicyName: 'p', PolicyDocument }));
    const { session, SourceIdentity } = await assume(RoleArn, claims);
    expect(SourceIdentity).toBe('ann');
    await expect(listUsers(session)).resolves.toBeDefined();
  });

  test.each<[what: string, claims: Readonly<Record<string, unknown>>]>([
    ['tags that are no object', { 'https://aws.amazon.com/tags': [] }],
    ['a tag of two values', { 'https://aws.amazon.com/tags': { principal_tags: { a: ['1', '2'] } } }],
    ['a transitive tag that is not there', { 'https://aws.amazon.com/tags': { transitive_tag_keys: ['a'] } }],
    ['a source identity with a space', { 'https://aws.amazon.com/source_identity': 'a b' }],
  ])('cannot have %s', async (_what, claims) => {
    await expect(assume(`arn:aws:iam::${account}:role/TagsOfTokens`, claims)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    });
  });
});

test('a program that only has its token in a file gets in by the variables that every SDK knows', async () => {
  const RoleArn = await newRole('ByVariables');
  const file = path.join(server.folder, 'token');
  writeFileSync(file, await oidc.token());
  const program = `
    import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
    console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);`;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env: {
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ROLE_ARN: RoleArn,
      AWS_ROLE_SESSION_NAME: 'job',
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
  expect({ stdout, stderr }).toEqual({ stdout: `arn:aws:sts::${account}:assumed-role/ByVariables/job\n`, stderr: '' });
});

test('providers are the operator’s: every account lists them, and none makes its own', async () => {
  const { OpenIDConnectProviderList } = await admin.send(new iam.ListOpenIDConnectProvidersCommand({}));
  expect(OpenIDConnectProviderList).toEqual([{ Arn: providerArn() }]);
  const get = (OpenIDConnectProviderArn: string) =>
    admin.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  expect(await get(providerArn())).toMatchObject({ Url: oidc.path, ClientIDList: [AUDIENCE] });
  const unknown = `arn:aws:iam::${account}:oidc-provider/x.test`;
  await expect(get(unknown)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  const create = new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://x.test', ClientIDList: ['a'] });
  await expect(admin.send(create)).rejects.toMatchObject({ name: 'NotImplemented' });
});
