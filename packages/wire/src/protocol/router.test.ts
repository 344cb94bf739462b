import * as backup from '@aws-sdk/client-backup';
import { expect, test } from 'vitest';
import { readApi } from '../smithy.ts';
import { createRouter, type Route } from './router.ts';

const none = () => false;
const routes: Route[] = [
  { operation: 'List', method: 'GET', path: '/things' },
  { operation: 'Get', method: 'GET', path: '/things/{Id}' },
  { operation: 'Literal', method: 'GET', path: '/things/special' },
  { operation: 'Deep', method: 'GET', path: '/things/{Id}/parts/{PartId}' },
  { operation: 'LiteralDeep', method: 'GET', path: '/things/special/items' },
  { operation: 'Greedy', method: 'GET', path: '/files/{Path+}' },
  { operation: 'GreedyLess', method: 'GET', path: '/files/{Path}/info' },
  { operation: 'Tags', method: 'GET', path: '/tags/{ResourceArn}' },
  { operation: 'Flag', method: 'POST', path: '/things/{Id}?delete' },
  { operation: 'NoFlag', method: 'POST', path: '/things/{Id}' },
];
const route = createRouter(routes);

test.each<[rule: string, method: string, path: string, operation: string, labels: Record<string, string>]>([
  ['a literal', 'GET', '/things', 'List', {}],
  ['one trailing slash means nothing', 'GET', '/things/', 'List', {}],
  ['a label', 'GET', '/things/7', 'Get', { Id: '7' }],
  ['a literal goes before a label', 'GET', '/things/special', 'Literal', {}],
  [
    'a literal that leads nowhere gives way to the label',
    'GET',
    '/things/special/parts/1',
    'Deep',
    { Id: 'special', PartId: '1' },
  ],
  ['labels are decoded after the path was split', 'GET', '/things/orgs%2F1%20a', 'Get', { Id: 'orgs/1 a' }],
  [
    'an encoded ARN stays in its label',
    'GET',
    '/things/arn%3Aaws%3As3%3A%3A%3Aa%2Fb/parts/2',
    'Deep',
    { Id: 'arn:aws:s3:::a/b', PartId: '2' },
  ],
  ['a greedy label takes slashes', 'GET', '/files/a/b/c', 'Greedy', { Path: 'a/b/c' }],
  ['a label goes before a greedy one', 'GET', '/files/a/info', 'GreedyLess', { Path: 'a' }],
  [
    'a last label that is an ARN takes its slashes',
    'GET',
    '/tags/arn:aws:ec2:r::snapshot/snap-1',
    'Tags',
    { ResourceArn: 'arn:aws:ec2:r::snapshot/snap-1' },
  ],
  ['without the flag in the query', 'POST', '/things/7', 'NoFlag', { Id: '7' }],
])('%s', (_rule, method, path, operation, labels) => {
  expect(route(method, path, none)).toEqual({ operation, labels });
});

test('a flag in the query chooses the operation that asks for it', () => {
  expect(route('POST', '/things/7', (name) => name === 'delete')).toEqual({ operation: 'Flag', labels: { Id: '7' } });
});

test.each([
  ['GET', '/'],
  ['GET', ''],
  ['GET', '*'],
  ['GET', '/thing'],
  ['GET', '/things//parts/1'],
  ['GET', '/things/7//'],
  ['GET', '/files/'],
  ['PUT', '/things'],
  ['HEAD', '/things'],
])('nothing answers to %s %s', (method, path) => {
  expect(route(method, path, none)).toBeUndefined();
});

test('each operation of AWS Backup is found by its own path, with and without a trailing slash', () => {
  const operations = [...readApi(backup).operations.values()];
  const router = createRouter(operations.flatMap(({ name, http }) => (http ? [{ operation: name, ...http }] : [])));
  for (const { name, http } of operations) {
    const [pattern = '', flag] = (http?.path ?? '').split('?');
    for (const path of [
      pattern.replace(/\{\w+\}/g, 'x%2Fy'),
      `${pattern.replace(/\/$/, '').replace(/\{\w+\}/g, 'x')}/`,
    ]) {
      expect(router(http?.method ?? '', path, (query) => query === flag)?.operation, path).toBe(name);
    }
  }
  expect(operations.length).toBeGreaterThan(100);
});
