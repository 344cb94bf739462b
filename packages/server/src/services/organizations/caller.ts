/**
 * Which of the organization's accounts may call: the management account, delegated administrators, members whom the
 * delegation policy allows it, every member.
 *
 * IAM was asked before (services/dispatch); this is what no policy of the caller's own can grant.
 * Source: organizations spec 2.1, 8.1, 8.3.
 */
import { membershipOfCaller } from '../../authorization/caller.ts';
import type { Membership, Organization } from '../../store/organizations.ts';
import { isDelegatedAdministrator } from '../../store/organizations-trust.ts';
import type { ReadCall } from '../operation.ts';
import { delegationOf } from './delegation.ts';
import { accessDenied, constraintViolation, notInUse } from './errors.ts';

type Asking = Pick<ReadCall, 'db' | 'accountId' | 'caller' | 'installation' | 'questions'>;

/** Any account of an organization, unless the delegation policy denies it. @throws AWSOrganizationsNotInUseException */
export async function callingMember(call: Asking): Promise<Membership> {
  const membership = await needMembership(call);
  const { organization } = membership;
  if (organization.managementAccountId === call.accountId) return membership;
  if ((await delegationOf(call, organization)) === 'denied') throw accessDenied();
  return membership;
}

/** The management account only. */
export async function asManagement(call: Asking): Promise<Organization> {
  const { organization } = await needMembership(call);
  if (organization.managementAccountId !== call.accountId) throw accessDenied();
  return organization;
}

/** The management account, or a member whom the delegation policy allows this very call. */
export async function asDelegate(call: Asking): Promise<Organization> {
  const { organization } = await needMembership(call);
  if (organization.managementAccountId === call.accountId) return organization;
  if ((await delegationOf(call, organization)) !== 'granted') throw accessDenied();
  return organization;
}

/** As `asDelegate`, or a delegated administrator of any service: those may read everything. */
export async function asReader(call: Asking): Promise<Organization> {
  const { organization } = await needMembership(call);
  if (!(await mayReadAll(call, organization))) throw accessDenied();
  return organization;
}

export async function mayReadAll(call: Asking, organization: Organization): Promise<boolean> {
  if (organization.managementAccountId === call.accountId) return true;
  switch (await delegationOf(call, organization)) {
    case 'granted':
      return true;
    case 'denied':
      return false;
    case 'silent':
      return isDelegatedAdministrator(call.db, call.accountId);
  }
}

/** @throws ConstraintViolationException where only consolidated billing is on */
export function needAllFeatures(organization: Organization): void {
  if (organization.featureSet !== 'ALL') {
    throw constraintViolation(
      'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
      'This needs an organization with all features enabled.',
    );
  }
}

async function needMembership({ db, caller }: Asking): Promise<Membership> {
  const membership = await membershipOfCaller(db, caller);
  if (!membership) throw notInUse();
  return membership;
}
