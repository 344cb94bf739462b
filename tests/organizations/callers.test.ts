import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { organizationsService } from '../../packages/server/src/services/organizations/service.ts';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { type Inputs, inputsOf } from './every-operation.ts';

const READS_AND_WRITES = organizationsService.operations().filter(({ implemented }) => implemented);
const STANDALONE_MAY = ['CreateOrganization'];

let org: TestOrganization;
let inputs: Inputs;
let member: OrganizationsClient;
let administrator: OrganizationsClient;
let standalone: OrganizationsClient;
let memberId: string;

beforeAll(async () => {
  org = await testOrganization();
  inputs = await inputsOf(org);
  const { AccountId } = { AccountId: '', ...inputs.reads['ListDelegatedServicesForAccount'] };
  administrator = await org.memberClient(AccountId);
  memberId = await org.account('plain');
  member = await org.memberClient(memberId);
  standalone = org.clientOf(await org.server.createAccount());
});
afterAll(() => org[Symbol.asyncDispose]());

const inputOf = (name: string): object => ({
  ...inputs.reads[name],
  ...inputs.writes[name],
  ...inputs.refused[name],
});

/** Answers that differ from what the operation's kind of caller gets in general. */
const NO_HANDSHAKE = 'HandshakeNotFoundException';
const HANDSHAKES = {
  AcceptHandshake: NO_HANDSHAKE,
  CancelHandshake: NO_HANDSHAKE,
  DeclineHandshake: NO_HANDSHAKE,
  DescribeHandshake: NO_HANDSHAKE,
  ListHandshakesForAccount: 'Success',
};
const STANDALONE: Readonly<Record<string, string>> = HANDSHAKES;
const MEMBER: Readonly<Record<string, string>> = {
  ...HANDSHAKES,
  CreateOrganization: 'AlreadyInOrganizationException',
  DescribeOrganization: 'Success',
  LeaveOrganization: 'ConstraintViolationException WAIT_PERIOD_ACTIVE',
};
const NO_TRANSFER = 'ResponsibilityTransferNotFoundException';
const MANAGEMENT: Readonly<Record<string, string>> = {
  AcceptHandshake: 'AccessDeniedException',
  CreateGovCloudAccount: 'UnsupportedAPIEndpointException',
  DeclineHandshake: 'AccessDeniedException',
  DeleteOrganization: 'OrganizationNotEmptyException',
  DescribeResponsibilityTransfer: NO_TRANSFER,
  EnableAllFeatures: 'HandshakeConstraintViolationException ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
  InviteOrganizationToTransferResponsibility: 'ConstraintViolationException UNMET_BILLING_PREREQUISITE',
  LeaveOrganization: 'MasterCannotLeaveOrganizationException',
  TerminateResponsibilityTransfer: NO_TRANSFER,
  UpdateResponsibilityTransfer: NO_TRANSFER,
};

test('the tables below hold every operation that is there', () => {
  const named = [
    ...Object.keys(inputs.reads),
    ...Object.keys(inputs.writes),
    ...Object.keys(inputs.refused),
    'CreateOrganization',
  ];
  expect(named.toSorted()).toEqual(READS_AND_WRITES.map(({ name }) => name).toSorted());
});

test('nothing is missing', () => {
  expect(organizationsService.operations().filter(({ implemented }) => !implemented)).toEqual([]);
});

describe('an account in no organization', () => {
  const names = READS_AND_WRITES.map(({ name }) => name).filter((name) => !STANDALONE_MAY.includes(name));
  test.each(names)('%s: it has none', async (name) => {
    expect(await outcome(send(standalone, name, inputOf(name)))).toBe(
      STANDALONE[name] ?? 'AWSOrganizationsNotInUseException',
    );
  });
});

describe('a member', () => {
  test.each(READS_AND_WRITES.map(({ name }) => name))('%s: refused unless it is open to all', async (name) => {
    expect(await outcome(send(member, name, inputOf(name)))).toBe(MEMBER[name] ?? 'AccessDeniedException');
  });

  test.each([undefined, 'own'])('DescribeEffectivePolicy: its own, named (%s) or not', async (target) => {
    await org.publish();
    const input = { PolicyType: 'BACKUP_POLICY', ...(target && { TargetId: memberId }) };
    expect(await send(member, 'DescribeEffectivePolicy', input)).toMatchObject({
      EffectivePolicy: { TargetId: memberId, PolicyContent: '{}' },
    });
  });
});

describe('a delegated administrator of any service', () => {
  test('reads everything', async () => {
    for (const [name, input] of Object.entries(inputs.reads)) {
      expect(`${name}: ${await outcome(send(administrator, name, input))}`).toBe(`${name}: Success`);
    }
  });

  test('writes nothing', async () => {
    for (const [name, input] of Object.entries(inputs.writes)) {
      const expected = HANDSHAKES[name as 'CancelHandshake'] ?? 'AccessDeniedException';
      expect(`${name}: ${await outcome(send(administrator, name, input))}`).toBe(`${name}: ${expected}`);
    }
  });

  test('reads nothing while its service is not trusted, and again when it is', async () => {
    const service = { ServicePrincipal: 'backup.amazonaws.com' };
    await send(org.client, 'DisableAWSServiceAccess', service);
    expect(await outcome(send(administrator, 'ListAccounts', {}))).toBe('AccessDeniedException');
    await send(org.client, 'EnableAWSServiceAccess', service);
    expect(await outcome(send(administrator, 'ListAccounts', {}))).toBe('Success');
  });
});

describe('the management account', () => {
  test.each(Object.entries(MANAGEMENT))('%s: %s', async (name, expected) => {
    expect(await outcome(send(org.client, name, inputOf(name)))).toBe(expected);
  });

  test('may do everything else', async () => {
    for (const [name, input] of Object.entries({ ...inputs.reads, ...inputs.writes })) {
      expect(`${name}: ${await outcome(send(org.client, name, input))}`).toBe(`${name}: Success`);
    }
  });
});

test('a refusal says what AWS says, and nothing of what exists', async () => {
  await expect(send(member, 'DescribePolicy', { PolicyId: 'p-0000000000' })).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: "You don't have permissions to access this resource.",
    $metadata: { httpStatusCode: 400 },
  });
});
