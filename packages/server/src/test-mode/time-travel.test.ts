import { BackupClient, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import { CreateAccountCommand, CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { DAY_MS, isoTime, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dueWork } from '../store/due-work.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { MovableClock } from './movable-clock.ts';
import { advance, settle, type Ticked } from './time-travel.ts';

const NAMES = ['accounts', 'publisher', 'reconciler', 'scheduler', 'vaults', 'jobs', 'audit', 'audit-days'] as const;
const never = new AbortController().signal;
const clock = new MovableClock(systemClock);
let server: TestServer;
let ticks: string[];
let ticked: Ticked<(typeof NAMES)[number]>;
beforeAll(async () => {
  server = await testServer({ clock });
  ticked = {
    installation: server.installation,
    rooms: NAMES.toReversed().map((name) => ({ name })),
    tick: (name) => {
      ticks.push(`${name} ${isoTime(clock.now())}`);
      return server.tick(name);
    },
  };
});
afterAll(() => server[Symbol.asyncDispose]());

const due = async (): Promise<object> => (await dueWork(server.installation.db, clock.now(), 90 * DAY_MS)).due;

test('what is due is known before it is done, and nothing is left after', async () => {
  ticks = [];
  const client = server.client(OrganizationsClient);
  await client.send(new CreateOrganizationCommand({}));
  await client.send(new CreateAccountCommand({ AccountName: 'shop', Email: 'shop@example.com' }));
  expect(await due()).toEqual({ 'accounts to create': 1 });
  expect(await settle(ticked, clock, never)).toEqual({});
  expect(await due()).toEqual({});
});

test('rooms are ticked in the order in which work flows, at each stop; the house is kept at the end', async () => {
  ticks = [];
  const from = clock.now();
  clock.standAt(from);
  await advance(ticked, clock, from + 10 * DAY_MS, never);
  const flow = NAMES.filter((name) => !name.startsWith('audit'));
  const at = (time: number, ...more: string[]): string[] =>
    [...flow, ...more].map((name) => `${name} ${isoTime(time)}`);
  const stops = [from, from + 7 * DAY_MS].flatMap((time) => at(time, 'audit'));
  expect(ticks).toEqual([...stops, ...at(from + 10 * DAY_MS, 'audit-days', 'audit')]);
  clock.run();
});

test('a server that ends lets nothing begin any more', async () => {
  ticks = [];
  const ends = new AbortController();
  const tick = async (name: string): Promise<void> => {
    ticks.push(name);
    ends.abort();
  };
  await expect(settle({ ...ticked, tick }, clock, ends.signal)).rejects.toThrow('aborted');
  expect(ticks).toEqual(['accounts']);
});

test('what cannot be done is left and named, and holds up nobody', async () => {
  ticks = [];
  await server.client(BackupClient).send(new CreateBackupVaultCommand({ BackupVaultName: 'stuck' }));
  const { db } = server.installation;
  const storage = { kind: 'directory' as const, path: '/dev/null/vault' };
  await db.updateTable('backup_vault').set({ state: 'CREATING', storage }).where('name', '=', 'stuck').execute();
  expect(await settle(ticked, clock, never)).toEqual({ 'vaults to make or remove': 1 });
});
