/** LookupEvents: filters, time, pages and refusals. */
import {
  CloudTrailClient,
  CreateTrailCommand,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsRequest,
} from '@aws-sdk/client-cloudtrail';
import { CreateUserCommand, DeleteUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { ManualClock, MINUTE_MS, present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { lookUp, recordOf } from './cloud-trail.ts';

const NOON = Date.parse('2030-03-20T12:00:00Z');
const clock = new ManualClock(NOON);
let server: TestServer;
beforeAll(async () => {
  server = await testServer({ clock });
  const iam = server.client(IAMClient);
  for (const UserName of ['alice', 'bob', 'carol']) {
    await iam.send(new CreateUserCommand({ UserName }));
    clock.advance(MINUTE_MS);
  }
  await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
  await iam.send(new ListUsersCommand({}));
  clock.advance(MINUTE_MS);
});
afterAll(() => server[Symbol.asyncDispose]());

const by = (AttributeKey: LookupAttributeKey, AttributeValue: string): LookupEventsRequest => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});
const names = async (input: LookupEventsRequest): Promise<string[]> =>
  (await lookUp(server, input)).map(({ EventName: name }) => String(name)).filter((name) => name !== 'LookupEvents');

test('events come newest first, each with its record', async () => {
  const events = await lookUp(server, { EndTime: new Date(NOON + 2 * MINUTE_MS) });
  expect(events.map((event) => recordOf(event).requestParameters)).toEqual([
    { userName: 'carol' },
    { userName: 'bob' },
    { userName: 'alice' },
  ]);
  expect(events[2]).toMatchObject({
    EventName: 'CreateUser',
    EventSource: 'iam.amazonaws.com',
    EventTime: new Date(NOON),
    ReadOnly: 'false',
    Username: 'admin',
    AccessKeyId: server.management.credentials.accessKeyId,
    Resources: [
      { ResourceType: 'AWS::IAM::User', ResourceName: `arn:aws:iam::${server.management.accountId}:user/alice` },
    ],
  });
});

test.each<[LookupAttributeKey, string, string[]]>([
  ['EventName', 'DeleteUser', ['DeleteUser']],
  ['EventSource', 'iam.amazonaws.com', ['DeleteUser', 'ListUsers', 'CreateUser', 'CreateUser', 'CreateUser']],
  ['ReadOnly', 'true', ['ListUsers']],
  ['ResourceName', 'bob', ['DeleteUser', 'CreateUser']],
  ['ResourceType', 'AWS::IAM::User', ['DeleteUser', 'CreateUser', 'CreateUser', 'CreateUser']],
  ['Username', 'admin', ['DeleteUser', 'ListUsers', 'CreateUser', 'CreateUser', 'CreateUser']],
  ['Username', 'somebody else', []],
  ['AccessKeyId', 'AKIAEXAMPLEEXAMPLE00', []],
  ['EventId', 'no id', []],
])('%s finds what has it: %s', async (key, value, expected) => {
  expect((await names(by(key, value))).toSorted()).toEqual(expected.toSorted());
});

test('an event is found by its id, whatever else there is', async () => {
  const [event] = await lookUp(server, by('EventName', 'DeleteUser'));
  const id = present(event?.EventId, 'id');
  expect(await lookUp(server, by('EventId', id))).toMatchObject([{ EventId: id, EventName: 'DeleteUser' }]);
});

test('both ends of a time belong to it', async () => {
  const at = (minutes: number): Date => new Date(NOON + minutes * MINUTE_MS);
  expect(await names({ StartTime: at(1), EndTime: at(2) })).toEqual(['CreateUser', 'CreateUser']);
});

test('pages go on where the last one ended, whatever happens meanwhile, and tokens answer their own question only', async () => {
  const cloudTrail = server.client(CloudTrailClient);
  const question = { ...by('EventName', 'CreateUser'), MaxResults: 2 };
  const first = await cloudTrail.send(new LookupEventsCommand(question));
  expect(first.Events).toHaveLength(2);
  await server.client(IAMClient).send(new CreateUserCommand({ UserName: 'dave' }));
  const second = await cloudTrail.send(new LookupEventsCommand({ ...question, NextToken: first.NextToken }));
  expect(second.Events?.map((event) => recordOf(event).requestParameters)).toEqual([{ userName: 'alice' }]);
  expect(second.NextToken).toBeUndefined();
  await expect(
    cloudTrail.send(new LookupEventsCommand({ ...by('EventName', 'DeleteUser'), NextToken: first.NextToken })),
  ).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
});

test.each<[LookupEventsRequest, string]>([
  [{ StartTime: new Date(NOON), EndTime: new Date(NOON - 1) }, 'InvalidTimeRangeException'],
  [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
  [{ MaxResults: 0 }, 'InvalidMaxResultsException'],
  [{ NextToken: 'mine' }, 'InvalidNextTokenException'],
  [by('Color' as LookupAttributeKey, 'red'), 'InvalidLookupAttributesException'],
  [by('ReadOnly', 'maybe'), 'InvalidLookupAttributesException'],
  [by('EventName', ''), 'InvalidLookupAttributesException'],
  [
    {
      LookupAttributes: [
        ...(by('EventName', 'a').LookupAttributes ?? []),
        ...(by('EventId', 'b').LookupAttributes ?? []),
      ],
    },
    'InvalidLookupAttributesException',
  ],
  [{ EventCategory: 'insight' }, 'UnsupportedOperationException'],
])('%j is refused with %s', async (input, name) => {
  await expect(lookUp(server, input)).rejects.toMatchObject({ name });
});

test('who may not look is refused, and that is on record', async () => {
  const nothing = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' } };
  const caller = await assumeRole(server, server.management, nothing);
  await expect(lookUp(server, {}, caller)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const [event] = await lookUp(server, { ...by('EventName', 'LookupEvents'), ...by('Username', 'session') });
  expect(recordOf(event)).toMatchObject({ eventName: 'LookupEvents', errorCode: 'AccessDeniedException' });
});

test('what is not implemented says so', async () => {
  const trail = new CreateTrailCommand({ Name: 'all', S3BucketName: 'bucket' });
  await expect(server.client(CloudTrailClient).send(trail)).rejects.toMatchObject({ name: 'NotImplementedException' });
});
