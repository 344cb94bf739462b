/**
 * The guide to access, walked by a machine: the policies of docs/guide/access.md are those of a real organization,
 * every command is run in its order, ends as the guide says, and prints what the guide shows. `GUIDE=write npx vitest
 * run tests/authorization/guide.test.ts` writes what they print into the guide.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import { MoveAccountCommand } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import { CLONE, type Finished, run } from '../e2e/program.ts';

const GUIDE = path.join(CLONE, 'docs/guide/access.md');
const IS_WRITING = process.env['GUIDE'] === 'write';
const AWS = process.env['HOLDFAST_AWS'] ?? '/usr/bin/aws';

let org: TestOrganization;
let folder: string;
/** The guide's ids, and those of the organization. */
let ids: readonly (readonly [written: string, real: string])[];
let guide = readFileSync(GUIDE, 'utf8');

const documents = Object.fromEntries(
  [...guide.matchAll(/^```json (\S+)\n(.*?)^```$/gms)].map(([, name = '', content = '']) => [name, content]),
);

beforeAll(async () => {
  org = await testOrganization();
  const unit = await org.unit('Production');
  const shop = await org.account('shop');
  await org.client.send(
    new MoveAccountCommand({ AccountId: shop, SourceParentId: org.rootId, DestinationParentId: unit }),
  );
  await makeIdentities(shop);
  ids = [
    ['444455556666', shop],
    ['ou-ab12-production', unit],
    ['r-ab12', org.rootId],
    ['o-exampleorg', org.id],
  ];
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-access-guide-'));
  for (const [name, content] of Object.entries(documents)) writeFileSync(path.join(folder, name), real(content));
  mkdirSync(path.join(folder, 'bin'));
  program('holdfast', `"${process.execPath}" "${path.join(CLONE, 'packages/cli/src/main.ts')}"`);
  program('aws', `"${AWS}" --endpoint-url "${org.server.endpoint}"`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await org[Symbol.asyncDispose]();
});

async function makeIdentities(accountId: string): Promise<void> {
  const client = org.server.client(iam.IAMClient, await org.server.adminOf(accountId));
  await client.send(new iam.CreateUserCommand({ UserName: 'ann' }));
  await client.send(new iam.CreateGroupCommand({ GroupName: 'Operators' }));
  await client.send(new iam.AddUserToGroupCommand({ GroupName: 'Operators', UserName: 'ann' }));
  const PolicyDocument = present(documents['operators.json'], 'the operators’ policy');
  const operating = { PolicyName: 'operate', PolicyDocument };
  await client.send(new iam.PutGroupPolicyCommand({ GroupName: 'Operators', ...operating }));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
  });
  await client.send(new iam.CreateRoleCommand({ RoleName: 'BreakGlass', AssumeRolePolicyDocument }));
  await client.send(new iam.PutRolePolicyCommand({ RoleName: 'BreakGlass', ...operating }));
}

function program(name: string, command: string): void {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

const real = (text: string): string => ids.reduce((all, [written, id]) => all.replaceAll(written, id), text);
const written = (text: string): string => ids.reduce((all, [guideId, id]) => all.replaceAll(id, guideId), text);

interface Step {
  readonly script: string;
  readonly exitCode: number;
  readonly shown: string | undefined;
}

const FENCE = /^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?/gms;
const steps = [...guide.matchAll(FENCE)].map(
  ([, script = '', shown]): Step => ({ script, shown, exitCode: Number(/# exit code (\d)/.exec(script)?.[1] ?? 0) }),
);

/** Whoever the management account's administrator is. */
function shell(script: string): Promise<Finished> {
  const { accessKeyId, secretAccessKey } = org.server.management.credentials;
  return run('/bin/sh', ['-e', '-c', script], {
    cwd: folder,
    env: {
      PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      AWS_ENDPOINT_URL: org.server.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
}

test.each(steps)('$script', async ({ script, exitCode, shown }) => {
  const { code, stdout, stderr } = await shell(real(script));
  expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
  if (shown === undefined) return;
  // The policy's id is made while the guide is walked.
  const printed = written(stdout).replaceAll(/\bp-[a-z0-9]{10}\b/g, 'p-a1b2c3d4e5');
  if (IS_WRITING) {
    guide = guide.replace(FENCE, (block: string, of: string) =>
      of === script ? `\`\`\`sh\n${script}\`\`\`\n\n\`\`\`text\n${printed}\`\`\`` : block,
    );
    writeFileSync(GUIDE, guide);
  } else expect(printed).toBe(shown);
});

test('both control policies of the guide are taken', async () => {
  expect(await org.policy('RESOURCE_CONTROL_POLICY', real(documents['perimeter.json'] ?? ''))).toMatch(/^p-/);
  expect(steps).toHaveLength(5);
});

test('a wrong command line, and a server that refuses, end with 1', async () => {
  const ann = real('--principal arn:aws:iam::444455556666:user/ann');
  for (const [wrong, told] of [
    ['--action backup:ListBackupVaults', 'required option'],
    [`${ann} --action backup:ListBackupVaults --context aws:SourceIp`, 'KEY=VALUE'],
    [`${ann} --action backup:ListBackupVaults --endpoint-url http://127.0.0.1:1`, 'The server cannot be reached'],
  ]) {
    const { code, stdout, stderr } = await shell(`holdfast iam explain ${wrong}`);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(told ?? '') });
  }
});

test('for programs the answer is JSON', async () => {
  const { stdout } = await shell(
    real('holdfast iam explain --principal arn:aws:iam::444455556666:user/ann --action backup:ListTags --json'),
  );
  expect(JSON.parse(stdout)).toMatchObject({ decision: 'ALLOWED', decidedBy: [{ sid: 'Look' }, {}, {}, {}] });
});
