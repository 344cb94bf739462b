import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('GetCallerIdentity says who signed', async () => {
  const { accountId } = server.management;
  const { Account, Arn, UserId } = await server.client(STSClient).send(new GetCallerIdentityCommand());
  expect({ Account, Arn }).toEqual({ Account: accountId, Arn: `arn:aws:iam::${accountId}:user/admin` });
  expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
});

test('a test server with a clock of its own has clients that sign by it', async () => {
  const clock = new ManualClock(Date.parse('2031-01-01T00:00:00Z'));
  await using past = await testServer({ clock });
  const client = past.client(STSClient);
  for (let day = 0; day < 3; day++) {
    await expect(client.send(new GetCallerIdentityCommand())).resolves.toMatchObject({
      Account: past.management.accountId,
    });
    clock.advance(86_400_000);
  }
});
