/**
 * What the store knows, in the shapes that AWS answers with. Absent members are left out, never null.
 * Source: organizations spec 1 ("Object shapes").
 */
import type {
  Account,
  AccountStatus,
  CreateAccountStatus,
  HandshakeParty,
  HandshakeResource,
  OrganizationalUnit,
  Policy,
  PolicySummary,
  PolicyTargetSummary,
  PolicyType,
  ResourcePolicy,
  Root,
  Handshake as SdkHandshake,
  Organization as SdkOrganization,
} from '@aws-sdk/client-organizations';
import type { Handshake, HandshakeFact } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';
import type { CreateAccountRequest } from '../../store/organizations-accounts.ts';
import type { StoredPolicy } from '../../store/organizations-policies.ts';
import type { StoredResourcePolicy } from '../../store/organizations-resource-policy.ts';
import type { MemberAccount, OrganizationNode, PolicyTarget } from '../../store/organizations-tree.ts';
import {
  accountArn,
  handshakeArn,
  organizationArn,
  policyArn,
  resourcePolicyArn,
  rootArn,
  targetArn,
  unitArn,
} from './arns.ts';

export function organizationShape(organization: Organization, managementEmail: string): SdkOrganization {
  const { id, managementAccountId, featureSet } = organization;
  return {
    Id: id,
    Arn: organizationArn(organization),
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(organization, managementAccountId),
    MasterAccountId: managementAccountId,
    MasterAccountEmail: managementEmail,
    // Deprecated by AWS and always the same there; ListRoots tells what is enabled.
    AvailablePolicyTypes: featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
}

/** `types` in alphabetic order. */
export function rootShape(organization: Organization, root: OrganizationNode, types: readonly PolicyType[]): Root {
  return {
    Id: root.id,
    Arn: rootArn(organization, root.id),
    Name: root.name,
    PolicyTypes: types.map((type) => ({ Type: type, Status: 'ENABLED' })),
  };
}

export function unitShape(organization: Organization, unit: OrganizationNode): OrganizationalUnit {
  return { Id: unit.id, Arn: unitArn(organization, unit.id), Name: unit.name, Path: unit.path };
}

export function accountShape(organization: Organization, account: MemberAccount): Account {
  return {
    Id: account.id,
    Arn: accountArn(organization, account.id),
    Email: account.email,
    Name: account.name,
    Status: statusOf(account.state),
    State: account.state,
    Paths: [account.path],
    JoinedMethod: account.joinedMethod,
    JoinedTimestamp: new Date(account.joinedAt),
  };
}

/** The older `Status` knows fewer values than `State`. */
function statusOf(state: MemberAccount['state']): AccountStatus {
  switch (state) {
    case 'PENDING_ACTIVATION':
    case 'ACTIVE':
      return 'ACTIVE';
    case 'SUSPENDED':
    case 'CLOSED':
      return 'SUSPENDED';
    case 'PENDING_CLOSURE':
      return 'PENDING_CLOSURE';
  }
}

export function policySummary(organization: Organization, policy: StoredPolicy): PolicySummary {
  return {
    Id: policy.id,
    Arn: policyArn(organization, policy),
    Name: policy.name,
    Description: policy.description,
    Type: policy.type,
    AwsManaged: policy.awsManaged,
  };
}

export function policyShape(organization: Organization, policy: StoredPolicy): Policy {
  return { PolicySummary: policySummary(organization, policy), Content: policy.content };
}

export function resourcePolicyShape(organization: Organization, { id, content }: StoredResourcePolicy): ResourcePolicy {
  return { ResourcePolicySummary: { Id: id, Arn: resourcePolicyArn(organization, id) }, Content: content };
}

export function targetSummary(organization: Organization, target: PolicyTarget): PolicyTargetSummary {
  return { TargetId: target.id, Arn: targetArn(organization, target.id), Name: target.name, Type: target.kind };
}

export function createAccountStatus({
  id,
  accountName,
  requestedAt,
  outcome,
}: CreateAccountRequest): CreateAccountStatus {
  const status = {
    Id: id,
    AccountName: accountName,
    State: outcome.state,
    RequestedTimestamp: new Date(requestedAt),
  };
  switch (outcome.state) {
    case 'IN_PROGRESS':
      return status;
    case 'SUCCEEDED':
      return { ...status, CompletedTimestamp: new Date(outcome.completedAt), AccountId: outcome.accountId };
    case 'FAILED':
      return { ...status, CompletedTimestamp: new Date(outcome.completedAt), FailureReason: outcome.failureReason };
  }
}

export function handshakeShape(handshake: Handshake): SdkHandshake {
  return {
    Id: handshake.id,
    Arn: handshakeArn(handshake),
    Action: handshake.action,
    State: handshake.state,
    Parties: partiesOf(handshake),
    Resources: handshake.facts.map(handshakeResource),
    RequestedTimestamp: new Date(handshake.requestedAt),
    ExpirationTimestamp: new Date(handshake.expiresAt),
  };
}

/** AWS writes the organization without its prefix here, and with it among the resources. */
function partiesOf({ organizationId, accountId, email }: Handshake): HandshakeParty[] {
  const sender: HandshakeParty = { Id: organizationId.slice('o-'.length), Type: 'ORGANIZATION' };
  if (accountId !== undefined) return [sender, { Id: accountId, Type: 'ACCOUNT' }];
  return email === undefined ? [sender] : [sender, { Id: email, Type: 'EMAIL' }];
}

function handshakeResource({ type, value, facts }: HandshakeFact): HandshakeResource {
  return { Type: type, Value: value, ...(facts && { Resources: facts.map(handshakeResource) }) };
}
