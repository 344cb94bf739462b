/** A clock that jumps far ahead, as after a flat battery, must not delete backups whose time has not come. */
import path from 'node:path';
import { DAY_MS, ManualClock, present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { status } from '../../packages/server/src/operator/status.ts';
import { makeTree } from './tree.ts';
import { executionWorld, type World } from './world.ts';

const START = Date.parse('2030-03-01T00:00:00Z');
let clock: ManualClock;
let world: World;
let arn: string;
beforeAll(async () => {
  clock = new ManualClock(START);
  world = await executionWorld({ clock });
  await world.vault('daily');
  const files = await world.directory(makeTree(path.join(world.server.folder, 'files')));
  const job = await world.backUp(files, 'daily', { Lifecycle: { DeleteAfterDays: 35 } });
  arn = present(job.RecoveryPointArn, 'arn');
});
afterAll(() => world[Symbol.asyncDispose]());

const isKept = async (): Promise<boolean> => {
  const { db } = world.server.installation;
  return (await db.selectFrom('recovery_point').select('arn').where('arn', '=', arn).execute()).length === 1;
};
const warnings = () => world.server.events.filter(({ event }) => event === 'vault.retention-held').length;

test('after a jump ahead of more than 30 days nothing is deleted for its age, and the log says so once', async () => {
  clock.set(Date.parse('2099-01-01T00:00:00Z'));
  await world.tick();
  clock.advance(DAY_MS / 2);
  await world.tick();
  expect(await isKept()).toBe(true);
  expect(warnings()).toBe(1);
  expect((await status(world.server.installation, '1')).retentionHeldUntil).toBe('2099-01-02T00:00:00.000Z');
});

test('a clock that is set right again keeps what it had to keep', async () => {
  clock.set(START + 2 * DAY_MS);
  await world.tick();
  clock.advance(30 * DAY_MS);
  await world.tick();
  expect(await isKept()).toBe(true);
  expect(warnings()).toBe(1);
});

test('a server that was down for long deletes what is too old a day after its start', async () => {
  clock.advance(40 * DAY_MS);
  await world.tick();
  clock.advance(DAY_MS - 1);
  await world.tick();
  expect(await isKept()).toBe(true);
  clock.advance(1);
  await world.tick();
  expect(await isKept()).toBe(false);
});
