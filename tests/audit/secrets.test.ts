/**
 * No secret gets into the record: neither from what is asked nor from what is answered, of any operation there is.
 *
 * Marked are the members that a model calls sensitive, and those whose names say so; the names are this test's own, so
 * that the product's list is not its own judge.
 */
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import type { Shape, StructureShape } from '@holdfast/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elementsText } from '../../packages/server/src/audit/elements.ts';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { clientOf, commandOf, tested } from '../../packages/wire/src/testing/services.ts';

const MARK = 'MarkedSecret0123456789';
const SECRET_NAME =
  /password|secret|sessiontoken|identitytoken|subjecttoken|tokencode|authenticationcode|seed|qrcode|assertion|desiredstate|patchdocument|encodedmessage/i;
/** Names that only look like it. */
const NO_SECRET =
  /^PasswordResetRequired$|^PasswordLastUsed$|PasswordPolicy|^(?:Min|Max).*Password|PasswordReuse|^AssertionEncryptionMode$|^SubjectFrom/;
const services = await loadServices();
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A value of the structure with all its members; what is secret in it is marked. */
function marked(structure: StructureShape, depth = 0): Record<string, unknown> {
  const members = structure.union ? structure.members.slice(0, 1) : structure.members;
  return Object.fromEntries(
    members.flatMap(({ name, sensitive, shape }) => {
      const isSecret = sensitive || (SECRET_NAME.test(name) && !NO_SECRET.test(name));
      const value = valueIn(shape(), isSecret, depth + 1, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function valueIn(shape: Shape, isSecret: boolean, depth: number, name: string): unknown {
  if (depth > 6) return undefined;
  switch (shape.kind) {
    case 'string':
      return isSecret ? (name === 'Email' ? `${MARK}@example.test` : MARK) : 'arn:aws:iam::111122223333:role/x';
    case 'blob':
      return isSecret ? Buffer.from(MARK) : undefined;
    case 'list':
      return [valueIn(shape.item, isSecret, depth, name)];
    case 'map':
      return { key: valueIn(shape.value, isSecret, depth, name) };
    case 'structure':
      return isSecret ? allMarked(shape, depth) : marked(shape, depth);
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(0);
    default:
      return shape satisfies never;
  }
}

function allMarked({ members }: StructureShape, depth: number): Record<string, unknown> {
  return Object.fromEntries(members.map(({ name, shape }) => [name, valueIn(shape(), true, depth + 1, name)]));
}

const TRACE = new RegExp(`${MARK}|${Buffer.from(MARK).toString('base64').slice(0, 24)}`, 'i');

test.each(services.map((service) => [service.name, service] as const))(
  'of no operation of %s anything secret is shown, asked or answered',
  (_name, service) => {
    for (const { name, input, output } of service.api().operations.values()) {
      expect(elementsText(service.name, input, marked(input)), `${name}, asked`).not.toMatch(TRACE);
      expect(elementsText(service.name, output, marked(output)), `${name}, answered`).not.toMatch(TRACE);
    }
  },
);

test('every operation called with marked secrets leaves a record without them', async () => {
  const options = {
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.management.credentials,
    maxAttempts: 1,
  };
  const called = [];
  for (const service of services) {
    const known = Object.values(tested).find(({ settings }) => settings.name === service.name);
    if (!known) continue;
    const client = clientOf(known, options);
    for (const { name, implemented } of service.operations()) {
      if (!implemented || name === 'AssumeRoleWithWebIdentity') continue;
      const { input } = present(service.api().operations.get(name), name);
      called.push(client.send(commandOf(known, name, marked(input))).catch(() => undefined));
      if (called.length % 16 === 0) await Promise.all(called);
    }
    await Promise.all(called);
    client.destroy();
  }
  await server.tick('audit');
  const { rows, texts } = await onRecord();
  expect(rows).toBeGreaterThanOrEqual(called.length);
  expect(texts).not.toMatch(TRACE);
  expect(texts).toContain('HIDDEN_DUE_TO_SECURITY_REASONS');
});

test('what is made and shown once is not shown by the record', async () => {
  const iam = server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: 'alice' }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
  const { Credentials: session } = await server.client(STSClient).send(new GetSessionTokenCommand({}));
  const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
  const { credentials: assumed } = await assumeRole(server, server.management, everything);
  const { VirtualMFADevice: device } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
  );
  const password = 'Correct-Horse-7-Battery!';
  await iam.send(new CreateLoginProfileCommand({ UserName: 'alice', Password: password }));
  const alice = { accessKeyId: present(key?.AccessKeyId, 'id'), secretAccessKey: present(key?.SecretAccessKey, 'key') };
  const change = new ChangePasswordCommand({ OldPassword: password, NewPassword: `${password}2` });
  await server
    .client(IAMClient, { credentials: alice })
    .send(change)
    .catch(() => undefined);
  const database = { Host: '127.0.0.1', Port: 1, Database: 'd', Username: 'u', Password: password };
  await server
    .client(CloudControlClient)
    .send(
      new CreateResourceCommand({ TypeName: 'Holdfast::Database::PostgreSQL', DesiredState: JSON.stringify(database) }),
    )
    .catch(() => undefined);
  const secrets = [
    alice.secretAccessKey,
    present(session?.SecretAccessKey, 'key'),
    present(session?.SessionToken, 'token'),
    assumed.secretAccessKey,
    present(assumed.sessionToken, 'token'),
    Buffer.from(present(device?.Base32StringSeed, 'seed')).toString('utf8'),
    password,
  ];
  await server.tick('audit');
  const { texts } = await onRecord();
  expect(secrets.filter((secret) => texts.includes(secret))).toEqual([]);
  expect(texts).toContain(alice.accessKeyId);
});

/** All that is on record, as the database holds it, columns and all. */
async function onRecord(): Promise<{ rows: number; texts: string }> {
  const rows = await server.installation.db.selectFrom('audit_record').selectAll().execute();
  return { rows: rows.length, texts: JSON.stringify(rows) };
}
