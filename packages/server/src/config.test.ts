import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { DEFAULT_QUOTAS } from './settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(args: readonly string[], environment: Record<string, string> = {}, file?: unknown) {
  const text = typeof file === 'string' ? file : JSON.stringify(file ?? {});
  writeFileSync(path.join(folder, 'holdfast.json'), text);
  return readConfig({ args: ['--data', folder, ...args], environment });
}

const sourceOf = (name: string, { inForce }: ReturnType<typeof readConfig>) =>
  inForce.find((setting) => setting.name === name);

test('without anything, the server listens on loopback only, with two regions below the data folder', () => {
  const { config } = readConfig({ environment: {} });
  expect(config).toMatchObject({
    listen: '127.0.0.1',
    port: 4747,
    databaseUrl: undefined,
    dataFolder: path.resolve('data'),
  });
  expect(config.settings.regions).toEqual([
    { name: 'us-east-1', vaultFolder: path.resolve('data/vaults/us-east-1') },
    { name: 'eu-central-1', vaultFolder: path.resolve('data/vaults/eu-central-1') },
  ]);
});

test('an option wins over the environment, the environment over the file, the file over the default; each is told', () => {
  const file = { port: 1001, jobsAtOnce: 3, leaseSeconds: 7 };
  const read1 = read(['--port', '1003'], { HOLDFAST_PORT: '1002', HOLDFAST_JOBS_AT_ONCE: '5' }, file);
  expect(read1.config).toMatchObject({
    port: 1003,
    settings: { jobsAtOnce: 5, leaseMs: 7_000, publishDelayMs: 1_000 },
  });
  const sources = ['port', 'jobsAtOnce', 'leaseSeconds', 'publishDelayMs'].map((name) => sourceOf(name, read1)?.source);
  expect(sources).toEqual(['option', 'environment', 'file', 'default']);
});

test('an empty variable is as good as unset', () => {
  expect(read([], { HOLDFAST_PORT: '', DATABASE_URL: '' }, { port: 1001 }).config).toMatchObject({
    port: 1001,
    databaseUrl: undefined,
  });
});

test('a region may have its vaults elsewhere', () => {
  const { config } = read([], {}, { regions: ['eu-north-1', 'us-west-2=/srv/vaults'] });
  expect(config.settings.regions).toEqual([
    { name: 'eu-north-1', vaultFolder: path.join(folder, 'vaults', 'eu-north-1') },
    { name: 'us-west-2', vaultFolder: '/srv/vaults' },
  ]);
});

test('what is in force is told for every setting, with its meaning, and without the database’s password', () => {
  const configuration = read(['--print-config'], { DATABASE_URL: 'postgresql://u:hidden@db/h' });
  expect(configuration.printOnly).toBe(true);
  expect(configuration.config.databaseUrl).toBe('postgresql://u:hidden@db/h');
  expect(JSON.stringify(configuration.inForce)).not.toContain('hidden');
  expect(sourceOf('databaseUrl', configuration)).toMatchObject({ value: '(set)', source: 'environment' });
  expect(configuration.inForce.length).toBeGreaterThanOrEqual(10);
  for (const { help, environment } of configuration.inForce)
    expect(`${environment}: ${help}`).toMatch(/^[A-Z_]+: .{15,}/);
});

