/**
 * Which of the organization's accounts may call: the management account, delegated administrators, every member.
 *
 * IAM was asked before (services/dispatch); this is what no policy can grant.
 * Source: organizations spec 2.1, 8.1.
 */
import type { Membership, Organization } from '../../store/organizations.ts';
import { membershipOf } from '../../store/organizations.ts';
import { isDelegatedAdministrator } from '../../store/organizations-trust.ts';
import type { Call } from '../operation.ts';
import { accessDenied, constraintViolation, notInUse } from './errors.ts';

type Asking = Pick<Call, 'tx' | 'accountId'>;

/** Any account of an organization. @throws AWSOrganizationsNotInUseException for others */
export async function callingMember({ tx, accountId }: Asking): Promise<Membership> {
  const membership = await membershipOf(tx, accountId);
  if (!membership) throw notInUse();
  return membership;
}

/** The management account only. */
export async function asManagement(call: Asking): Promise<Organization> {
  const { organization } = await callingMember(call);
  if (organization.managementAccountId !== call.accountId) throw accessDenied();
  return organization;
}

/** The management account, or a delegated administrator of any service: those may read everything. */
export async function asReader(call: Asking): Promise<Organization> {
  const { organization } = await callingMember(call);
  if (!(await mayReadAll(call, organization))) throw accessDenied();
  return organization;
}

export async function mayReadAll({ tx, accountId }: Asking, organization: Organization): Promise<boolean> {
  return organization.managementAccountId === accountId || isDelegatedAdministrator(tx, accountId);
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
