/**
 * Recorded answers of AWS (tests/conformance/cases) that are about IAM: roles that AWS makes, and page sizes as they
 * are spelled.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertAccount, newAccountId } from '../../store/account.ts';
import { createAccountRoles, ORGANIZATION_ACCESS_ROLE } from '../../store/roles.ts';
import { type TestServer, testServer } from '../../testing/server.ts';

const CASES = path.join(import.meta.dirname, '../../../../../tests/conformance/cases');

function recorded<Case extends { readonly kind: string }>(file: string, kind: string): Case[] {
  const lines = readFileSync(path.join(CASES, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Case).filter((one) => one.kind === kind);
}

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('roles of an account that an organization made', () => {
  interface RecordedRole {
    readonly kind: string;
    readonly id: string;
    readonly expect: {
      readonly Role: Readonly<Record<string, unknown>> & { readonly RoleName: string };
      readonly AttachedPolicies: readonly object[];
      readonly InlinePolicyNames: readonly string[];
    };
  }
  let member: iam.IAMClient;
  let memberId: string;
  beforeAll(async () => {
    const { db, random } = server.installation;
    memberId = newAccountId(random);
    await db.transaction().execute(async (tx) => {
      await insertAccount(tx, { id: memberId, name: 'm', email: 'm@example.test', state: 'ACTIVE', created_at: 0 });
      const access = { managementAccountId: server.management.accountId, roleName: ORGANIZATION_ACCESS_ROLE };
      await createAccountRoles(tx, { accountId: memberId, access, random, now: 0 });
    });
    member = server.client(iam.IAMClient, await server.adminOf(memberId));
  });

  test.each(recorded<RecordedRole>('organizations_roles.jsonl', 'role'))('$id', async ({ expect: role }) => {
    const { RoleName } = role.Role;
    const { Role } = await member.send(new iam.GetRoleCommand({ RoleName }));
    const trust: unknown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
    const { AttachedPolicies } = await member.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
    const { PolicyNames } = await member.send(new iam.ListRolePoliciesCommand({ RoleName }));
    const found = {
      Role: { ...Role, AssumeRolePolicyDocument: trust },
      AttachedPolicies,
      InlinePolicyNames: PolicyNames,
    };
    const ours = JSON.stringify(found).replaceAll(memberId, '222222222222');
    expect(JSON.parse(ours.replaceAll(server.management.accountId, '111111111111'))).toMatchObject(role);
  });
});

describe('page sizes as they are spelled', () => {
  interface RecordedCall {
    readonly kind: string;
    readonly id: string;
    readonly action: string;
    readonly input: Readonly<Record<string, string>>;
    readonly expect: { code: string; httpStatus: number; count?: number; isTruncated?: boolean };
  }
  const calls = recorded<RecordedCall>('pagination_inputs.jsonl', 'call').filter(
    ({ action }) => action === 'ListUsers',
  );
  const PATH = '/recorded/';
  let client: iam.IAMClient;
  beforeAll(async () => {
    client = server.client(iam.IAMClient);
    for (const UserName of ['a', 'b', 'c']) await client.send(new iam.CreateUserCommand({ UserName, Path: PATH }));
  });

  /** The SDK would spell the number its own way: the body is replaced before it is signed. */
  async function listUsers(fields: Readonly<Record<string, string>>) {
    const spelled = server.client(iam.IAMClient);
    const body = new URLSearchParams({ Action: 'ListUsers', Version: '2010-05-08', ...fields }).toString();
    spelled.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body = body;
        request.headers['content-length'] = String(body.length);
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    return spelled.send(new iam.ListUsersCommand());
  }

  test.each(calls)('$id', async ({ input, expect: expected }) => {
    const first = await client.send(new iam.ListUsersCommand({ PathPrefix: PATH, MaxItems: 1 }));
    const fields = Object.fromEntries(
      Object.entries(input).map(([name, value]): [string, string] => [
        name,
        name === 'PathPrefix' ? PATH : name === 'Marker' ? (first.Marker ?? '') : value,
      ]),
    );
    // Pages after the first are asked for below the same path as the first.
    const answer = listUsers({ PathPrefix: PATH, ...fields });
    if (expected.code === 'Success') {
      const { Users, IsTruncated } = await answer;
      expect([Users?.length, IsTruncated]).toEqual([expected.count, expected.isTruncated]);
    } else {
      await expect(answer).rejects.toMatchObject({
        name: expected.code,
        $metadata: { httpStatusCode: expected.httpStatus },
      });
    }
  });
});
