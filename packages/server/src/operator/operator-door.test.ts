import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SECOND_MS } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt } from '../sign-in/testing/authenticator.ts';
import { rootKey } from '../testing/root-key.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { type OperatorDoor, openOperatorDoor } from './operator-door.ts';

let server: TestServer;
let door: OperatorDoor;
let socket: string;
beforeAll(async () => {
  server = await testServer();
  socket = path.join(server.folder, 'operator.sock');
  const places = { operatorSocket: socket, work: server.folder, auditMark: server.auditMark };
  door = await openOperatorDoor(server.installation, places, '1.2.3');
});
afterAll(async () => {
  await door.close();
  await server[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** One request at the operator's door. */
async function operator(method: string, pathname: string, body?: unknown): Promise<Answer> {
  const request = http.request({ socketPath: socket, method, path: pathname, agent: false });
  request.end(typeof body === 'string' ? body : body && JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return { status: response.statusCode, body: JSON.parse(text) as unknown };
}

test('makes accounts with an administrator, once for each address', async () => {
  const { status, body } = await operator('POST', '/accounts', { name: 'shop', email: 'Shop@example.test' });
  expect(status).toBe(200);
  const { accountId, accessKeyId, secretAccessKey } = body as Record<string, string>;
  const credentials = { accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' };
  const client = new STSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
  expect((await client.send(new GetCallerIdentityCommand())).Account).toBe(accountId);
  client.destroy();
  const again = await operator('POST', '/accounts', { name: 'shop', email: 'shop@EXAMPLE.test' });
  expect(again).toMatchObject({ status: 409, body: { message: expect.stringContaining('shop@EXAMPLE.test') } });
});

test('gives the administrator of an account a new key', async () => {
  const answer = await operator('POST', '/admin-keys', { accountId: server.management.accountId });
  expect(answer).toMatchObject({ status: 200, body: { accountId: server.management.accountId, userName: 'admin' } });
  expect((await operator('POST', '/admin-keys', { accountId: '1' })).status).toBe(404);
});

test('sets the password of a root, and says whom it is for', async () => {
  const { accountId } = server.management;
  const password = 'correct horse battery';
  expect(await operator('POST', '/root-password', { accountId, password })).toEqual({
    status: 200,
    body: { accountId, email: 'management@example.test', mfaRemoved: [] },
  });
  const signIn = (typed: string): Promise<Response> =>
    fetch(`${server.endpoint}/_holdfast/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'management@example.test', password: typed }),
    });
  const entered = await signIn(password);
  expect(entered.status).toBe(200);
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const weak = await operator('POST', '/root-password', { accountId, password: 'short' });
  expect(weak).toMatchObject({ status: 400, body: { message: expect.stringContaining('minimum length of 12') } });
  expect((await operator('POST', '/root-password', { accountId: '1', password })).status).toBe(404);
  await operator('POST', '/root-password', { accountId, password: 'another horse battery', removeMfa: true });
  expect((await fetch(`${server.endpoint}/_holdfast/session`, { headers: { cookie } })).status).toBe(401);
  expect((await signIn(password)).status).toBe(401);
  expect((await signIn('another horse battery')).status).toBe(200);
  expect(JSON.stringify(server.events)).not.toContain('horse');
});

test('lets a root in again that lost its MFA device', async () => {
  const { accountId } = server.management;
  const password = 'yet another horse battery';
  const root = server.client(iam.IAMClient, { credentials: await rootKey(server) });
  const made = await root.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'lost' }));
  const { SerialNumber, Base32StringSeed } = made.VirtualMFADevice ?? {};
  const seed = new TextDecoder().decode(Base32StringSeed);
  const now = server.installation.clock.now();
  const AuthenticationCode1 = codeAt(seed, now - 30 * SECOND_MS);
  const AuthenticationCode2 = codeAt(seed, now);
  await root.send(
    new iam.EnableMFADeviceCommand({ UserName: 'root', SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
  );
  const signIn = async (): Promise<unknown> => {
    const response = await fetch(`${server.endpoint}/_holdfast/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'management@example.test', password }),
    });
    return response.json();
  };
  const kept = await operator('POST', '/root-password', { accountId, password });
  expect(kept.body).toMatchObject({ mfaRemoved: [] });
  expect(await signIn()).toMatchObject({ code: 'MoreNeeded', needed: ['oneTimeCode'] });
  const removed = await operator('POST', '/root-password', { accountId, password, removeMfa: true });
  expect(removed.body).toMatchObject({ mfaRemoved: [SerialNumber] });
  expect(await signIn()).toMatchObject({ arn: `arn:aws:iam::${accountId}:root`, mfa: false });
});

test('reveals the key of a vault and where its repository is', async () => {
  const { db, sealer } = server.installation;
  const id = '6b3d0c9e-6f4b-4f62-9ea5-1d0e4f4b8a11';
  await db
    .insertInto('backup_vault')
    .values({
      id,
      account_id: server.management.accountId,
      region: 'us-east-1',
      name: 'prod',
      state: 'AVAILABLE',
      encryption_key_arn: 'arn:aws:kms:us-east-1:1:key/x',
      creator_request_id: null,
      created_at: 0,
      storage: { kind: 'directory', path: '/vaults/x' },
      repository_id: 'abc',
      key_sealed: sealer.seal('the key', `vault-key:${id}`),
      last_pruned_at: null,
      prune_due_at: null,
    })
    .execute();
  const vaultArn = `arn:aws:backup:us-east-1:${server.management.accountId}:backup-vault:prod`;
  expect(await operator('POST', '/vault-key', { vaultArn })).toEqual({
    status: 200,
    body: { vaultArn, storage: { kind: 'directory', path: '/vaults/x' }, repositoryId: 'abc', password: 'the key' },
  });
  expect((await operator('POST', '/vault-key', { vaultArn: `${vaultArn}x` })).status).toBe(404);
  expect((await operator('POST', '/vault-key', { vaultArn: 'prod' })).status).toBe(400);
  expect(JSON.stringify(server.events)).not.toContain('the key');
});

test('is for its own user alone, and a path that is too long for a socket is said to be', async () => {
  expect((statSync(socket).mode & 0o777).toString(8)).toBe('600');
  const { auditMark } = server;
  const far = { operatorSocket: socket, work: path.join(server.folder, 'x'.repeat(100)), auditMark };
  await expect(openOperatorDoor(server.installation, far, '1')).rejects.toThrow('too long for a socket');
});

test('tells how things are', async () => {
  mkdirSync(path.join(server.folder, 'vaults', 'us-east-1'), { recursive: true });
  const { status, body } = await operator('GET', '/status');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    versions: {
      holdfast: '1.2.3',
      postgres: expect.stringMatching(/^\d\d/),
      node: process.version,
    },
    database: { accounts: expect.any(Number), sizeBytes: expect.any(Number) },
    storage: [
      { region: 'us-east-1', freeBytes: expect.any(Number) },
      { region: 'eu-central-1', freeBytes: null },
    ],
    work: [],
    publication: { changes: 0, accounts: 0, plans: 0, waitingSince: null, waitingMs: 0 },
    audit: { waiting: expect.any(Number), chainIsCut: false },
  });
  expect(Math.abs((body as { clock: { aheadMs: number } }).clock.aheadMs)).toBeLessThan(5_000);
});

