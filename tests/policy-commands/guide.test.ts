/**
 * The guide to policies, walked by a machine: every command line of docs/guide/policies.md is run in its order, ends as
 * the guide says, and prints what the guide shows. `GUIDE=write npm test -- tests/policy-commands/guide.test.ts` writes
 * what they print into the guide.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSnapshot } from '@holdfast/policy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { CLONE } from '../e2e/program.ts';
import { callerOf, type Desk, desk } from './command.ts';
import { sample } from './sample.ts';

const GUIDE = path.join(CLONE, 'docs/guide/policies.md');
const IS_WRITING = process.env['GUIDE'] === 'write';

interface Step {
  readonly command: string;
  readonly exitCode: number;
  /** What the guide shows of its output. */
  readonly shown: string | undefined;
}

let server: TestServer;
let at: Desk;
let guide = readFileSync(GUIDE, 'utf8');

beforeAll(async () => {
  server = await testServer();
  server.start(['accounts']);
  const { AWS_ENDPOINT_URL: endpoint = '', ...caller } = callerOf(server);
  at = desk({ AWS_ENDPOINT_URL: endpoint, AWS_SHARED_CREDENTIALS_FILE: 'credentials', AWS_PROFILE: 'my-org' });
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = caller;
  at.write('credentials', `[my-org]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
  at.write('sample.json', sample);
  using admin = desk(callerOf(server));
  admin.write('sample.json', sample);
  await admin.ok('org', 'import', 'sample.json', '--apply');
  for (const [, name = '', content = ''] of guide.matchAll(/^```(?:json|yaml) (\S+)\n(.*?)^```$/gms)) {
    mkdirSync(path.dirname(path.join(at.folder, name)), { recursive: true });
    at.write(name, content);
  }
});
afterAll(async () => {
  at[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const FENCE = /^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?/gms;

function steps(): Step[] {
  return [...guide.matchAll(FENCE)].flatMap(([, commands = '', shown]) =>
    commands
      .trim()
      .split('\n')
      .map((line, index, lines) => ({
        command: line.replace(/ *#.*/, ''),
        exitCode: Number(/# exit code (\d)/.exec(line)?.[1] ?? 0),
        shown: index === lines.length - 1 ? shown : undefined,
      })),
  );
}

test('the guide’s organization is what the guide’s commands are about', async () => {
  const [exported] = steps();
  expect(exported?.command).toBe('holdfast org export --profile my-org');
  await at.ok('org', 'export', '--profile', 'my-org');
  const reading = readSnapshot(at.read('holdfast-org.json'));
  if (!reading.ok) throw new Error(JSON.stringify(reading.diagnostics));
  const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name).toSorted();
  expect(names(reading.snapshot.accounts)).toEqual(names(sample.accounts));
  expect(names(reading.snapshot.policies)).toEqual(names(sample.policies));
});

test.each(steps())('$command', async ({ command, exitCode, shown }) => {
  // Ids of a server's own would make each run print something else.
  at.write('holdfast-org.json', sample);
  const [program, ...args] = command.split(' ');
  expect(program).toBe('holdfast');
  const { code, stdout, stderr } = await at.run(...args);
  expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
  if (shown === undefined) return;
  if (IS_WRITING) guide = guide.replace(FENCE, (block: string) => withOutput(block, command, stdout));
  else expect(stdout).toBe(shown);
});

function withOutput(block: string, command: string, output: string): string {
  if (!block.includes(`${command} `) && !block.includes(`${command}\n`)) return block;
  return block.replace(/^```text\n.*^```$/ms, () => `\`\`\`text\n${output}\`\`\``);
}

test('every file of the guide is used by its commands, or is for others', () => {
  const named = [...guide.matchAll(/^```(?:json|yaml) (\S+)$/gm)].map(([, name = '']) => name);
  const used = steps()
    .map(({ command }) => command)
    .join('\n');
  const forOthers = ['.github/workflows/policies.yml', 'tests/backup.test.yaml'];
  expect(named.filter((name) => !used.includes(name) && !forOthers.includes(name))).toEqual([]);
  if (IS_WRITING) writeFileSync(GUIDE, guide);
});
