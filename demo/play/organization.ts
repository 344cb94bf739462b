/**
 * Step 1: an organization with two organizational units and three accounts, backup policies and cross-account
 * monitoring on.
 */
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  EnableAWSServiceAccessCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { inAccount } from '@holdfast/cli';
import { present } from '@holdfast/kernel';
import { type Account, CAST, type Character, HOME_REGION, type Organization, type Stage } from './cast.ts';
import { withClients } from './clients.ts';
import { until } from './waiting.ts';

export function makeOrganization(stage: Stage): Promise<Organization> {
  return withClients(stage.session, async ({ organizations: client }) => {
    const { Organization: organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
    const rootId = present(root?.Id, 'the root of the organization');
    await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'BACKUP_POLICY' }));
    // What the console calls cross-account monitoring: the management account may list all accounts' jobs.
    await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'backup.amazonaws.com' }));

    const unitIds = {
      Production: await makeUnit(client, rootId, 'Production'),
      Development: await makeUnit(client, rootId, 'Development'),
    };
    const accounts = await Promise.all(
      CAST.map(async (character): Promise<Account> => {
        const id = await makeAccount(stage, client, character);
        await client.send(
          new MoveAccountCommand({
            AccountId: id,
            SourceParentId: rootId,
            DestinationParentId: unitIds[character.unit],
          }),
        );
        const session = await inAccount({ ...stage.session, region: HOME_REGION }, { accountId: id });
        return { ...character, id, session };
      }),
    );
    return {
      id: present(organization?.Id, "the organization's id"),
      managementAccountId: present(organization?.MasterAccountId, 'the management account'),
      rootId,
      unitIds,
      accounts,
    };
  });
}

async function makeUnit(client: OrganizationsClient, parentId: string, name: string): Promise<string> {
  const { OrganizationalUnit: unit } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: parentId, Name: name }),
  );
  return present(unit?.Id, 'the id of the organizational unit');
}

/** Accounts are made in the background: the request is followed until it has ended. */
async function makeAccount(stage: Stage, client: OrganizationsClient, { name }: Character): Promise<string> {
  const mailbox = stage.run === 1 ? name : `${name}+${stage.run}`;
  const { CreateAccountStatus: started } = await client.send(
    new CreateAccountCommand({ AccountName: name, Email: `${mailbox}@demo.example` }),
  );
  return until(stage, `Account ${name}`, async () => {
    const { CreateAccountStatus: status } = await client.send(
      new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: started?.Id }),
    );
    if (status?.State === 'FAILED') throw new Error(`Account ${name} was not made: ${status.FailureReason}`);
    return status?.State === 'SUCCEEDED' ? status.AccountId : undefined;
  });
}
