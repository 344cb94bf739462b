import {
  CloudControlClient,
  CreateResourceCommand,
  type CreateResourceInput,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
  type ProgressEvent,
  paginateListResources,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DIRECTORY, executionWorld, POSTGRESQL, REGION, type World } from './world.ts';

let world: World;
let client: CloudControlClient;
beforeAll(async () => {
  world = await executionWorld();
  client = world.cloudControl;
});
afterAll(() => world[Symbol.asyncDispose]());

const DATABASE = { Host: 'db.example.test', Database: 'shop', Username: 'backup' };

async function shown(typeName: string, identifier: string): Promise<Record<string, unknown>> {
  const answer = await client.send(new GetResourceCommand({ TypeName: typeName, Identifier: identifier }));
  return JSON.parse(present(answer.ResourceDescription?.Properties, 'properties')) as Record<string, unknown>;
}

async function change(identifier: string, patch: unknown, typeName = POSTGRESQL): Promise<ProgressEvent> {
  const command = new UpdateResourceCommand({
    TypeName: typeName,
    Identifier: identifier,
    PatchDocument: typeof patch === 'string' ? patch : JSON.stringify(patch),
  });
  return present((await client.send(command)).ProgressEvent, 'event');
}

test('a directory is registered under a made file system id, with its tags and its ARN', async () => {
  const event = await world.register(DIRECTORY, {
    Path: '/srv/data',
    Name: 'data',
    Tags: [{ Key: 'tier', Value: 'gold' }],
  });
  expect(event).toMatchObject({ Operation: 'CREATE', OperationStatus: 'SUCCESS', TypeName: DIRECTORY });
  const identifier = present(event.Identifier, 'identifier');
  expect(identifier).toMatch(/^fs-[0-9a-f]{17}$/);
  expect(await shown(DIRECTORY, identifier)).toEqual({
    FileSystemId: identifier,
    Path: '/srv/data',
    Name: 'data',
    Tags: [{ Key: 'tier', Value: 'gold' }],
    Arn: `arn:aws:elasticfilesystem:${REGION}:${world.accountId}:file-system/${identifier}`,
  });
});

test('a password is sealed, and never returned', async () => {
  await world.register(POSTGRESQL, { DBInstanceIdentifier: 'sealed', ...DATABASE, Password: 'correct horse' });
  expect(await shown(POSTGRESQL, 'sealed')).toEqual({
    DBInstanceIdentifier: 'sealed',
    ...DATABASE,
    Port: 5432,
    SslMode: 'prefer',
    Arn: `arn:aws:rds:${REGION}:${world.accountId}:db:sealed`,
  });
  const { db } = world.server.installation;
  const row = await db.selectFrom('resource').selectAll().where('identifier', '=', 'sealed').executeTakeFirstOrThrow();
  const stored = JSON.stringify(row) + JSON.stringify(await db.selectFrom('resource_request').selectAll().execute());
  expect(stored).not.toContain('correct horse');
  expect(row.secrets_sealed?.toString('latin1')).not.toContain('correct horse');
  expect(JSON.stringify(world.server.events)).not.toContain('correct horse');
});

test.each<[typeName: string, desired: Record<string, unknown>, says: RegExp]>([
  [DIRECTORY, {}, /Path is required/],
  [DIRECTORY, { Path: 'relative' }, /Path must be an absolute path/],
  [DIRECTORY, { Path: '/' }, /Path must be below the root/],
  [DIRECTORY, { Path: '/a/../b' }, /Path must be written without/],
  [DIRECTORY, { Path: '/a', FileSystemId: 'mine' }, /FileSystemId must be fs-/],
  [DIRECTORY, { Path: '/a', Size: 1 }, /Size is not a property of this type; it has FileSystemId, Path, Name and Tags/],
  [DIRECTORY, { Path: 7, Name: [] }, /Path must be a string; Name must be a string/],
  [
    DIRECTORY,
    {
      Path: '/a',
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'a', Value: 'c' },
      ],
    },
    /Tags\/1 has the Key a once more/,
  ],
  [DIRECTORY, { Path: '/a', Tags: [{ Key: 'aws:x', Value: '' }] }, /does not begin with aws:/],
  [DIRECTORY, { Path: '/a', Tags: 'x' }, /Tags must be a list/],
  [POSTGRESQL, { ...DATABASE }, /DBInstanceIdentifier is required/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'No_Good' }, /DBInstanceIdentifier must be/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', Port: 0 }, /Port must be a whole number from 1 to 65535/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', Host: 'a,b' }, /Host must be one host/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', Host: 'a b' }, /Host must be one host/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', Host: '/a,/b' }, /Host must be one host/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', Database: 'host=evil' }, /Database must be/],
  [POSTGRESQL, { ...DATABASE, DBInstanceIdentifier: 'a', SslMode: 'maybe' }, /SslMode must be one of/],
])('%s with %j is refused with words', async (typeName, desired, says) => {
  expect(await world.register(typeName, desired)).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'InvalidRequest',
    StatusMessage: expect.stringMatching(says),
  });
});

