/**
 * Every list: the token of a page opens for the question that it came from, and for no other. The caller is a user, a
 * role or a root: whoever lists with a role goes on after its session was renewed.
 */
import { ManualClock, present } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import { type Credentials, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { fieldOf } from './fields.ts';
import { ghostOf } from './ghosts.ts';
import { inputOf, namingsOf, replaced } from './inputs.ts';
import { addSecondThings } from './second-things.ts';
import { call, codeOf, type Input, type Target, targetsOf } from './wire-call.ts';
import { buildWorld, type World } from './world.ts';

const targets = targetsOf(await loadServices());
const lists = targets.filter((target) => tokenMember(target) !== undefined);

/** Of these there is never a second page, so that no token is ever given out. */
const ONE_PAGE: Readonly<Record<string, string>> = {
  'iam:ListAccountAliases': 'an account has one alias',
  'iam:ListInstanceProfiles': 'there are no machines here that would have one',
  'iam:ListInstanceProfilesForRole': 'there are no machines here that would have one',
  'iam:ListServerCertificates': 'there are none here',
  'iam:ListServiceSpecificCredentials': 'there are none here',
  'iam:ListSigningCertificates': 'there are none here',
  'iam:ListSSHPublicKeys': 'there are none here',
  'organizations:ListRoots': 'an organization has one root',
  'organizations:ListParents': 'a node has one parent',
  'organizations:ListInboundResponsibilityTransfers': 'there are no bills here',
  'organizations:ListOutboundResponsibilityTransfers': 'there are no bills here',
};

const INVALID: Readonly<Record<string, string>> = {
  backup: 'InvalidParameterValueException',
  cloudcontrolapi: 'InvalidRequestException',
  cloudtrail: 'InvalidNextTokenException',
  iam: 'ValidationError',
  organizations: 'InvalidInputException',
};

let server: TestServer;
let owner: World;
let rival: World;
/** Of the owner's account, and may as much. */
let colleague: { credentials: Credentials };

beforeAll(async () => {
  server = await testServer({ clock: new ManualClock(Date.parse('2030-03-20T05:00:00Z')) });
  owner = await buildWorld(server, server.management, 'zanzibar');
  rival = await buildWorld(server, await server.createAccount(), 'barbados');
  await addSecondThings(owner, targets);
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  colleague = await assumeRole(server, owner.owner, everything);
  for (const word of ['first', 'second']) await inviteOwner(word);
});
afterAll(() => server[Symbol.asyncDispose]());

/** The owner's account is invited by other organizations. */
async function inviteOwner(word: string): Promise<void> {
  const { credentials } = await server.createAccount(word);
  const operation = (name: string) =>
    present(
      targets.find((target) => target.name === `organizations:${name}`),
      name,
    );
  await call(operation('CreateOrganization'), {}, { server, credentials });
  const Target = { Type: 'EMAIL', Id: 'management@example.test' };
  await call(operation('InviteAccountToOrganization'), { Target }, { server, credentials });
}

function tokenMember({ service, shape }: Target): string | undefined {
  return shape.input.members.find(({ name }) => fieldOf(service.name, shape.name, name) === 'page')?.name;
}

function sizeMember({ shape }: Target): string | undefined {
  return shape.input.members.find(({ name }) => name === 'MaxResults' || name === 'MaxItems')?.name;
}

/** The input for a page of one item, where the size can be chosen. */
async function pageOfOne(target: Target): Promise<Input> {
  const size = sizeMember(target);
  return { ...(await inputOf(target, owner.things)), ...(size !== undefined && { [size]: 1 }) };
}

async function ask(
  target: Target,
  input: Input,
  token?: string,
  more: { credentials?: Credentials; region?: string } = {},
) {
  const member = present(tokenMember(target), 'the member for tokens');
  const page = token === undefined ? input : { ...input, [member]: token };
  return call(target, page, { server, credentials: owner.owner.credentials, ...more });
}

/** By list. */
const tokens = new Map<string, string>();

async function tokenOf(target: Target): Promise<string> {
  const known = tokens.get(target.name);
  if (known !== undefined) return known;
  const { body } = await ask(target, await pageOfOne(target));
  const found = /"NextToken":"([^"]+)"/.exec(body)?.[1] ?? /<Marker>([^<]+)<\/Marker>/.exec(body)?.[1];
  const token = present(found, `a second page of ${target.name}: make one in second-things.ts`);
  tokens.set(target.name, token);
  return token;
}

const paged = lists.filter(({ name }) => !(name in ONE_PAGE));

test('lists of one page are lists', () => {
  const names = lists.map(({ name }) => name);
  expect(Object.keys(ONE_PAGE).filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(paged.map((target) => [target.name, target] as const))('%s: a token', (_name, target) => {
  const invalid = INVALID[target.service.name];

  test('opens the next page of its own question', async () => {
    expect(codeOf(await ask(target, await pageOfOne(target), await tokenOf(target)))).toBe('Success');
  });

  test('comes with pages of sizes that the model allows, and of no others', async () => {
    const size = sizeMember(target);
    if (size === undefined) return;
    for (const wrong of [0, -1, 1_000_000, 2 ** 31]) {
      const answer = await ask(target, { ...(await inputOf(target, owner.things)), [size]: wrong });
      expect(codeOf(answer), String(wrong)).not.toBe('Success');
      expect(answer.status, String(wrong)).toBe(400);
    }
  });

  test('is refused when it was changed', async () => {
    const token = await tokenOf(target);
    const middle = Math.floor(token.length / 2);
    const other = token[middle] === 'A' ? 'B' : 'A';
    const forged = [token.slice(0, middle) + other + token.slice(middle + 1), token.slice(0, -4), `${token}AAAA`];
    for (const one of forged) expect(codeOf(await ask(target, await pageOfOne(target), one))).toBe(invalid);
  });

  test('is refused to another account', async () => {
    const answer = await ask(target, await inputOf(target, rival.things), await tokenOf(target), rival.owner);
    expect(codeOf(answer)).toBe(invalid);
  });

  test('is refused to another principal of the same account', async () => {
    const answer = await ask(target, await pageOfOne(target), await tokenOf(target), colleague);
    expect(codeOf(answer)).toBe(invalid);
  });

  test('is refused in another region', async () => {
    const answer = await ask(target, await pageOfOne(target), await tokenOf(target), { region: 'eu-central-1' });
    expect(codeOf(answer)).not.toBe('Success');
  });

  test('is refused by the service’s next list', async () => {
    const siblings = paged.filter(({ service }) => service === target.service);
    const next = present(siblings[(siblings.indexOf(target) + 1) % siblings.length], 'a list');
    if (next === target) return;
    expect(codeOf(await ask(next, await pageOfOne(next), await tokenOf(target)))).toBe(invalid);
  });

  test('is refused for another question', async () => {
    const token = await tokenOf(target);
    for (const { path, kind } of await namingsOf(target)) {
      const asked = await inputOf(target, owner.things, path);
      const answer = await ask(target, replaced(asked, path, ghostOf(owner.things[kind])), token);
      expect(codeOf(answer), path.join('.')).not.toBe('Success');
    }
  });
});
