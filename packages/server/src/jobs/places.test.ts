import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_QUOTAS, type Settings } from '../settings.ts';
import { placeFault } from './places.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-places-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);
for (const each of ['data/postgres', 'data/postgres.socket', 'files', 'shop/sub', 'shop-of-others', 'rest'])
  mkdirSync(at(each), { recursive: true });
writeFileSync(at('data/postgres.socket/.s.PGSQL.5432'), '');
symlinkSync(at('data'), at('link'));
symlinkSync(at('data/postgres.socket/.s.PGSQL.5432'), at('files/.s.PGSQL.5432'));
symlinkSync(at('rest'), at('shop/way-out'));
symlinkSync(at('shop'), at('way-in'));

const settings: Settings = {
  regions: [{ name: 'us-east-1', vaultFolder: at('data/vaults') }],
  quotas: DEFAULT_QUOTAS,
  jobsAtOnce: 1,
  leaseMs: 1,
  publishDelayMs: 1,
  workFolder: at('data/work'),
  privatePaths: [at('data/postgres'), at('data/postgres.socket'), at('data/master.key')],
};

test.each<[rule: string, place: string, refused: boolean]>([
  ['a folder beside', 'files', false],
  ['a folder beside that begins like it', 'data/postgres-of-others', false],
  ['the folder itself', 'data/postgres', true],
  ['a folder in it', 'data/postgres/base', true],
  ['a folder that holds it', 'data', true],
  ['a folder reached through a link', 'link/postgres', true],
  ['a folder that is yet to be made, behind a link', 'link/postgres/new/deeper', true],
  ['a vault', 'data/vaults/us-east-1', true],
  ['the socket of the server', 'data/postgres.socket/.s.PGSQL.5432', true],
  ['a link to the socket of the server', 'files/.s.PGSQL.5432', true],
])('the server keeps to itself what is its own: %s (%s) is refused: %s', async (_rule, place, refused) => {
  const fault = await placeFault(settings, '111122223333', [at(place)]);
  expect(fault === undefined ? false : fault.includes('no account may back up')).toBe(refused);
});

const SHOP = '111122223333';
const OTHER = '444455556666';
test.each<[rule: string, account: string, place: string, refused: boolean]>([
  ['its folder', SHOP, 'shop', false],
  ['a folder in its folder', SHOP, 'shop/sub/new', false],
  ['its folder through a link', SHOP, 'way-in/sub', false],
  ['another folder that begins alike', SHOP, 'shop-of-others', true],
  ['a folder that holds its folder', SHOP, '', true],
  ['a place outside behind a link inside', SHOP, 'shop/way-out/x', true],
  ['the folder of all others, having one of its own', SHOP, 'rest', true],
  ['the folder of all others', OTHER, 'rest/x', false],
  ["another account's folder", OTHER, 'shop', true],
])('the operator gives accounts their folders: %s (%s, %s) is refused: %s', async (_rule, account, place, refused) => {
  const resourceFolders = { [SHOP]: [at('shop')], '*': [at('rest')] };
  const fault = await placeFault({ ...settings, resourceFolders }, account, [path.normalize(at(place))]);
  expect(fault !== undefined).toBe(refused);
});

test('an account that is named nowhere has no folder, and the refusal says account, place and whom to ask', async () => {
  const fault = await placeFault({ ...settings, resourceFolders: { [SHOP]: [at('shop')] } }, OTHER, [at('rest')]);
  expect(fault).toBe(
    `Account ${OTHER} may not back up or restore to ${at('rest')}; it may use no folder of this host. ` +
      'The operator of the server can change that in the setting resourceFolders.',
  );
});

test('a path with .. in it is refused: behind a link it is another than it seems', async () => {
  expect(await placeFault(settings, SHOP, [`${at('link')}/../files`])).toContain('without ..');
});