test('an identifier is taken once in an account and region', async () => {
  const desired = { DBInstanceIdentifier: 'once', ...DATABASE };
  expect(await world.register(POSTGRESQL, desired)).toMatchObject({ OperationStatus: 'SUCCESS' });
  expect(await world.register(POSTGRESQL, desired)).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'AlreadyExists',
  });
  const elsewhere = world.server.client(CloudControlClient, { region: 'eu-central-1' });
  const { ProgressEvent: event } = await elsewhere.send(
    new CreateResourceCommand({ TypeName: POSTGRESQL, DesiredState: JSON.stringify(desired) }),
  );
  expect(event).toMatchObject({ OperationStatus: 'SUCCESS' });
});

test('a client token makes a request once, and belongs to one request', async () => {
  const send = (more: Partial<CreateResourceInput>) => {
    const desired = { DBInstanceIdentifier: 'idempotent', ...DATABASE };
    return client.send(
      new CreateResourceCommand({
        TypeName: POSTGRESQL,
        DesiredState: JSON.stringify(desired),
        ClientToken: 'token-1',
        ...more,
      }),
    );
  };
  const [first, second] = [await send({}), await send({})];
  expect(second.ProgressEvent).toEqual(first.ProgressEvent);
  await expect(send({ DesiredState: '{}' })).rejects.toMatchObject({ name: 'ClientTokenConflictException' });
});

test('an update changes properties, tags and secrets, and keeps the rest', async () => {
  const tags = [{ Key: 'tier', Value: 'gold' }];
  await world.register(POSTGRESQL, { DBInstanceIdentifier: 'changing', ...DATABASE, Password: 'old', Tags: tags });
  const event = await change('changing', [
    { op: 'replace', path: '/Host', value: 'other.example.test' },
    { op: 'replace', path: '/Tags/0/Value', value: 'silver' },
    { op: 'add', path: '/Password', value: 'new secret' },
  ]);
  expect(event, event.StatusMessage).toMatchObject({ Operation: 'UPDATE', OperationStatus: 'SUCCESS' });
  expect(await shown(POSTGRESQL, 'changing')).toMatchObject({
    Host: 'other.example.test',
    Database: 'shop',
    Tags: [{ Key: 'tier', Value: 'silver' }],
  });
  const { db, sealer } = world.server.installation;
  const row = await db
    .selectFrom('resource')
    .selectAll()
    .where('identifier', '=', 'changing')
    .executeTakeFirstOrThrow();
  const sealed = present(row.secrets_sealed, 'secrets');
  expect(sealer.open(sealed, `resource:${row.arn}`).toString()).toBe('{"Password":"new secret"}');
});

