import { readEffective, writeEffective } from '@holdfast/policy';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publisherRoom } from '../../packages/server/src/publisher/publisher.ts';
import { policyInForce } from '../../packages/server/src/store/effective-policies.ts';
import { publicationBacklog, takeWork } from '../../packages/server/src/store/effective-policy-work.ts';
import { send } from './every-operation.ts';
import { plainEffective } from './plain-effective.ts';
import { backupPolicy, outcome, type TestOrganization, testOrganization, text } from './test-organization.ts';

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
});
afterAll(() => org[Symbol.asyncDispose]());

test('what a killed server had taken is published by the next one', async () => {
  const { db } = org.server.installation;
  await org.attach(await org.policy(TYPE, { tags: { killed: { tag_value: { '@@assign': ['a'] } } } }), org.rootId);
  // The first half of a tick by hand, on a connection that is then cut.
  const killed = db.transaction().execute(async (tx) => {
    await sql`insert into effective_policy_work
      select account_id, ${TYPE}, organization_id, 1 from organization_member`.execute(tx);
    expect(await takeWork(tx, 10)).not.toHaveLength(0);
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
  });
  await expect(killed).rejects.toThrow();
  await publisherRoom(org.server.installation).tick(running);
  for (const account of accounts) {
    expect((await org.effective(account, TYPE)).document).toHaveProperty('tags.killed.tag_value', ['a']);
  }
  expect(await publicationBacklog(db, org.id)).toEqual({ changes: 0, accounts: 0 });
});

test('a new server publishes what was changed under the old one', async () => {
  await org.attach(await org.policy(TYPE, { tags: { restart: { tag_value: { '@@assign': ['b'] } } } }), org.rootId);
  expect(await publicationBacklog(org.server.installation.db)).toEqual({ changes: 1, accounts: 0 });
  await publisherRoom(org.server.installation).tick(running);
  expect((await org.effective(org.managementId, TYPE)).document).toHaveProperty('tags.restart.tag_value', ['b']);
});

test('one fault of the database undoes a batch and loses nothing', async () => {
  const { db } = org.server.installation;
  await org.attach(await org.policy(TYPE, { tags: { fault: { tag_value: { '@@assign': ['c'] } } } }), org.rootId);
  await sql`alter table effective_document add constraint refuse check (content not like '%fault%')`.execute(db);
  await expect(org.publish()).rejects.toThrow('refuse');
  expect((await org.effective(org.managementId, TYPE)).document).not.toHaveProperty('tags.fault');
  await sql`alter table effective_document drop constraint refuse`.execute(db);
  await org.publish();
  expect((await org.effective(org.managementId, TYPE)).document).toHaveProperty('tags.fault.tag_value', ['c']);
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
    { numRuns: 15, interruptAfterTimeLimit: 40_000 },
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
            .toSorted()
            .map(([key, child]) => [key, sorted(child)]),
        )
      : value;
  return JSON.stringify(sorted(JSON.parse(content)));
}

test('thousands of accounts share one document, and those with a policy of their own have their own', async () => {
  const { db } = org.server.installation;
  const parent = { id: units[0] ?? '', path: `${org.id}/${org.rootId}/${units[0]}/` };
  await sql`insert into account (id, name, email, state, created_at)
    select '9' || lpad(n::text, 11, '0'), 'n', n || '@many.test', 'ACTIVE', 0 from generate_series(1, 3000) as n`.execute(
    db,
  );
  await sql`insert into organization_member (account_id, organization_id, parent_id, path, joined_method, joined_at)
    select id, ${org.id}, ${parent.id}, ${parent.path} || id || '/', 'CREATED', 0
    from account where email like '%@many.test'`.execute(db);
  await org.enable('BACKUP_POLICY');
  await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), parent.id);
  await org.attach(await org.policy('BACKUP_POLICY', backupPolicy('own')), '900000000007');
  expect(await publicationBacklog(db, org.id)).toMatchObject({ changes: 3 });
  await org.publish();
  const { rows } = await sql<{ accounts: number }>`select count(*) as accounts from effective_policy
    where type = 'BACKUP_POLICY' and account_id like '90000000%' group by document_digest order by 1`.execute(db);
  expect(rows.map(({ accounts: count }) => count)).toEqual([1, 2999]);
  const own = readEffective(text((await policyInForce(db, '900000000007', 'BACKUP_POLICY'))?.content));
  expect(own && writeEffective(own)).toContain('"own"');
});

test('documents that nobody uses any more are swept', async () => {
  const { db } = org.server.installation;
  await sql`update effective_document set used_at = 0`.execute(db);
  await org.attach(await org.policy(TYPE, { tags: { swept: {} } }), org.managementId);
  await org.publish();
  const { rows } = await sql<{ unused: number }>`select count(*) as unused from effective_document
    where used_at = 0 and not exists (select 1 from effective_policy where document_digest = digest)`.execute(db);
  expect(rows).toEqual([{ unused: 0 }]);
});
