/**
 * Every operation, called by a member of an organization on what belongs to its management account: the organization
 * itself is closed to it, and the management account’s own things are those of a stranger.
 */
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { comparable, without } from './answers.ts';
import { TOLD } from './expected.ts';
import { KINDS } from './fields.ts';
import { ghostsOf } from './ghosts.ts';
import { inputOf } from './inputs.ts';
import { failuresOf, PATIENCE } from './side-by-side.ts';
import { type Row, rowsOf } from './stored.ts';
import { forgetting } from './undone.ts';
import { call, codeOf, type Input, type Target, targetsOf } from './wire-call.ts';
import { buildWorld, type World } from './world.ts';

const CANARY = 'zanzibar';
const named = targetsOf(await loadServices()).map((target) => [target.name, target] as const);
// The record of the member's own calls holds what the member wrote into them: it is asked before there are any.
const ofRecord = named.filter(([, { service }]) => service.name === 'cloudtrail');
const others = named.filter(([, { service }]) => service.name !== 'cloudtrail');

interface Expected {
  readonly code: string;
  readonly reason: string;
}

/** What the member gets that is not AccessDeniedException, of the services that belong to the organization. */
const OPEN: Readonly<Record<string, Expected>> = {
  'organizations:AcceptHandshake': { code: 'HandshakeNotFoundException', reason: 'it is for another account' },
  'organizations:CancelHandshake': { code: 'HandshakeNotFoundException', reason: 'another account sent it' },
  'organizations:CreateOrganization': { code: 'AlreadyInOrganizationException', reason: 'it is in one' },
  'organizations:DeclineHandshake': { code: 'HandshakeNotFoundException', reason: 'it is for another account' },
  'organizations:DescribeEffectivePolicy': { code: 'Success', reason: 'it asks for its own' },
  'organizations:DescribeHandshake': { code: 'HandshakeNotFoundException', reason: 'it is between others' },
  'organizations:DescribeOrganization': { code: 'Success', reason: 'every member may know whose it is' },
  'organizations:LeaveOrganization': { code: 'ConstraintViolationException', reason: 'it was made four days ago' },
  'organizations:ListHandshakesForAccount': { code: 'Success', reason: 'its own, of which there are none' },
};
const OF_ORGANIZATION = new Set(['organizations', 'holdfast']);

let server: TestServer;
let world: World;
let before: readonly Row[];

beforeAll(async () => {
  server = await testServer({ clock: new ManualClock(Date.parse('2030-03-20T05:00:00Z')) });
  world = await buildWorld(server, server.management, CANARY);
  before = await rowsOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

/** What the member may know: its own account, the one that manages it, and what AWS tells everybody. */
const mayTell = (target: Target): string[] => {
  const told = [...TOLD].filter(([naming]) => naming.startsWith(`${target.name} `)).flatMap(([, { tells }]) => tells);
  return [...told, 'accountId' as const, 'memberId' as const].map((kind) => world.things[kind]);
};

test(
  'the organization is closed to a member, and the management account’s own things are a stranger’s',
  async () => {
    using _undo = forgetting(server);
    const send = (target: Target, asked: Input) =>
      call(target, asked, { server, credentials: world.member.credentials });
    const tryOne = async (target: Target, name: string): Promise<void> => {
      const input = await inputOf(target, world.things);
      const answer = await send(target, input);
      const code = codeOf(answer);
      if (OF_ORGANIZATION.has(target.service.name)) expect(code).toBe(OPEN[name]?.code ?? 'AccessDeniedException');
      if (name in OPEN) return;
      const told = without(`${JSON.stringify(answer.headers)} ${answer.body}`, input);
      const secrets = KINDS.map((kind) => world.things[kind]).filter((text) => !mayTell(target).includes(text));
      expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
      if ([...TOLD.keys()].some((naming) => naming.startsWith(`${name} `))) return;
      const missing = await inputOf(target, { ...ghostsOf(world.things), memberId: world.things.memberId });
      expect(comparable(answer, input)).toBe(comparable(await send(target, missing), missing));
    };
    const wrong = [...(await failuresOf(ofRecord, tryOne)), ...(await failuresOf(others, tryOne))];
    expect(wrong).toEqual([]);
  },
  PATIENCE,
);

test('nothing has changed', async () => {
  expect(await rowsOf(server)).toEqual(before);
});