test('who goes before the first line of a stream leaves no transaction open', async () => {
  const { db } = server.installation;
  const open = async (): Promise<number> => {
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from pg_stat_activity
      where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`.execute(db);
    return rows[0]?.open ?? 0;
  };
  const waits = async (): Promise<boolean> => {
    const { rows } = await sql`
      select from pg_locks where not granted and relation = 'audit_day'::regclass`.execute(db);
    return rows.length > 0;
  };
  const held = await db.startTransaction().execute();
  await sql`lock table audit_day in access exclusive mode`.execute(held);
  const request = http.request({ socketPath: socket, path: '/audit/verify', agent: false });
  const closed = new Promise((resolve) => request.on('error', () => undefined).on('close', resolve));
  try {
    request.end();
    await expect.poll(waits, { timeout: 20_000 }).toBe(true);
    request.destroy();
    await closed;
  } finally {
    await held.rollback().execute();
  }
  await expect.poll(open, { timeout: 20_000 }).toBe(0);
  expect(server.events.filter(({ event }) => event === 'operator.failed')).toEqual([]);
});

test('answers what cannot be done with a reason', async () => {
  const wrong: [method: string, pathname: string, body: unknown, status: number][] = [
    ['GET', '/nothing', undefined, 404],
    ['GET', '/accounts', undefined, 404],
    ['POST', '/accounts', '{', 400],
    ['POST', '/accounts', '[]', 400],
    ['POST', '/accounts', undefined, 400],
    ['POST', '/accounts', { name: 'x' }, 400],
    ['POST', '/accounts', { name: '', email: 'a@b.example' }, 400],
    ['POST', '/accounts', { name: 'x', email: 'nowhere' }, 400],
    ['POST', '/accounts', { name: 'naïve', email: 'a@b.example' }, 400],
    ['POST', '/accounts', `{"name":"${'x'.repeat(70_000)}"}`, 400],
  ];
  for (const [method, pathname, body, status] of wrong) {
    const answer = { status, body: { message: expect.stringMatching(/.{10}/) } };
    expect(await operator(method, pathname, body), `${method} ${pathname}`).toMatchObject(answer);
  }
});
