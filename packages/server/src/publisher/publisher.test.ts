import * as sdk from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../store/database.ts';
import { policyInForce } from '../store/effective-policies.ts';
import { publicationBacklog } from '../store/effective-policy-progress.ts';
import { takeWork } from '../store/effective-policy-work.ts';
import { type TestServer, testServer } from '../testing/server.ts';

const TYPE = 'TAG_POLICY';
const MANY = 3_000;

let server: TestServer;
let client: sdk.OrganizationsClient;
let db: Database;
let organizationId: string;
let rootId: string;
let accountId: string;

beforeAll(async () => {
  server = await testServer();
  ({ db } = server.installation);
  accountId = server.management.accountId;
  client = server.client(sdk.OrganizationsClient);
  const { Organization } = await client.send(new sdk.CreateOrganizationCommand({}));
  organizationId = present(Organization?.Id, 'organization');
  const { Roots } = await client.send(new sdk.ListRootsCommand({}));
  rootId = present(Roots?.[0]?.Id, 'root');
  await client.send(new sdk.EnablePolicyTypeCommand({ RootId: rootId, PolicyType: TYPE }));
  await server.tick('publisher');
});
afterAll(() => server[Symbol.asyncDispose]());

/** A tag policy with one key, on the root or elsewhere. */
async function attach(key: string, targetId = rootId): Promise<void> {
  const content = { tags: { [key]: { tag_value: { '@@assign': ['a'] } } } };
  const { Policy } = await client.send(
    new sdk.CreatePolicyCommand({ Type: TYPE, Name: key, Description: '', Content: JSON.stringify(content) }),
  );
  const policyId = present(Policy?.PolicySummary?.Id, 'policy');
  await client.send(new sdk.AttachPolicyCommand({ PolicyId: policyId, TargetId: targetId }));
}

async function keysInForce(id = accountId): Promise<string[]> {
  const inForce = present(await policyInForce(db, id, TYPE), 'a policy in force');
  const { tags = {} } = JSON.parse(inForce.content) as { tags?: object };
  return Object.keys(tags);
}

test('what a killed server had taken is published by the next one', async () => {
  await attach('killed');
  // The first half of a round by hand, on a connection that is then cut.
  const killed = db.transaction().execute(async (tx) => {
    const work = { account_id: accountId, type: TYPE, organization_id: organizationId, requested_at: 1 } as const;
    await tx.insertInto('effective_policy_work').values(work).execute();
    expect(await takeWork(tx, 10)).toEqual([{ accountId, type: TYPE, organizationId }]);
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
  });
  await expect(killed).rejects.toThrow('terminat');
  await server.tick('publisher');
  expect(await keysInForce()).toContain('killed');
  expect(await publicationBacklog(db, organizationId)).toEqual({ changes: 0, accounts: 0, waitingSince: undefined });
});

test('a fault of the database undoes a batch and loses nothing', async () => {
  await attach('fault');
  await sql`alter table effective_document add constraint refuse check (content not like '%fault%')`.execute(db);
  await expect(server.tick('publisher')).rejects.toThrow('refuse');
  expect(await keysInForce()).not.toContain('fault');
  await sql`alter table effective_document drop constraint refuse`.execute(db);
  await server.tick('publisher');
  expect(await keysInForce()).toContain('fault');
});

test('a change is not held up by a publication under way', async () => {
  await attach('first');
  const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lock = db.transaction().execute(async (tx) => {
    await sql`lock table effective_policy in access exclusive mode`.execute(tx);
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const publishing = server.tick('publisher');
  await attach('second');
  release.resolve();
  await Promise.all([lock, publishing]);
  await server.tick('publisher');
  expect(await keysInForce()).toEqual(expect.arrayContaining(['first', 'second']));
});

test('thousands of accounts share one document, and one with a policy of its own has its own', async () => {
  await sql`insert into account (id, name, email, state, created_at)
    select '0' || lpad(n::text, 11, '0'), 'n', n || '@many.test', 'ACTIVE', 0
    from generate_series(1, ${MANY}) as n`.execute(db);
  await sql`insert into organization_member (account_id, organization_id, parent_id, path, joined_method, joined_at)
    select id, ${organizationId}, ${rootId}, ${`${organizationId}/${rootId}/`} || id || '/', 'CREATED', 0
    from account where email like '%@many.test'`.execute(db);
  await attach('own', '000000000007');
  await attach('all');
  expect(await publicationBacklog(db, organizationId)).toMatchObject({ changes: 2, accounts: 0 });
  await server.tick('publisher');
  const { rows } = await sql<{ accounts: number }>`select count(*) as accounts from effective_policy
    where account_id like '0%' group by document_digest order by 1`.execute(db);
  expect(rows.map(({ accounts }) => accounts)).toEqual([1, MANY - 1]);
  expect(await keysInForce('000000000007')).toContain('own');
  expect(await keysInForce('000000000008')).not.toContain('own');
});

test('documents that nobody uses any more are swept, and no others', async () => {
  await sql`update effective_document set used_at = 0`.execute(db);
  await attach('swept');
  await server.tick('publisher');
  const { rows } = await sql<{ unused: number; used: number }>`
    select count(*) filter (where used is null) as unused, count(*) filter (where used is not null) as used
    from effective_document left join (select distinct document_digest as used from effective_policy) as policy
      on used = digest`.execute(db);
  expect(rows).toEqual([{ unused: 0, used: 2 }]);
});
