/** A server killed between commit and answer: of every change there is the change and its record, or neither. */
import { CloudTrailClient, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { CreateUserCommand, IAMClient, paginateListUsers } from '@aws-sdk/client-iam';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillableServer, killableServer } from '../crash/killable-server.ts';
import { holdfast } from '../e2e/program.ts';
import { recordOf } from './cloud-trail.ts';

const SIDE_BY_SIDE = 8;
const ROUNDS = 2;
let server: KillableServer;
beforeAll(async () => {
  server = await killableServer();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const options = () => ({
  endpoint: server.endpoint,
  region: 'us-east-1',
  credentials: server.credentials,
  maxAttempts: 1,
});

/** Names of users, as they are there, and as they are on record. */
async function users(): Promise<{ made: Set<string>; recorded: string[] }> {
  const made = new Set<string>();
  const iam = new IAMClient(options());
  for await (const page of paginateListUsers({ client: iam }, {})) {
    for (const { UserName: name } of page.Users ?? []) if (name?.startsWith('user-')) made.add(name);
  }
  iam.destroy();
  const recorded: string[] = [];
  const client = new CloudTrailClient(options());
  const question = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateUser' }] };
  for await (const page of paginateLookupEvents({ client }, question)) {
    for (const event of page.Events ?? []) {
      const { errorCode, requestParameters } = recordOf(event);
      if (errorCode === undefined) recorded.push(String(requestParameters?.['userName']));
    }
  }
  client.destroy();
  return { made, recorded };
}

test('nothing acknowledged is missing, and what is there is on record once', async () => {
  const acknowledged = new Set<string>();
  let count = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const iam = new IAMClient(options());
    let running = true;
    let killing: Promise<void> | undefined;
    const makeUsers = async (): Promise<void> => {
      while (running) {
        const UserName = `user-${++count}`;
        try {
          await iam.send(new CreateUserCommand({ UserName }));
          acknowledged.add(UserName);
        } catch {
          running = false;
        }
        // In the middle of all that is under way.
        if (acknowledged.size >= round * 40) killing ??= server.kill();
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, makeUsers));
    await present(killing, 'the kill');
    iam.destroy();
    await server.start();
    const { made, recorded } = await users();
    expect(recorded.toSorted()).toEqual([...made].toSorted());
    expect([...acknowledged].filter((name) => !made.has(name))).toEqual([]);
  }
  const { code, stdout } = await holdfast(['audit', 'verify', '--data', server.dataFolder]);
  expect(stdout).toContain('no problems');
  expect(code).toBe(0);
}, 120_000);
