/** A valid input for each operation that is there, on an organization that has all that they name. */

import * as sdk from '@aws-sdk/client-organizations';
import { backupPolicy, type TestOrganization, text } from '../../packages/server/src/testing/organization.ts';

export interface Inputs {
  /** Delegated administrators may call them too. */
  readonly reads: Readonly<Record<string, object>>;
  /** They may not; they succeed when the management account calls them. */
  readonly writes: Readonly<Record<string, object>>;
  /** Even the management account is refused, each in its own way. */
  readonly refused: Readonly<Record<string, object>>;
}

/** Nobody gets anything by it. */
const RESOURCE_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'backup.amazonaws.com' },
      Action: 'organizations:ListRoots',
      Resource: '*',
    },
  ],
});

/** Reads can be called in any order and any number of times; each write once. */
export async function inputsOf(org: TestOrganization): Promise<Inputs> {
  const named = await namedThings(org);
  return { reads: readInputs(org, named), writes: writeInputs(org, named), refused: refusedInputs(named) };
}

const ServicePrincipal = 'backup.amazonaws.com';

type Named = Awaited<ReturnType<typeof namedThings>>;

async function namedThings(org: TestOrganization) {
  const { client } = org;
  const [unit, full, empty] = [await org.unit('unit'), await org.unit('full'), await org.unit('empty')];
  const [account, other] = [await org.account('one'), await org.account('two')];
  await org.enable('BACKUP_POLICY');
  const policy = await org.policy('BACKUP_POLICY', backupPolicy());
  const [spare, attached] = [
    await org.policy('TAG_POLICY', { tags: {} }),
    await org.policy('BACKUP_POLICY', { plans: {} }),
  ];
  await org.attach(attached, unit);
  await org.publish();
  await client.send(new sdk.EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await client.send(new sdk.EnableAWSServiceAccessCommand({ ServicePrincipal: 'config.amazonaws.com' }));
  await client.send(new sdk.RegisterDelegatedAdministratorCommand({ AccountId: other, ServicePrincipal }));
  await client.send(new sdk.PutResourcePolicyCommand({ Content: RESOURCE_POLICY }));
  const { CreateAccountStatuses } = await client.send(new sdk.ListCreateAccountStatusCommand({}));
  const createAccountRequestId = text(CreateAccountStatuses?.[0]?.Id);
  const { open, canceled, joined } = await handshakes(org);
  const closing = await org.account('closing');
  return {
    unit,
    full,
    empty,
    account,
    other,
    policy,
    spare,
    attached,
    createAccountRequestId,
    open,
    canceled,
    joined,
    closing,
  };
}

function readInputs(
  { rootId }: TestOrganization,
  { unit, account, other, policy, attached, createAccountRequestId, open }: Named,
): Inputs['reads'] {
  return {
    DescribeAccount: { AccountId: account },
    DescribeCreateAccountStatus: { CreateAccountRequestId: createAccountRequestId },
    DescribeEffectivePolicy: { PolicyType: 'BACKUP_POLICY', TargetId: account },
    DescribeHandshake: { HandshakeId: open },
    DescribeOrganization: {},
    DescribeOrganizationalUnit: { OrganizationalUnitId: unit },
    DescribePolicy: { PolicyId: policy },
    DescribeResourcePolicy: {},
    ListAWSServiceAccessForOrganization: {},
    ListAccounts: {},
    ListAccountsForParent: { ParentId: rootId },
    ListAccountsWithInvalidEffectivePolicy: { PolicyType: 'BACKUP_POLICY' },
    ListChildren: { ParentId: rootId, ChildType: 'ACCOUNT' },
    ListCreateAccountStatus: {},
    ListDelegatedAdministrators: {},
    ListDelegatedServicesForAccount: { AccountId: other },
    ListEffectivePolicyValidationErrors: { AccountId: account, PolicyType: 'BACKUP_POLICY' },
    ListHandshakesForAccount: {},
    ListHandshakesForOrganization: {},
    ListOrganizationalUnitsForParent: { ParentId: rootId },
    ListParents: { ChildId: account },
    ListPolicies: { Filter: 'BACKUP_POLICY' },
    ListPoliciesForTarget: { TargetId: unit, Filter: 'BACKUP_POLICY' },
    ListRoots: {},
    ListTagsForResource: { ResourceId: unit },
    ListTargetsForPolicy: { PolicyId: attached },
  };
}

function writeInputs(
  { rootId }: TestOrganization,
  { unit, full, empty, account, other, policy, spare, attached, canceled, joined, closing }: Named,
): Inputs['writes'] {
  return {
    AttachPolicy: { PolicyId: policy, TargetId: unit },
    CancelHandshake: { HandshakeId: canceled },
    CloseAccount: { AccountId: closing },
    CreateAccount: { AccountName: 'three', Email: 'three@members.test' },
    CreateOrganizationalUnit: { ParentId: rootId, Name: 'another' },
    CreatePolicy: { Type: 'TAG_POLICY', Name: 'another', Description: '', Content: '{"tags":{}}' },
    DeleteOrganizationalUnit: { OrganizationalUnitId: empty },
    DeletePolicy: { PolicyId: spare },
    DeleteResourcePolicy: {},
    DeregisterDelegatedAdministrator: { AccountId: other, ServicePrincipal },
    DetachPolicy: { PolicyId: attached, TargetId: unit },
    DisableAWSServiceAccess: { ServicePrincipal: 'config.amazonaws.com' },
    DisablePolicyType: { RootId: rootId, PolicyType: 'BACKUP_POLICY' },
    EnableAWSServiceAccess: { ServicePrincipal: 'ram.amazonaws.com' },
    EnablePolicyType: { RootId: rootId, PolicyType: 'TAG_POLICY' },
    InviteAccountToOrganization: { Target: { Type: 'EMAIL', Id: 'guest@members.test' } },
    ListInboundResponsibilityTransfers: { Type: 'BILLING' },
    ListOutboundResponsibilityTransfers: { Type: 'BILLING' },
    MoveAccount: { AccountId: account, SourceParentId: rootId, DestinationParentId: full },
    PutResourcePolicy: { Content: RESOURCE_POLICY },
    RegisterDelegatedAdministrator: { AccountId: account, ServicePrincipal },
    RemoveAccountFromOrganization: { AccountId: joined },
    TagResource: { ResourceId: unit, Tags: [{ Key: 'k', Value: 'v' }] },
    UntagResource: { ResourceId: unit, TagKeys: ['k'] },
    UpdateOrganizationalUnit: { OrganizationalUnitId: unit, Name: 'renamed' },
    UpdatePolicy: { PolicyId: policy, Description: 'next' },
  };
}

function refusedInputs({ open }: Named): Inputs['refused'] {
  const transfer = { Id: 'rt-00000000' };
  return {
    AcceptHandshake: { HandshakeId: open },
    CreateGovCloudAccount: { AccountName: 'gov', Email: 'gov@members.test' },
    DeclineHandshake: { HandshakeId: open },
    DeleteOrganization: {},
    DescribeResponsibilityTransfer: transfer,
    EnableAllFeatures: {},
    InviteOrganizationToTransferResponsibility: {
      Type: 'BILLING',
      Target: { Type: 'ACCOUNT', Id: '123456789012' },
      StartTimestamp: new Date(0),
      SourceName: 'source',
    },
    LeaveOrganization: {},
    TerminateResponsibilityTransfer: transfer,
    UpdateResponsibilityTransfer: { ...transfer, Name: 'name' },
  };
}

/** Two open invitations, and an account that accepted one. */
async function handshakes(org: TestOrganization): Promise<Readonly<Record<'open' | 'canceled' | 'joined', string>>> {
  const invite = async (accountId: string): Promise<string> => {
    const Target = { Type: 'ACCOUNT', Id: accountId } as const;
    const { Handshake } = await org.client.send(new sdk.InviteAccountToOrganizationCommand({ Target }));
    return text(Handshake?.Id);
  };
  const guest = await org.server.createAccount();
  const HandshakeId = await invite(guest.accountId);
  await org.clientOf(guest).send(new sdk.AcceptHandshakeCommand({ HandshakeId }));
  return { open: await invite('123456789012'), canceled: await invite('123456789013'), joined: guest.accountId };
}
