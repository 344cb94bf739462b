/**
 * A recording's organization: a management account, a member, and which of their ids the recording's stand-ins mean.
 *
 * Things are made through the API, when they are first needed; a `Roster` of what a recording names, not a fixture.
 */
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { assumeRole } from '../../../packages/server/src/testing/assume-role.ts';
import {
  send,
  type TestOrganization,
  testOrganization,
  text,
} from '../../../packages/server/src/testing/organization.ts';
import type { TestServerOptions } from '../../../packages/server/src/testing/server.ts';
import type { CallCase } from '../cases.ts';

export interface World extends AsyncDisposable {
  readonly org: TestOrganization;
  readonly memberId: string;
  /** Ids of the organization by what recordings call them, such as `r-example`. */
  readonly standIns: Map<string, string>;
}

/** The recordings' organization had five accounts. */
const OTHERS = ['three', 'four', 'five'];
export const EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

export async function newWorld(options: TestServerOptions): Promise<World> {
  await using undo = new AsyncDisposableStack();
  const org = undo.use(await testOrganization(options));
  const memberId = await org.account('member');
  for (const name of OTHERS) await org.account(name);
  const { Account } = (await send(org.client, 'DescribeAccount', { AccountId: memberId })) as {
    Account: { Email: string };
  };
  const standIns = new Map([
    ['o-exampleorgid', org.id],
    ['exampleorgid', org.id.slice('o-'.length)],
    ['r-example', org.rootId],
    ['111111111111', org.managementId],
    ['222222222222', memberId],
    ['m@example.test', Account.Email],
    ['Management', 'management'],
  ]);
  const all = undo.move();
  return { org, memberId, standIns, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** With the organization's own ids in place of the stand-ins. */
export function replaced<T>(value: T, { standIns }: World): T {
  let json = JSON.stringify(value);
  for (const [standIn, id] of standIns) json = json.replaceAll(new RegExp(`\\b${standIn}\\b`, 'g'), id);
  return JSON.parse(json) as T;
}

/** The id that a stand-in means. */
export function idOf({ standIns }: World, standIn: string): string {
  return text(standIns.get(standIn));
}

/** Permissions that a recording tells in words only. */
const PERMISSIONS: readonly (readonly [given: RegExp, statements: readonly object[]])[] = [
  [
    /allows only organizations:PutResourcePolicy on arn:aws:organizations::111111111111:resourcepolicy/,
    [
      {
        Effect: 'Allow',
        Action: 'organizations:PutResourcePolicy',
        Resource: 'arn:aws:organizations::111111111111:resourcepolicy/o-exampleorgid/*',
      },
    ],
  ],
  [
    /allows only organizations:ListHandshakesForAccount on \* with this condition/,
    [{ Effect: 'Allow', Action: 'organizations:ListHandshakesForAccount', Resource: '*' }],
  ],
];

/** A client with the permissions that the recording tells. */
export async function clientOf(world: World, call: CallCase): Promise<OrganizationsClient> {
  const { org, memberId } = world;
  const { caller, given = '', sessionPolicy, sessionCondition, resourcePolicy, identityStatements } = call;
  const told = PERMISSIONS.find(([words]) => words.test(given))?.[1];
  const isNarrow = sessionPolicy ?? sessionCondition ?? resourcePolicy ?? identityStatements ?? told;
  if (!isNarrow) return caller === 'management' ? org.client : org.memberClient(memberId);
  const account = caller === 'management' ? org.server.management : await org.server.adminOf(memberId);
  const all = { Effect: 'Allow', Action: 'organizations:*', Resource: '*' };
  const conditioned = (told ?? [all]).map((statement) => ({ ...statement, Condition: sessionCondition }));
  const policy = sessionPolicy ?? { Version: '2012-10-17', Statement: identityStatements ?? conditioned };
  return org.clientOf(await assumeRole(org.server, account, replaced(policy, world)));
}
