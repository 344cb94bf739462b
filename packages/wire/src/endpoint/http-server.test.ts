/** Slow, half-open and greedy clients, over raw sockets; with limits short enough to wait for. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EchoServer, startEcho, wholeService } from '../testing/echo-server.ts';
import { getCallerIdentity, send } from '../testing/raw-request.ts';
import { tested } from '../testing/services.ts';
import { type SocketLimits, socketLimits } from './http-server.ts';

const services = [wholeService(tested.sts.sdk, tested.sts.settings)];
/** What is not under test is long: a cut can have one reason only. */
const patient: SocketLimits = { ...socketLimits, checkMs: 10 };
let echo: EchoServer | undefined;
let sockets: Socket[] = [];

beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await echo?.[Symbol.asyncDispose]();
  echo = undefined;
});

async function opened(limits: Partial<SocketLimits>): Promise<Socket> {
  echo ??= await startEcho({ services, sockets: { ...patient, ...limits } });
  const socket = connect(echo.port, '127.0.0.1');
  sockets.push(socket);
  // A reset is a way of being cut.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the server closes. */
async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  // Not `once` of node:events, for which a reset is a failure.
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

const HEAD = 'POST / HTTP/1.1\r\nhost: holdfast.test\r\ncontent-type: application/x-www-form-urlencoded\r\n';

test('a client that never ends its headers is cut', async () => {
  const socket = await opened({ headersMs: 40 });
  socket.write(HEAD);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test('a client that sends nothing at all is cut', async () => {
  expect(await answerOf(await opened({ headersMs: 40 }))).toMatch(/^HTTP\/1\.1 408 |^$/);
});

test('a client that sends a header now and then, and never comes to an end, is cut', async () => {
  const socket = await opened({ headersMs: 60 });
  socket.write(HEAD);
  let sent = 0;
  const drip = (): void => {
    if (socket.writable) socket.write(`x-${sent++}: 1\r\n`, (error) => error ?? drip());
  };
  drip();
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 4(?:08|31) /);
});

test('a client that promises a body and does not send it is cut', async () => {
  const socket = await opened({ headersMs: 40, requestMs: 60 });
  socket.write(`${HEAD}content-length: 1000\r\n\r\nAction=`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 |^$/);
  expect(echo?.invocations).toEqual([]);
});

test('a client that closes its half and never sends the rest is cut', async () => {
  const socket = await opened({ requestMs: 60, headersMs: 40 });
  socket.end(`${HEAD}content-length: 1000\r\n\r\nAction=`);
  await answerOf(socket);
  expect(echo?.invocations).toEqual([]);
});

test('a connection that is not used any more is closed', async () => {
  const socket = await opened({ keepAliveMs: 40 });
  socket.write(`${HEAD}content-length: 0\r\n\r\n`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 403 /);
});

test('a connection without a byte in either direction is closed', async () => {
  const socket = await opened({ silenceMs: 40 });
  socket.write(`${HEAD}content-length: 1000\r\n\r\nAction=`);
  await answerOf(socket);
  expect(echo?.invocations).toEqual([]);
});

test('one connection more than there may be is closed at once, and the others go on', async () => {
  const first = await opened({ connections: 1 });
  expect(await answerOf(await opened({}))).toBe('');
  first.write(`${HEAD}connection: close\r\ncontent-length: 0\r\n\r\n`);
  expect(await answerOf(first)).toContain('MissingAuthenticationToken');
});

test('headers that are too large are refused with 431', async () => {
  const socket = await opened({ headerBytes: 1_000 });
  socket.write(`${HEAD}x-large: ${'a'.repeat(2_000)}\r\n\r\n`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 431 /);
});

test.each([
  ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
  ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a header without a name', ': value\r\n\r\n'],
  ['a line that is folded', 'x-a: 1\r\n folded\r\nbad\r\n\r\n'],
])('%s are no request: two readers could read it in two ways', async (_what, rest) => {
  const socket = await opened({});
  socket.write(`${HEAD}${rest}`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect(echo?.invocations).toEqual([]);
});

test.each(['CONNECT example.com:443', 'CONNECT /'])('nobody gets a tunnel by %s', async (line) => {
  const socket = await opened({});
  socket.write(`${line} HTTP/1.1\r\nhost: holdfast.test\r\n\r\n`);
  expect(await answerOf(socket)).not.toContain('HTTP/1.1 200');
});

test('a request with very many headers is refused in the form of its protocol', async () => {
  echo = await startEcho({ services });
  const more = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`x-${n}`, '1']));
  const headers = { ...getCallerIdentity.headers, ...more };
  const { status, body } = await send(echo.port, { ...getCallerIdentity, headers });
  expect(status).toBe(400);
  expect(body).toContain('<Code>MalformedHttpRequestException</Code><Message>The request has more than 100 headers.');
});
