import { expect, test } from 'vitest';
import { licenseFindings } from './licenses.ts';

const found = (license: string | undefined, dev = false): string[] =>
  licenseFindings({ 'node_modules/a': { dev, ...(license === undefined ? {} : { license }) } }).map(({ rule }) => rule);

test.each(['MIT', 'Apache-2.0', 'ISC', '(MIT OR GPL-3.0)', 'MIT AND ISC'])('%s is permissive', (license) => {
  expect(found(license)).toEqual([]);
});

test.each(['GPL-3.0', 'AGPL-3.0-only', 'SSPL-1.0', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE', undefined])(
  '%s is not',
  (license) => {
    expect(found(license)).toEqual(['license']);
  },
);

test('the Mozilla license is for tools only', () => {
  expect(found('MPL-2.0', true)).toEqual([]);
  expect(found('MPL-2.0', false)).toEqual(['license']);
});

test('packages of ours are not judged', () => {
  expect(licenseFindings({ 'node_modules/@holdfast/wire': { link: true }, 'packages/wire': {} })).toEqual([]);
});
