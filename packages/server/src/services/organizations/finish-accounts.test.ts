import {
  CreateAccountCommand,
  type CreateAccountStatus,
  CreateOrganizationCommand,
  ListCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../testing/server.ts';

let server: TestServer;
let client: OrganizationsClient;
beforeAll(async () => {
  server = await testServer();
  client = server.client(OrganizationsClient);
  await client.send(new CreateOrganizationCommand({}));
});
afterAll(() => server[Symbol.asyncDispose]());

async function statusOf(name: string): Promise<CreateAccountStatus | undefined> {
  const { CreateAccountStatuses } = await client.send(new ListCreateAccountStatusCommand({}));
  return CreateAccountStatuses?.find(({ AccountName }) => AccountName === name);
}

const request = (name: string): Promise<unknown> =>
  client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@members.test` }));

test('a request that fails by our fault holds up no other, is given up at last and leaves nothing behind', async () => {
  const { db } = server.installation;
  await sql`create function refuse_poison() returns trigger language plpgsql as $$ begin
    if new.name = 'poison' then raise 'a fault of the database'; end if; return new; end $$`.execute(db);
  await sql`create trigger refuse_poison before insert on account for each row execute function refuse_poison()`.execute(
    db,
  );
  await request('poison');
  await request('sound');
  await server.tick('accounts');
  expect(await statusOf('sound')).toMatchObject({ State: 'SUCCEEDED' });
  expect(await statusOf('poison')).toMatchObject({ State: 'FAILED', FailureReason: 'INTERNAL_FAILURE' });
  expect(await db.selectFrom('account').select('id').where('name', '=', 'poison').execute()).toEqual([]);
  const failures = server.events.filter(({ event }) => event === 'organizations.account-attempt-failed');
  expect(failures).toHaveLength(5);
});
