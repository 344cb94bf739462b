/**
 * ARNs of what belongs to an organization. The owner is always the management account, of member accounts too.
 * Source: organizations spec 1.
 */
import type { Handshake } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';
import type { StoredPolicy } from '../../store/organizations-policies.ts';

type Owner = Pick<Organization, 'id' | 'managementAccountId'>;

function arn({ id, managementAccountId }: Owner, kind: string, ...rest: readonly string[]): string {
  return `arn:aws:organizations::${managementAccountId}:${[kind, id, ...rest].join('/')}`;
}

export const organizationArn = (organization: Owner): string => arn(organization, 'organization');
export const rootArn = (organization: Owner, id: string): string => arn(organization, 'root', id);
export const unitArn = (organization: Owner, id: string): string => arn(organization, 'ou', id);
export const accountArn = (organization: Owner, id: string): string => arn(organization, 'account', id);

export function policyArn(organization: Owner, policy: Pick<StoredPolicy, 'id' | 'type' | 'awsManaged'>): string {
  const type = policy.type.toLowerCase();
  if (policy.awsManaged) return `arn:aws:organizations::aws:policy/${type}/${policy.id}`;
  return arn(organization, 'policy', type, policy.id);
}

/** Any policy of a type: what creating one is about. */
export function policiesArn(organization: Owner, type: string): string {
  return arn(organization, 'policy', type.toLowerCase(), '*');
}

/** Without an id: of the one that would be made. */
export function resourcePolicyArn(organization: Owner, id = '*'): string {
  return arn(organization, 'resourcepolicy', id);
}

/** The action stands in it in lower case, unlike in the handshake itself. */
export function handshakeArn({ id, action, organizationId, managementAccountId }: HandshakeName): string {
  return arn({ id: organizationId, managementAccountId }, 'handshake', action.toLowerCase(), id);
}

type HandshakeName = Pick<Handshake, 'id' | 'action' | 'organizationId' | 'managementAccountId'>;

/** What a policy that does not exist would be called, for IAM: its type is unknown. */
export function missingPolicyArn(organization: Owner, id: string): string {
  return arn(organization, 'policy', 'unknown', id);
}

const ACCOUNT_ID = /^\d{12}$/;

/** Of a root, unit or account, told apart by their ids. */
export function targetArn(organization: Owner, id: string): string {
  if (ACCOUNT_ID.test(id)) return accountArn(organization, id);
  return id.startsWith('r-') ? rootArn(organization, id) : unitArn(organization, id);
}
