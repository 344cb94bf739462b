import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type PlantedTree, plant } from '../checks/planted.ts';

/** Each planted test passes by itself; what it leaves behind has to fail the run. */
const LEAKS = {
  'an unhandled promise': {
    says: /nobody waits for this/,
    body: "void Promise.reject(new Error('nobody waits for this'));",
  },
  'a child process': { says: /left open by this test file[\s\S]*ProcessWrap/, body: "spawn('sleep', ['30']);" },
  'a process that was detached': {
    says: /Processes left by tests \(now killed\): sleep/,
    body: "spawn('sleep', ['30'], { detached: true, stdio: 'ignore' }).unref();",
  },
  'a server': { says: /left open by this test file[\s\S]*TCPServerWrap/, body: 'createServer().listen(0);' },
  'a connection to PostgreSQL': {
    says: /left open by this test file[\s\S]*PipeWrap/,
    body: "await new pg.Client({ connectionString: process.env['CLUSTER_URL'] }).connect();",
  },
} as const;

const IMPORTS = `import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import pg from 'pg';
import { expect, test } from 'vitest';
`;
const CLEAN = `
  const child = spawn('true');
  await new Promise((resolve) => child.on('close', resolve));
  const client = new pg.Client({ connectionString: process.env['CLUSTER_URL'] });
  await client.connect();
  await client.end();
  const server = createServer().listen(0);
  await new Promise((resolve) => server.close(resolve));`;

const CONFIG = `export default {
  test: {
    include: ['planted/*.test.ts'],
    pool: 'threads',
    isolate: false,
    globalSetup: ['tools/testing/left-processes.ts'],
    setupFiles: ['tools/testing/open-resources.ts'],
  },
};`;

const VITEST = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
let tree: PlantedTree;

beforeAll(() => {
  const bodies = {
    'what is closed': CLEAN,
    ...Object.fromEntries(Object.entries(LEAKS).map(([name, { body }]) => [name, body])),
  };
  const files = Object.entries(bodies).map(([name, body]) => [
    `planted/${slug(name)}.test.ts`,
    `${IMPORTS}test('leaves something', async () => {\n  ${body}\n  expect([spawn, createServer, pg]).toHaveLength(3);\n});\n`,
  ]);
  tree = plant({ ...Object.fromEntries(files), 'vitest.config.ts': CONFIG });
  for (const name of ['left-processes.ts', 'open-resources.ts']) {
    cpSync(path.join(import.meta.dirname, name), path.join(tree.root, 'tools/testing', name));
  }
});
afterAll(() => tree[Symbol.dispose]());

test.each(Object.entries(LEAKS))('a test that leaves %s fails', async (name, { says }) => {
  const { code, output } = await vitest(name);
  expect(output).toMatch(says);
  expect(code).toBe(1);
});

test('a test that closes all of them passes', async () => {
  expect(await vitest('what is closed')).toMatchObject({ code: 0 });
});

function vitest(name: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', CLUSTER_URL: inject('clusterUrl') };
    execFile(process.execPath, [VITEST, 'run', slug(name)], { cwd: tree.root, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: `${stdout}\n${stderr}` });
    });
  });
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