test.each<[patch: unknown, errorCode: string, says: RegExp]>([
  [
    [{ op: 'replace', path: '/DBInstanceIdentifier', value: 'renamed' }],
    'NotUpdatable',
    /DBInstanceIdentifier is fixed/,
  ],
  [[{ op: 'remove', path: '/Host' }], 'InvalidRequest', /Host is required/],
  [[{ op: 'test', path: '/Password', value: 'guess' }], 'InvalidRequest', /secret property/],
  [[{ op: 'copy', from: '/Password', path: '/Database' }], 'InvalidRequest', /secret property/],
  [[{ op: 'move', from: '', path: '/Database' }], 'InvalidRequest', /itself|secret property/],
  [[{ op: 'replace', path: '/Arn', value: 'x' }], 'InvalidRequest', /nothing at \/Arn/],
  ['no json', 'InvalidRequest', /not JSON/],
  ['[{"op":"replace","path":"/Host","path":"/Port","value":1}]', 'InvalidRequest', /\/0\/path is there twice/],
])('the update %j is refused', async (patch, errorCode, says) => {
  await world.register(POSTGRESQL, { DBInstanceIdentifier: 'fixed', ...DATABASE, Password: 'secret' });
  const before = await shown(POSTGRESQL, 'fixed');
  expect(await change('fixed', patch)).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: errorCode,
    StatusMessage: expect.stringMatching(says),
  });
  expect(await shown(POSTGRESQL, 'fixed')).toEqual(before);
});

test('the end of a registration leaves nothing to show, and a second one finds nothing', async () => {
  await world.register(POSTGRESQL, { DBInstanceIdentifier: 'leaving', ...DATABASE });
  const command = () => new DeleteResourceCommand({ TypeName: POSTGRESQL, Identifier: 'leaving' });
  expect((await client.send(command())).ProgressEvent).toMatchObject({
    OperationStatus: 'SUCCESS',
    Operation: 'DELETE',
  });
  await expect(shown(POSTGRESQL, 'leaving')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect((await client.send(command())).ProgressEvent).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'NotFound',
  });
  expect(await change('leaving', [])).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'NotFound' });
});

test('requests are found again by their token and in the list, newest first', async () => {
  const event = await world.register(DIRECTORY, {});
  const token = present(event.RequestToken, 'token');
  const found = await client.send(new GetResourceRequestStatusCommand({ RequestToken: token }));
  expect(found.ProgressEvent).toEqual(event);
  const failed = await client.send(
    new ListResourceRequestsCommand({
      ResourceRequestStatusFilter: { OperationStatuses: ['FAILED'], Operations: ['CREATE'] },
      MaxResults: 1,
    }),
  );
  expect(failed.ResourceRequestStatusSummaries).toMatchObject([{ RequestToken: token }]);
  expect(failed.NextToken).toBeDefined();
  const unknown = new GetResourceRequestStatusCommand({ RequestToken: 'unknown' });
  await expect(client.send(unknown)).rejects.toMatchObject({ name: 'RequestTokenNotFoundException' });
});

test('lists hold every resource of the type once, page by page', async () => {
  const other = await world.server.createAccount();
  const theirs = world.server.client(CloudControlClient, { credentials: other.credentials });
  for (let n = 0; n < 5; n++) {
    const desired = { DBInstanceIdentifier: `of-other-${n}`, ...DATABASE };
    await theirs.send(new CreateResourceCommand({ TypeName: POSTGRESQL, DesiredState: JSON.stringify(desired) }));
  }
  const pages: string[][] = [];
  for await (const page of paginateListResources({ client: theirs, pageSize: 2 }, { TypeName: POSTGRESQL })) {
    pages.push((page.ResourceDescriptions ?? []).map(({ Identifier }) => Identifier ?? ''));
  }
  expect(pages).toEqual([['of-other-0', 'of-other-1'], ['of-other-2', 'of-other-3'], ['of-other-4']]);
  await expect(shown(POSTGRESQL, 'of-other-0'), 'another account').rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test.each([
  [{ TypeName: 'AWS::S3::Bucket', DesiredState: '{}' }, 'TypeNotFoundException'],
  [{ TypeName: DIRECTORY, DesiredState: 'no json' }, 'InvalidRequestException'],
  [{ TypeName: DIRECTORY, DesiredState: '{"Path":"/srv/one","Path":"/srv/two"}' }, 'InvalidRequestException'],
  [
    { TypeName: DIRECTORY, DesiredState: '{}', RoleArn: 'arn:aws:iam::123456789012:role/someone' },
    'InvalidRequestException',
  ],
])('%j answers %s', async (input, name) => {
  await expect(client.send(new CreateResourceCommand(input))).rejects.toMatchObject({ name });
});
