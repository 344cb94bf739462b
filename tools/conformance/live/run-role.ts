/** A role as AWS made it in an account of an organization, beside the one that CreateAccount made here. */
import * as iam from '@aws-sdk/client-iam';
import type { Difference, RoleCase } from '../cases.ts';
import { same, within } from '../compare.ts';
import { replaced, type World } from './world.ts';

/** Undefined: the role is AWS's. */
export async function runRole(world: World, one: RoleCase): Promise<Difference | undefined> {
  const { RoleName } = one.expect.Role;
  const member = world.org.server.client(iam.IAMClient, await world.org.server.adminOf(world.memberId));
  const { Role } = await member.send(new iam.GetRoleCommand({ RoleName }));
  const { AttachedPolicies } = await member.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
  const { PolicyNames } = await member.send(new iam.ListRolePoliciesCommand({ RoleName }));
  const trust: unknown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}'));
  const found = {
    Role: { ...Role, AssumeRolePolicyDocument: trust },
    AttachedPolicies,
    InlinePolicyNames: PolicyNames,
  };
  const expected = replaced(one.expect, world);
  const actual = within(found, expected);
  return same(expected, actual) ? undefined : { expected, actual };
}
