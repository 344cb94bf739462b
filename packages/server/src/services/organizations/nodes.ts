/** Finds what a request names in the caller's organization, or answers with AWS's error for it. */
import {
  AccountNotFoundException$,
  OrganizationalUnitNotFoundException$,
  ParentNotFoundException$,
  RootNotFoundException$,
} from '@aws-sdk/client-organizations';
import { AwsError } from '@holdfast/wire';
import type { Queryable } from '../../store/database.ts';
import type { Organization } from '../../store/organizations.ts';
import { policyById, type StoredPolicy } from '../../store/organizations-policies.ts';
import {
  type MemberAccount,
  memberById,
  nodeById,
  type OrganizationNode,
  type PolicyTarget,
  targetById,
  unitById,
} from '../../store/organizations-tree.ts';
import { policyNotFound, targetNotFound } from './errors.ts';

export async function needRoot(db: Queryable, organization: Organization, id: string): Promise<OrganizationNode> {
  const root = await nodeById(db, organization.id, id);
  if (root?.kind !== 'ROOT') throw new AwsError(RootNotFoundException$, "You specified a root that doesn't exist.");
  return root;
}

export async function needParent(db: Queryable, organization: Organization, id: string): Promise<OrganizationNode> {
  const parent = await nodeById(db, organization.id, id);
  if (!parent) throw new AwsError(ParentNotFoundException$, "You specified a parent that doesn't exist.");
  return parent;
}

export async function needUnit(db: Queryable, organization: Organization, id: string): Promise<OrganizationNode> {
  const unit = await unitById(db, organization.id, id);
  if (!unit) {
    throw new AwsError(
      OrganizationalUnitNotFoundException$,
      "You specified an organizational unit that doesn't exist.",
    );
  }
  return unit;
}

export async function needAccount(db: Queryable, organization: Organization, id: string): Promise<MemberAccount> {
  const account = await memberById(db, organization.id, id);
  // AWS's words (recorded rules B.8.8).
  if (!account) throw new AwsError(AccountNotFoundException$, "You specified an account that doesn't exist.");
  return account;
}

export async function needPolicy(db: Queryable, organization: Organization, id: string): Promise<StoredPolicy> {
  const policy = await policyById(db, organization.id, id);
  if (!policy) throw policyNotFound();
  return policy;
}

export async function needTarget(db: Queryable, organization: Organization, id: string): Promise<PolicyTarget> {
  const target = await targetById(db, organization.id, id);
  if (!target) throw targetNotFound();
  return target;
}
