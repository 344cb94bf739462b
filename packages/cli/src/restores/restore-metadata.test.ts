import { expect, test } from 'vitest';
import { type RestoreWish, restoreMetadata } from './restore-metadata.ts';

const EFS = { 'file-system-id': 'fs-1', newFileSystem: 'false', 'holdfast:source-path': '/srv' };
const RDS = { DBInstanceIdentifier: 'shop', Engine: 'postgres' };

test.each<[rule: string, type: string, wish: RestoreWish, expected: Record<string, string>]>([
  [
    'a directory goes beside its files, as EFS does it',
    'EFS',
    {},
    { newFileSystem: 'false', 'file-system-id': 'fs-1' },
  ],
  ['or into a folder of its own', 'EFS', { to: '/new' }, { newFileSystem: 'true', 'holdfast:path': '/new' }],
  [
    'single items are a JSON list',
    'EFS',
    { to: '/new', item: ['/a', '/b c'] },
    { newFileSystem: 'true', 'holdfast:path': '/new', ItemsToRestore: '["/a","/b c"]' },
  ],
  ['a database becomes a new resource', 'RDS', {}, { DBInstanceIdentifier: 'shop-restored' }],
  [
    'with the names that were asked for',
    'RDS',
    { identifier: 'copy', database: 'shop_copy', server: 'other' },
    { DBInstanceIdentifier: 'copy', 'holdfast:database': 'shop_copy', 'holdfast:server': 'other' },
  ],
  [
    'what is given as metadata wins',
    'EFS',
    { metadata: { newFileSystem: 'true' } },
    { newFileSystem: 'true', 'file-system-id': 'fs-1' },
  ],
  ['types that are not known take metadata alone', 'S3', { metadata: { a: 'b' } }, { a: 'b' }],
])('%s', (_rule, type, wish, expected) => {
  expect(restoreMetadata(type, type === 'EFS' ? EFS : RDS, wish)).toEqual(expected);
});

test.each<[type: string, wish: RestoreWish, option: string]>([
  ['EFS', { database: 'x' }, '--database'],
  ['RDS', { to: '/x' }, '--to'],
  ['RDS', { item: ['/x'] }, '--item'],
])('for %s the option %j is refused, not ignored', (type, wish, option) => {
  expect(() => restoreMetadata(type, {}, wish)).toThrow(option);
});
