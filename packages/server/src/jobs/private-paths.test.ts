import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_QUOTAS, type Settings } from '../settings.ts';
import { mustBePublic } from './private-paths.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-private-'));
mkdirSync(path.join(folder, 'data', 'postgres'), { recursive: true });
mkdirSync(path.join(folder, 'files'));
symlinkSync(path.join(folder, 'data'), path.join(folder, 'link'));
afterAll(() => rmSync(folder, { recursive: true }));

const settings: Settings = {
  regions: [{ name: 'us-east-1', vaultFolder: path.join(folder, 'data', 'vaults') }],
  quotas: DEFAULT_QUOTAS,
  jobsAtOnce: 1,
  leaseMs: 1,
  publishDelayMs: 1,
  workFolder: path.join(folder, 'data', 'work'),
  privatePaths: [path.join(folder, 'data', 'postgres'), path.join(folder, 'data', 'master.key')],
};

test.each<[rule: string, property: string, value: string, refused: boolean]>([
  ['a folder beside', 'Path', 'files', false],
  ['a folder beside that begins like it', 'Path', 'data/postgres-of-others', false],
  ['the folder itself', 'Path', 'data/postgres', true],
  ['a folder in it', 'Path', 'data/postgres/base', true],
  ['a folder that holds it', 'Path', 'data', true],
  ['a folder reached through a link', 'Path', 'link/postgres', true],
  ['a vault', 'Path', 'data/vaults/us-east-1', true],
  ['a socket in it', 'Host', 'data/postgres', true],
])('%s (%s %s) is refused: %s', (_rule, property, value, refused) => {
  const check = () => mustBePublic(settings, { properties: { [property]: path.join(folder, value) } });
  if (refused) expect(check).toThrow('no account may back up');
  else expect(check).not.toThrow();
});

test('names that are no paths are nobody’s business', () => {
  expect(() => mustBePublic(settings, { properties: { Host: 'db.example.test', Port: 5432 } })).not.toThrow();
});
