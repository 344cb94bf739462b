/**
 * The guide to identity, walked by a machine: the command lines of each block of docs/guide/identity.md are run in
 * their order by a shell, with the real aws command, and must succeed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AccessKey as AwsAccessKey } from '@aws-sdk/client-iam';
import { systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OidcServer, startOidcServer } from '../../packages/server/src/federation/testing/oidc-server.ts';
import { type OperatorDoor, openOperatorDoor } from '../../packages/server/src/operator/operator-door.ts';
import { type Credentials, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { CLONE, run } from '../e2e/program.ts';

const AWS = process.env['HOLDFAST_AWS'] ?? '/usr/bin/aws';
const HOLDFAST = path.join(CLONE, 'packages/cli/src/main.ts');
const AUTHENTICATOR = fileURLToPath(new URL('./authenticator.ts', import.meta.url));
/** The guide's account and issuer stand for those of this server. */
const GUIDE_ACCOUNT = '111122223333';
const GUIDE_ISSUER = 'https://token.example.com';
const GUIDE_PATH = 'token.example.com';

const guide = readFileSync(path.join(CLONE, 'docs/guide/identity.md'), 'utf8');
let oidc: OidcServer;
let server: TestServer;
let door: OperatorDoor;

beforeAll(async () => {
  oidc = await startOidcServer(systemClock);
  server = await testServer({ settings: { oidcProviders: [{ ...oidc.provider, audiences: ['holdfast'] }] } });
  const operatorSocket = path.join(server.folder, 'operator.sock');
  const places = { operatorSocket, work: server.folder, auditMark: server.auditMark };
  door = await openOperatorDoor(server.installation, places, '1.2.3');
  for (const [, name = '', content = ''] of guide.matchAll(/^```json (\S+)\n(.*?)^```$/gms)) write(name, here(content));
  write('token', await oidc.token({ claims: { aud: 'holdfast', sub: 'repo:shop:main' } }));
});
afterAll(async () => {
  await door.close();
  await server[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

const write = (name: string, text: string): void => writeFileSync(path.join(server.folder, name), text);
const read = (name: string): string => readFileSync(path.join(server.folder, name), 'utf8');

/** As it reads on this server. */
function here(text: string): string {
  return text
    .replaceAll(GUIDE_ISSUER, oidc.issuer)
    .replaceAll(GUIDE_PATH, oidc.path)
    .replaceAll(GUIDE_ACCOUNT, server.management.accountId);
}

interface Block {
  readonly who: string;
  readonly commands: string;
  readonly title: string;
}

const blocks = [...guide.matchAll(/^```sh(?: as (\S+))?\n(.*?)^```$/gms)].map(
  ([, who = 'the administrator', commands = '']): Block => ({
    who,
    commands,
    title: commands.split(' ', 3).join(' ').split('\n', 1)[0] ?? '',
  }),
);

test.each(blocks)(
  '$title … as $who',
  async ({ who, commands }) => {
    const script = `
    set -euo pipefail
    aws() { command "$AWS_PROGRAM" --endpoint-url "$HOLDFAST" "$@"; }
    holdfast() { command "$NODE_PROGRAM" "$HOLDFAST_PROGRAM" "$@" --data "$PWD"; }
    ${withCodes(here(commands))}`;
    const { code, stderr } = await run('bash', ['-c', script], {
      cwd: server.folder,
      env: {
        HOLDFAST: server.endpoint,
        HOLDFAST_PROGRAM: HOLDFAST,
        NODE_PROGRAM: process.execPath,
        AWS_PROGRAM: AWS,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_PAGER: '',
        ...keysOf(who),
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('rror') });
    // Each call of the aws command is a start of Python, which takes its time on a busy machine.
  },
  300_000,
);

/** The commands, with what the authenticator app shows where they name it: the seed is there once it was made. */
function withCodes(commands: string): string {
  const app = `"$NODE_PROGRAM" ${AUTHENTICATOR} seed`;
  const shown = { $CODE1: `$(${app} -1)`, $CODE2: `$(${app} 0)`, $CODE3: `$(${app} 1)` };
  return Object.entries(shown).reduce((text, [name, code]) => text.replace(`"${name}"`, code), commands);
}

function keysOf(who: string): Readonly<Record<string, string>> {
  if (who === 'nobody') return {};
  if (who === 'the administrator') return environmentOf(server.management.credentials);
  const { AccessKey } = JSON.parse(read(`${who}.json`)) as { AccessKey: AwsAccessKey };
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey;
  return environmentOf({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey });
}

function environmentOf({ accessKeyId, secretAccessKey }: Credentials): Readonly<Record<string, string>> {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}
