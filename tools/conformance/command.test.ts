import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const COMMAND = path.join(import.meta.dirname, '..', 'conformance.ts');

const source = { kind: 'source', capturedAt: '2026-09-13T07:00:00Z' };
const base = { kind: 'base', id: 'f/@base', content: { plans: { p: { regions: { '@@assign': ['us-east-1'] } } } } };
const admitted = {
  kind: 'admission',
  id: 'f/admitted',
  type: 'BACKUP_POLICY',
  content: { plans: {} },
  expect: { code: 'Success' },
};
const patched = {
  kind: 'admission',
  id: 'f/patched',
  type: 'BACKUP_POLICY',
  base: 'f/@base',
  patch: [{ op: 'replace', path: '/plans/p/regions/@@assign/0', value: 'nowhere' }],
  expect: { code: 'MalformedPolicyDocumentException' },
};
const wrong = { ...admitted, id: 'f/wrong', expect: { code: 'MalformedPolicyDocumentException' } };
const withheld = {
  kind: 'effective',
  id: 'f/withheld',
  type: 'BACKUP_POLICY',
  levels: [{ at: 'root', policies: [{ name: 'P1', base: 'f/@base' }] }],
  previousEffective: { plans: {} },
  expect: { effective: {} },
};
const broken = { ...withheld, id: 'f/broken', levels: [{ at: 'root', policies: [{ name: 'P1', contentText: '[' }] }] };
const delegation = {
  kind: 'admission',
  id: 'f/delegation',
  type: 'RESOURCE_POLICY',
  content: {},
  expect: { code: 'InvalidInputException', reason: 'INVALID_RESOURCE_POLICY_JSON' },
};
const call = {
  kind: 'call',
  id: 'f/call',
  service: 'organizations',
  caller: 'member',
  action: 'DescribeOrganization',
  input: {},
  expect: {
    code: 'Success',
    outputContains: { Organization: { Id: 'o-exampleorgid', MasterAccountId: '111111111111' } },
  },
};
const inWords = { ...call, id: 'f/in-words', given: 'a state of which nobody has heard' };
const elsewhere = { ...call, id: 'f/elsewhere', service: 'servicequotas', action: 'ListServiceQuotas' };

test('a folder whose cases hold ends with the counts and 0, and names what was skipped', async () => {
  const strange = { kind: 'novelty', id: 'f/novelty' };
  const cases = [source, base, admitted, patched, delegation, call, inWords, elsewhere, strange];
  const { code, lines } = await conformance(cases);
  expect(lines).toEqual([
    'skipped: 1 of call in a state that is told in words only: "a state of which nobody has heard"',
    'skipped: 1 of the service servicequotas, which Holdfast does not have',
    'skipped: 1 of novelty: a kind of case that is not known',
    '4 passed, 0 failed, 3 skipped',
  ]);
  expect(code).toBe(0);
});

test('each failure comes with its id, the expected and the actual answer; then the exit code is 1', async () => {
  const { code, lines } = await conformance([source, base, admitted, wrong, withheld, broken]);
  expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([
    'FAILED f/wrong',
    'FAILED f/withheld',
    'FAILED f/broken',
  ]);
  expect(lines).toContain('  expected {"code":"MalformedPolicyDocumentException"}');
  expect(lines).toContain('  actual   {"code":"Success"}');
  expect(lines.at(-1)).toBe('1 passed, 3 failed, 0 skipped');
  expect(code).toBe(1);
});

test('a folder without cases proves nothing and fails', async () => {
  expect(await conformance([])).toEqual({ code: 1, lines: ['0 passed, 0 failed, 0 skipped'] });
});

async function conformance(lines: readonly object[]): Promise<{ code: number; lines: readonly string[] }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conformance-'));
  try {
    await writeFile(path.join(folder, 'cases.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    return await new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, '--cases', folder], (error, stdout) => {
        resolve({ code: error ? 1 : 0, lines: stdout.trimEnd().split('\n') });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
