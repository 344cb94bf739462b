import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type JsonSchema, plainJson } from '../json/check-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { backupPolicy, organization } from '../testing/organizations.ts';
import { readSnapshot, writeSnapshot } from './read-snapshot.ts';
import type { OrganizationSnapshot } from './snapshot.ts';
import { SNAPSHOT_SCHEMA } from './snapshot-schema.ts';

const small = organization({
  units: { prod: 'root', db: 'prod' },
  accounts: { 1: 'db', 2: 'root' },
  policies: { p: backupPolicy() },
  attached: { root: ['p'], 1: ['p'] },
});

/** Every member that the types have, so that a member the schema lacks, or calls otherwise, is refused. */
type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Whole<T[Name]> }
    : T;
const everything: Whole<OrganizationSnapshot> = {
  ...small,
  source: { readAt: '2026-11-21T00:00:00Z', endpoint: 'https://organizations.example', notes: ['no order'] },
  managementAccountId: '000000000002',
  root: { id: 'root', name: 'Root', policyTypes: ['BACKUP_POLICY'], tags: { a: 'b' } },
  organizationalUnits: [{ id: 'prod', name: 'prod', parentId: 'root', tags: {} }],
  accounts: [{ id: '000000000002', name: 'x', parentId: 'prod', email: 'x@example.com', state: 'ACTIVE', tags: {} }],
  policies: [
    { id: 'p', name: 'p', type: 'TAG_POLICY', description: '', awsManaged: false, content: '{}', tags: { x: '' } },
  ],
  attachments: [{ targetId: 'prod', policyIds: ['p'], order: 'unknown' }],
  vaults: [{ accountId: '000000000002', region: 'us-east-1', name: 'v', minRetentionDays: 1, maxRetentionDays: 2 }],
  roles: ['arn:aws:iam::000000000002:role/r'],
  resources: [{ arn: 'arn:aws:s3:::b', accountId: '000000000002', region: 'us-east-1', tags: {} }],
};

test('what is written is read again, with every member that there is', () => {
  for (const snapshot of [small, everything]) {
    expect(readSnapshot(writeSnapshot(snapshot))).toEqual({ ok: true, snapshot });
  }
});

test('the schema knows no member that the types do not have, and asks for those that they ask for', () => {
  const compare = (schema: JsonSchema, sample: unknown, path: string): void => {
    if (schema.type === 'array') {
      const [item] = sample as readonly unknown[];
      if (schema.items && schema.items.type !== 'string') compare(schema.items, item, `${path}[]`);
    } else if (schema.properties) {
      const known = Object.keys(schema.properties).filter((name) => name !== '$schema');
      expect(known.toSorted(), path).toEqual(Object.keys(sample as object).toSorted());
      for (const name of known) {
        const member = schema.properties[name];
        if (member) compare(member, (sample as Record<string, unknown>)[name], `${path}.${name}`);
      }
    }
  };
  compare(SNAPSHOT_SCHEMA, everything, 'snapshot');
  const required: readonly (keyof OrganizationSnapshot)[] = ['format', 'version', 'organizationId', 'root'];
  expect(SNAPSHOT_SCHEMA.required).toEqual([...required, 'organizationalUnits', 'accounts', 'policies', 'attachments']);
});

test('the schema file is the schema of the code', () => {
  const file = readFileSync(new URL('../../holdfast-org.schema.json', import.meta.url), 'utf8');
  const { value } = parseJson(file);
  expect(value && plainJson(value)).toEqual(JSON.parse(JSON.stringify(SNAPSHOT_SCHEMA)));
});

test.each<[what: string, change: (snapshot: Record<string, unknown>) => void, path: string, message: string]>([
  [
    'a member that is not known',
    (s) => {
      s['acounts'] = [];
    },
    'acounts',
    'is not known here',
  ],
  [
    'a missing list',
    (s) => {
      delete s['accounts'];
    },
    '',
    'needs "accounts"',
  ],
  [
    'another version',
    (s) => {
      s['version'] = 2;
    },
    'version',
    'must be 1, not "2"',
  ],
  [
    'a number as an id',
    (s) => {
      s['organizationId'] = 7;
    },
    'organizationId',
    'must be of type string, not integer',
  ],
  [
    'an account number too short',
    (s) => {
      at(s, 'accounts', 0)['id'] = '12';
    },
    'accounts/0/id',
    'has another form',
  ],
  [
    'an unknown parent',
    (s) => {
      at(s, 'accounts', 0)['parentId'] = 'ou-x';
    },
    'accounts/0/parentId',
    'no root or unit ou-x',
  ],
  [
    'an id used twice',
    (s) => {
      at(s, 'accounts', 1)['id'] = '000000000001';
    },
    'accounts/1/id',
    'is there twice',
  ],
  [
    'units in a ring',
    (s) => {
      at(s, 'organizationalUnits', 0)['parentId'] = 'db';
    },
    'organizationalUnits/0/parentId',
    'below itself',
  ],
  [
    'an unknown policy attached',
    (s) => {
      at(s, 'attachments', 0)['policyIds'] = ['q'];
    },
    'attachments/0/policyIds/0',
    'no policy q',
  ],
  [
    'a policy attached twice',
    (s) => {
      at(s, 'attachments', 0)['policyIds'] = ['p', 'p'];
    },
    'attachments/0/policyIds/1',
    'is there twice',
  ],
  [
    'an unknown target',
    (s) => {
      at(s, 'attachments', 0)['targetId'] = 'x';
    },
    'attachments/0/targetId',
    'There is no x',
  ],
  [
    'a target listed twice',
    (s) => {
      at(s, 'attachments', 1)['targetId'] = '000000000001';
    },
    'attachments/1/targetId',
    'is there twice',
  ],
])('%s is refused where it stands', (_what, change, path, message) => {
  const snapshot = JSON.parse(writeSnapshot(small)) as Record<string, unknown>;
  change(snapshot);
  const reading = readSnapshot(JSON.stringify(snapshot, undefined, 2));
  expect(reading).toMatchObject({ ok: false });
  if (reading.ok) return;
  expect(reading.diagnostics.map((one) => one.path.join('/'))).toContain(path);
  expect(reading.diagnostics[0]?.message).toContain(message);
  expect(reading.diagnostics[0]?.line).toBeGreaterThan(path === '' ? 0 : 1);
});

test('text that is not JSON is refused with its place, and nothing makes the reader throw', () => {
  expect(readSnapshot('{\n  "format": x')).toMatchObject({ ok: false, diagnostics: [{ line: 2, column: 13 }] });
  for (const text of ['', 'null', '[]', '{"a":1,"a":1}', '"x"', '{"format":{"format":{}}}']) {
    expect(readSnapshot(text).ok).toBe(false);
  }
});

test('tags named like properties of objects are tags', () => {
  const text = writeSnapshot(small).replace('"name": "Root"', '"tags": { "__proto__": "x" }');
  const reading = readSnapshot(text);
  expect(reading.ok && Object.entries(reading.snapshot.root.tags ?? {})).toEqual([['__proto__', 'x']]);
});

function at(snapshot: Record<string, unknown>, list: string, index: number): Record<string, unknown> {
  return (snapshot[list] as Record<string, unknown>[])[index] as Record<string, unknown>;
}
