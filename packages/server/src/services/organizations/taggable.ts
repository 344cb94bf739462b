/**
 * What can be tagged: roots, units, accounts the organization's own policies, its delegation policy.
 * Source: organizations spec 10.
 */

import type { Queryable } from '../../store/database.ts';
import type { Organization } from '../../store/organizations.ts';
import { policyById } from '../../store/organizations-policies.ts';
import { resourcePolicyOf } from '../../store/organizations-resource-policy.ts';
import { targetById } from '../../store/organizations-tree.ts';
import type { Authorization } from '../operation.ts';
import { missingPolicyArn, policyArn, resourcePolicyArn, targetArn } from './arns.ts';
import { about } from './authorization.ts';
import { targetNotFound } from './errors.ts';

/** @throws TargetNotFoundException */
export async function needTaggable(db: Queryable, organization: Organization, id: string): Promise<void> {
  if (!(await find(db, organization, id))) throw targetNotFound();
}

async function find(db: Queryable, organization: Organization, id: string): Promise<unknown> {
  if (isPolicyId(id)) return ownPolicy(db, organization, id);
  if (!isResourcePolicyId(id)) return targetById(db, organization.id, id);
  const policy = await resourcePolicyOf(db, organization.id);
  return policy?.id === id ? policy : undefined;
}

/** For IAM: the resource and its tags. */
export function aboutTaggable<Input extends { readonly ResourceId: string }>(): Authorization<Input> {
  return about<Input>(async ({ input, organization, db }) => ({
    arns: [await arnOf(db, organization, input.ResourceId)],
    ids: [input.ResourceId],
  }));
}

async function arnOf(db: Queryable, organization: Organization, id: string): Promise<string> {
  if (isResourcePolicyId(id)) return resourcePolicyArn(organization, id);
  if (!isPolicyId(id)) return targetArn(organization, id);
  const policy = await policyById(db, organization.id, id);
  return policy ? policyArn(organization, policy) : missingPolicyArn(organization, id);
}

async function ownPolicy(db: Queryable, organization: Organization, id: string): Promise<unknown> {
  const policy = await policyById(db, organization.id, id);
  return policy?.awsManaged === false ? policy : undefined;
}

function isPolicyId(id: string): boolean {
  return id.startsWith('p-');
}

function isResourcePolicyId(id: string): boolean {
  return id.startsWith('rp-');
}
