import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publisherRoom } from '../../packages/server/src/publisher/publisher.ts';
import { policyInForce } from '../../packages/server/src/store/effective-policies.ts';
import { plansWaiting, publicationBacklog } from '../../packages/server/src/store/effective-policy-progress.ts';
import { expandChanges } from '../../packages/server/src/store/effective-policy-work.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
  text,
} from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';
import { askOwnService, type OwnAnswer } from './own-service.ts';
import { plainEffective } from './plain-effective.ts';

const TYPE = 'TAG_POLICY';
const running = new AbortController().signal;

let org: TestOrganization;
let units: string[];
let accounts: string[];
beforeAll(async () => {
  org = await testOrganization();
  const top = await org.unit('top');
  units = [top, await org.unit('below', top), await org.unit('beside')];
  accounts = [org.managementId, await org.account('one'), await org.account('two'), await org.account('three')];
  await org.enable(TYPE);
  await org.publish();
});
afterAll(() => org[Symbol.asyncDispose]());

test('a new server publishes what was changed under the old one', async () => {
  await org.attach(await org.policy(TYPE, { tags: { restart: { tag_value: { '@@assign': ['b'] } } } }), org.rootId);
  expect(await publicationBacklog(org.server.installation.db)).toMatchObject({ changes: 1, accounts: 0 });
  await publisherRoom(org.server.installation).tick(running);
  expect((await org.effective(org.managementId, TYPE)).document).toHaveProperty('tags.restart.tag_value', ['b']);
});

test('how far the publication is can be asked while it goes on, by the management account alone', async () => {
  const ask = ({ credentials }: TestAccount): Promise<OwnAnswer> =>
    askOwnService(org.server, 'DescribePublication', { PolicyType: TYPE }, credentials);
  const progress = async (): Promise<Record<string, unknown>> => {
    const { body } = await ask(org.server.management);
    return (body['Publications'] as Record<string, unknown>[])[0] ?? {};
  };
  await org.publish();
  const quiet = await progress();
  expect(quiet).toMatchObject({ PolicyType: TYPE, Status: 'UP_TO_DATE', ChangesWaiting: 0, AccountsWaiting: 0 });
  expect(quiet).not.toHaveProperty('WaitingSince');
  await org.attach(await org.policy(TYPE, { tags: { progress: {} } }), org.rootId);
  const { db, clock } = org.server.installation;
  const changed = await progress();
  expect(changed).toMatchObject({ Status: 'PUBLISHING', ChangesWaiting: 1, AccountsWaiting: 0 });
  expect(changed['WaitingSince']).toBe(changed['LastChangedAt']);
  expect(changed['LastPublishedAt']).toBe(quiet['LastPublishedAt']);
  await db.transaction().execute((tx) => expandChanges(tx, clock.now()));
  expect(await progress()).toMatchObject({ ChangesWaiting: 0, AccountsWaiting: accounts.length });
  await org.publish();
  const done = await progress();
  expect(done).toMatchObject({ Status: 'UP_TO_DATE', LastChangedAt: changed['LastChangedAt'] });
  expect(Number(done['LastPublishedAt'])).toBeGreaterThan(Number(quiet['LastPublishedAt']));
  expect(await ask(await org.server.adminOf(text(accounts[1])))).toMatchObject({ status: 400 });
});

test('enabling backup policies gives the reconciler nothing to look at, a policy in force does', async () => {
  const { db } = org.server.installation;
  await org.enable('BACKUP_POLICY');
  await org.publish();
  expect(await plansWaiting(db)).toMatchObject({ accounts: 0 });
  await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), text(accounts[1]));
  await org.publish();
  expect(await plansWaiting(db)).toMatchObject({ accounts: 1 });
  await org.server.tick('reconciler');
  await send(org.client, 'DisablePolicyType', { RootId: org.rootId, PolicyType: 'BACKUP_POLICY' });
  await org.publish();
  expect(await plansWaiting(db)).toMatchObject({ accounts: 1 });
  await org.server.tick('reconciler');
  expect(await plansWaiting(db)).toMatchObject({ accounts: 0 });
});

type Edit = readonly [kind: 'attach' | 'detach' | 'update' | 'move' | 'publish', a: number, b: number];
const edits = fc.array(
  fc.tuple(
    fc.constantFrom<Edit[0][]>('attach', 'attach', 'detach', 'update', 'move', 'publish'),
    fc.nat(100),
    fc.nat(100),
  ),
  { minLength: 5, maxLength: 30 },
);
const contents = [
  { tags: { color: { tag_value: { '@@assign': ['red'] } } } },
  { tags: { color: { tag_value: { '@@append': ['blue'] } } } },
  { tags: { color: { tag_value: { '@@remove': ['red'] } } } },
  { tags: { color: { '@@operators_allowed_for_child_policies': ['@@none'], tag_value: { '@@assign': ['green'] } } } },
  { tags: { color: { tag_value: { '@@operators_allowed_for_child_policies': ['@@append'] } }, size: {} } },
].map((content) => JSON.stringify(content));

test('whatever is edited while two servers publish, in the end every account has what a plain merge gives', async () => {
  const policies = await Promise.all(contents.map((content) => org.policy(TYPE, content)));
  const rooms = [publisherRoom(org.server.installation), publisherRoom(org.server.installation)];
  const at = (list: readonly string[], n: number): string => text(list[n % list.length]);
  const apply = async ([kind, a, b]: Edit): Promise<void> => {
    const [PolicyId, TargetId] = [at(policies, a), at([org.rootId, ...units, ...accounts], b)];
    switch (kind) {
      case 'attach':
        await outcome(send(org.client, 'AttachPolicy', { PolicyId, TargetId }));
        break;
      case 'detach':
        await outcome(send(org.client, 'DetachPolicy', { PolicyId, TargetId }));
        break;
      case 'update':
        await send(org.client, 'UpdatePolicy', { PolicyId, Content: at(contents, b) });
        break;
      case 'move':
        await move(at(accounts, a), at([org.rootId, ...units], b));
        break;
      case 'publish':
        await rooms[a % 2]?.tick(running);
        break;
    }
  };
  await fc.assert(
    fc.asyncProperty(edits, fc.integer({ min: 1, max: 4 }), async (all, atOnce) => {
      for (let start = 0; start < all.length; start += atOnce) {
        await Promise.all(all.slice(start, start + atOnce).map(apply));
      }
      await Promise.all(rooms.map((room) => room.tick(running)));
      for (const account of accounts) {
        const { content } = { content: '', ...(await policyInForce(org.server.installation.db, account, TYPE)) };
        expect(writeSorted(content)).toBe(writeSorted(await plainEffective(org, account, TYPE)));
      }
    }),
    { numRuns: 8, interruptAfterTimeLimit: 20_000 },
  );
});

async function move(AccountId: string, DestinationParentId: string): Promise<void> {
  const { Parents } = (await send(org.client, 'ListParents', { ChildId: AccountId })) as { Parents: { Id: string }[] };
  await outcome(send(org.client, 'MoveAccount', { AccountId, SourceParentId: Parents[0]?.Id, DestinationParentId }));
}

/** The order of keys means nothing. */
function writeSorted(content: string): string {
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, child]) => [key, sorted(child)]),
        )
      : value;
  return JSON.stringify(sorted(JSON.parse(content)));
}
