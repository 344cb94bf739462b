/** A valid input for each operation that is there, on an organization that has all that they name. */

import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import * as sdk from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { backupPolicy, type TestOrganization, text } from './test-organization.ts';

export interface Inputs {
  readonly reads: Readonly<Record<string, object>>;
  readonly writes: Readonly<Record<string, object>>;
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
  const { rootId, client } = org;
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
  const ServicePrincipal = 'backup.amazonaws.com';
  await client.send(new sdk.EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await client.send(new sdk.EnableAWSServiceAccessCommand({ ServicePrincipal: 'config.amazonaws.com' }));
  await client.send(new sdk.RegisterDelegatedAdministratorCommand({ AccountId: other, ServicePrincipal }));
  await client.send(new sdk.PutResourcePolicyCommand({ Content: RESOURCE_POLICY }));
  const { CreateAccountStatuses } = await client.send(new sdk.ListCreateAccountStatusCommand({}));
  const CreateAccountRequestId = text(CreateAccountStatuses?.[0]?.Id);
  return {
    reads: {
      DescribeAccount: { AccountId: account },
      DescribeCreateAccountStatus: { CreateAccountRequestId },
      DescribeEffectivePolicy: { PolicyType: 'BACKUP_POLICY', TargetId: account },
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
      ListOrganizationalUnitsForParent: { ParentId: rootId },
      ListParents: { ChildId: account },
      ListPolicies: { Filter: 'BACKUP_POLICY' },
      ListPoliciesForTarget: { TargetId: unit, Filter: 'BACKUP_POLICY' },
      ListRoots: {},
      ListTagsForResource: { ResourceId: unit },
      ListTargetsForPolicy: { PolicyId: attached },
    },
    writes: {
      AttachPolicy: { PolicyId: policy, TargetId: unit },
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
      MoveAccount: { AccountId: account, SourceParentId: rootId, DestinationParentId: full },
      PutResourcePolicy: { Content: RESOURCE_POLICY },
      RegisterDelegatedAdministrator: { AccountId: account, ServicePrincipal },
      TagResource: { ResourceId: unit, Tags: [{ Key: 'k', Value: 'v' }] },
      UntagResource: { ResourceId: unit, TagKeys: ['k'] },
      UpdateOrganizationalUnit: { OrganizationalUnitId: unit, Name: 'renamed' },
      UpdatePolicy: { PolicyId: policy, Description: 'next' },
    },
  };
}

/** Any operation by name, also with an input that its type would not allow. */
export function send(client: OrganizationsClient, operation: string, input: object): Promise<object> {
  const commands: Readonly<Record<string, unknown>> = { ...sdk };
  const Command = present(commands[`${operation}Command`], operation) as new (input: object) => never;
  return client.send(new Command(input));
}
