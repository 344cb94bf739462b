import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LoggedEvent, memoryLogger } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Door, DoorError } from './door.ts';
import { BODY_BYTES_MAX, openDoors } from './router.ts';

const doors: Door[] = [
  { method: 'POST', path: '/_holdfast/echo', answer: async ({ body }) => ({ body }) },
  { method: 'GET', path: '/_holdfast/echo', answer: async ({ sourceIp }) => ({ body: { sourceIp } }) },
  { method: 'POST', path: '/_holdfast/nothing', answer: async () => ({ headers: { 'set-cookie': ['a=1', 'b=2'] } }) },
  {
    method: 'POST',
    path: '/_holdfast/refusing',
    answer: () => Promise.reject(new DoorError('Somebody holds it.', { status: 409, code: 'Held' })),
  },
  { method: 'POST', path: '/_holdfast/broken', answer: () => Promise.reject(new Error('secret detail')) },
  { method: 'POST', path: '/_holdfast/wide', bodyBytesMax: BODY_BYTES_MAX * 2, answer: async () => ({}) },
];

let server: http.Server;
let url: string;
let events: readonly LoggedEvent[];
beforeAll(async () => {
  const log = memoryLogger();
  ({ events } = log);
  const answer = openDoors(doors, log);
  server = http.createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_holdfast`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const post = (path: string, body?: string, type = 'application/json') =>
  fetch(`${url}${path}`, {
    method: 'POST',
    body: body ?? null,
    headers: body === undefined ? {} : { 'content-type': type },
  });

test('a door gets the members of its JSON body and answers JSON that nobody keeps', async () => {
  const answer = await post('/echo?x=1', '{"a":1}', 'application/json; charset=utf-8');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toEqual({ a: 1 });
  expect(await (await post('/echo')).json()).toEqual({});
});

test('methods of one path are doors of their own, and others are refused by name', async () => {
  expect(await (await fetch(`${url}/echo`)).json()).toEqual({ sourceIp: '127.0.0.1' });
  const answer = await fetch(`${url}/echo`, { method: 'PUT' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET']);
});

test('a path without a door is left to others', async () => {
  expect((await post('/unknown')).status).toBe(418);
  expect((await fetch(url)).status).toBe(418);
});

test('an answer without a body has status 204, and may set several cookies', async () => {
  const answer = await post('/nothing');
  expect(answer.status).toBe(204);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test.each([
  ['no JSON', '{', 'application/json', 400, 'InvalidBody'],
  ['no object', '[]', 'application/json', 400, 'InvalidBody'],
  ['null', 'null', 'application/json', 400, 'InvalidBody'],
  ['what a form of another page could send', '{"a":1}', 'text/plain', 415, 'UnsupportedMediaType'],
  ['too large', `{"a":"${'x'.repeat(BODY_BYTES_MAX)}"}`, 'application/json', 413, 'RequestEntityTooLarge'],
])('a body that is %s is refused', async (_what, body, type, status, code) => {
  const answer = await post('/echo', body, type);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
});

test('a door may take a larger body', async () => {
  expect((await post('/wide', `{"a":"${'x'.repeat(BODY_BYTES_MAX)}"}`)).status).toBe(204);
});

test('a refusal is told, a failure of ours only to the log', async () => {
  const refused = await post('/refusing');
  expect([refused.status, await refused.json()]).toEqual([409, { code: 'Held', message: 'Somebody holds it.' }]);
  const failed = await post('/broken');
  expect(failed.status).toBe(500);
  expect(await failed.text()).not.toContain('secret detail');
  expect(events.filter(({ level }) => level === 'error')).toMatchObject([{ event: 'door.failed' }]);
});

test('two doors in one place are a bug', () => {
  const door: Door = { method: 'GET', path: '/_holdfast/x', answer: async () => ({}) };
  expect(() => openDoors([door, door], memoryLogger())).toThrow('two doors for GET /_holdfast/x');
});