describe('a mistake is named with the place where it was made', () => {
  test.each<[args: string[], environment: Record<string, string>, file: unknown, message: string]>([
    [['--port', 'http'], {}, {}, '--port is "http", and not a whole number from 0 to 65535.'],
    [['--port', '65536'], {}, {}, '--port is "65536"'],
    [[], { HOLDFAST_PORT: '-1' }, {}, 'HOLDFAST_PORT is "-1"'],
    [[], {}, { port: 'x' }, 'port in holdfast.json is "x"'],
    [[], {}, { prot: 1 }, 'holds "prot", which is not a setting of this file'],
    [[], {}, { data: '/x' }, 'holds "data"'],
    [[], {}, { port: true }, 'port in '],
    [[], {}, '[]', 'must hold an object'],
    [[], {}, '{', 'is not JSON'],
    [['--regions', 'Mars'], {}, {}, '--regions names "Mars"'],
    [['--regions', 'us-east-1,us-east-1'], {}, {}, 'names a region twice'],
    [['--log-level', 'loud'], {}, {}, 'and not debug, info, warn, error'],
    [['--lots'], {}, {}, '--lots'],
    [['stray'], {}, {}, 'stray'],
  ])('%j %j %j', (args, environment, file, message) => {
    expect(() => read(args, environment, file)).toThrow(ConfigError);
    expect(() => read(args, environment, file)).toThrow(message);
  });
});

test.each<[where: string, args: string[], environment: Record<string, string>, file: unknown]>([
  ['option', ['--resource-folders', '{"111122223333":["/srv/shop/"],"*":[]}'], {}, {}],
  ['environment', [], { HOLDFAST_RESOURCE_FOLDERS: '{"111122223333":["/srv/shop/"],"*":[]}' }, {}],
  ['file', [], {}, { resourceFolders: { 111122223333: ['/srv/shop/'], '*': [] } }],
])('the folders of accounts come by %s', (_where, args, environment, file) => {
  const { settings } = read(args, environment, file).config;
  expect(settings.resourceFolders).toEqual({ 111122223333: ['/srv/shop/'], '*': [] });
});

test('without the folders of accounts, every folder may be used', () => {
  expect(read([]).config.settings.resourceFolders).toBeUndefined();
});

test.each<[folders: unknown, says: string]>([
  [['/srv'], 'must be an object'],
  [{ shop: ['/srv'] }, 'names "shop"'],
  [{ '*': '/srv' }, 'a list of folders'],
  [{ '*': ['srv'] }, 'not the absolute path of a folder'],
])('folders of accounts that cannot be meant, %j, are refused', (resourceFolders, says) => {
  expect(() => read([], {}, { resourceFolders })).toThrow(says);
});

const QUOTAS = { organizationalUnits: 5_000, 'o-exampleorgid': { accountsPerOrganization: 100 } };
test.each<[where: string, args: string[], environment: Record<string, string>, file: unknown]>([
  ['option', ['--quotas', JSON.stringify(QUOTAS)], {}, {}],
  ['environment', [], { HOLDFAST_QUOTAS: JSON.stringify(QUOTAS) }, {}],
  ['file', [], {}, { quotas: QUOTAS }],
])(
  'quotas come by %s, those of an organization beside those of all, and are shown',
  (_where, args, environment, file) => {
    const { config, inForce } = read(args, environment, file);
    expect(config.settings.quotas).toEqual({ ...DEFAULT_QUOTAS, organizationalUnits: 5_000 });
    expect(config.settings.organizationQuotas).toEqual({ 'o-exampleorgid': { accountsPerOrganization: 100 } });
    expect(inForce.find(({ name }) => name === 'quotas')?.value).toBe(JSON.stringify(QUOTAS));
  },
);

test('without quotas of the operator, those of AWS count', () => {
  const { quotas, organizationQuotas } = read([]).config.settings;
  expect([quotas, organizationQuotas]).toEqual([DEFAULT_QUOTAS, {}]);
});

test.each<[quotas: unknown, says: string]>([
  [[1], 'must be an object'],
  [{ accounts: 5 }, 'names "accounts"'],
  [{ organizationalUnits: '5' }, 'not a whole number'],
  [{ organizationalUnits: 0 }, 'not a whole number'],
  [{ organizationalUnitDepth: 6 }, 'from 1 to 5'],
  [{ 'o-exampleorgid': 5 }, 'an object of quotas'],
  [{ 'o-exampleorgid': { vaultsPerRegion: 5 } }, 'names "vaultsPerRegion"'],
])('quotas that cannot be meant, %j, are refused', (quotas, says) => {
  expect(() => read([], {}, { quotas })).toThrow(says);
});
