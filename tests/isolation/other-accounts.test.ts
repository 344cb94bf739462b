/**
 * Every operation, tried on what belongs to another account: by a stranger who names everything, and by the owner of
 * another organization whose input is right but for one member.
 *
 * An answer may not differ from the one for a thing that is not there, nor hold a word of the other account.
 */
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadServices } from '../../packages/server/src/services/all.ts';
import type { Operation } from '../../packages/server/src/services/operation.ts';
import { type TestAccount, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { comparable, without } from './answers.ts';
import { OWN_ACCOUNT, REFUSALS, silent, TOLD, toStrangers } from './expected.ts';
import { KINDS } from './fields.ts';
import { ghostAccountOf, ghostOf, ghostsOf } from './ghosts.ts';
import { inputOf, type Naming, namingsOf, replaced, unknownMembers } from './inputs.ts';
import { failuresOf, PATIENCE } from './side-by-side.ts';
import { changedOf, type Row, rowsOf } from './stored.ts';
import { forgetting } from './undone.ts';
import { call, codeOf, type Input, type Target, targetsOf } from './wire-call.ts';
import { buildWorld, type World } from './world.ts';

const CANARY = 'zanzibar';
const targets = targetsOf(await loadServices());
const named = targets.map((target) => [target.name, target] as const);
const services = [...new Set(targets.map(({ service }) => service.name))];
const namings: [name: string, target: Target, naming: Naming][] = [];
for (const target of targets) {
  for (const naming of await namingsOf(target)) {
    namings.push([`${target.name} ${naming.path.join('.')}`, target, naming]);
  }
}

let server: TestServer;
let victim: World;
let rival: World;
let stranger: TestAccount;
let bystander: TestAccount;
let before: readonly Row[];

beforeAll(async () => {
  server = await testServer({ clock: new ManualClock(Date.parse('2030-03-20T05:00:00Z')) });
  victim = await buildWorld(server, server.management, CANARY);
  rival = await buildWorld(server, await server.createAccount(), 'barbados');
  stranger = await server.createAccount();
  bystander = await server.createAccount();
  await server.tick('audit');
  before = await rowsOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

async function answerTo(target: Target, input: Input, { credentials }: TestAccount) {
  const answer = await call(target, input, { server, credentials });
  const told = without(`${JSON.stringify(answer.headers)} ${answer.body}`, input);
  return { code: codeOf(answer), comparable: comparable(answer, input), leaks: leaksIn(told) };
}

function leaksIn(told: string): string[] {
  const secrets = KINDS.map((kind) => victim.things[kind]);
  return [CANARY, ...secrets].filter((secret) => told.toLowerCase().includes(secret.toLowerCase()));
}

test('every member of every input is known: say in fields.ts what a new one means', async () => {
  expect((await Promise.all(targets.map(unknownMembers))).flat()).toEqual([]);
});

test(
  'a stranger who names everything is refused, and cannot tell it from what is not there',
  async () => {
    using _undo = forgetting(server);
    const wrong = await failuresOf(named, async (target, name) => {
      const input = await inputOf(target, victim.things);
      // The record of a stranger's own calls holds what the stranger wrote into them.
      const caller = target.service.name === 'cloudtrail' ? bystander : stranger;
      const answer = await answerTo(target, input, caller);
      const told = namings.flatMap(([naming, of]) => (of === target ? (TOLD.get(naming) ?? []) : []));
      expect(answer.leaks).toEqual(told.flatMap(({ tells }) => tells.map((kind) => victim.things[kind])));
      if (told.length > 0) return;
      const ofNothing = await answerTo(target, await inputOf(target, ghostsOf(victim.things)), caller);
      expect(answer.comparable).toBe(ofNothing.comparable);
      const expected = toStrangers.get(name);
      if (expected !== undefined) expect(answer.code).toBe(expected);
      else if (answer.code !== 'Success' || !isAboutNobody(target, input))
        expect(REFUSALS[target.service.name]).toContain(answer.code);
    });
    expect(wrong).toEqual([]);
  },
  PATIENCE,
);

/** Whether the input names nothing, in a service where such calls are about the caller's own account. */
function isAboutNobody({ service }: Target, input: Input): boolean {
  const text = JSON.stringify(input);
  return OWN_ACCOUNT.has(service.name) && !KINDS.some((kind) => text.includes(victim.things[kind]));
}

test.each(services)(
  '%s: in no member does a rival get at, or learn of, a thing of another account',
  async (service) => {
    using _undo = forgetting(server);
    const own = namings.filter(([, target]) => target.service.name === service);
    const wrong = await failuresOf(
      own.map(([name, ...rest]) => [name, rest] as const),
      async ([target, { path, kind }], name) => {
        const input = await inputOf(target, rival.things, path);
        const foreign = victim.things[kind];
        const answerFor = (value: string) => answerTo(target, replaced(input, path, value), rival.owner);
        const answer = await answerFor(foreign);
        const told = TOLD.get(name);
        expect(answer.leaks).toEqual(told?.tells.map((each) => victim.things[each]) ?? []);
        if (told !== undefined) return expect(answer.comparable).toContain(told.answer);
        expect(answer.comparable).toBe((await answerFor(ghostOf(foreign))).comparable);
        const nowhere = ghostAccountOf(foreign);
        if (nowhere !== undefined) expect(answer.comparable).toBe((await answerFor(nowhere)).comparable);
        // Or else the comparison proves nothing: the input was refused for another reason, or the member does not count.
        const ofItsOwn = await answerTo(target, input, rival.owner);
        expect(ofItsOwn.comparable === answer.comparable, 'its own is answered alike').toBe(silent.has(name));
      },
    );
    expect(wrong).toEqual([]);
  },
);

test('the tables of what is expected name nothing that is not there', () => {
  const operations = new Set(targets.map(({ name }) => name));
  const members = new Set(namings.map(([name]) => name));
  expect([...toStrangers.keys()].filter((name) => !operations.has(name))).toEqual([]);
  expect([...TOLD.keys(), ...silent].filter((name) => !members.has(name))).toEqual([]);
});

/** Those that only read have no transaction that was undone: what they changed, if anything, is there. */
function mayChange({ service, shape }: Target): boolean {
  const operation = service.handlers.get(shape.name);
  return (operation as Operation | undefined)?.run.kind !== 'reads';
}

test(
  'nothing of the other account changes, and nothing comes to it, when all of that is tried in earnest',
  async () => {
    for (const target of targets.filter(mayChange)) {
      await call(target, await inputOf(target, victim.things), { server, credentials: stranger.credentials });
    }
    for (const [, target, { path, kind }] of namings.filter(([, each]) => mayChange(each))) {
      const input = replaced(await inputOf(target, rival.things, path), path, victim.things[kind]);
      await call(target, input, { server, credentials: rival.owner.credentials });
    }
    const words = [CANARY, victim.things.accountId, victim.things.memberId];
    expect(changedOf(words, before, await rowsOf(server))).toEqual([]);
  },
  PATIENCE,
);
