/**
 * An organization of a test's own, made through the API by the official client; and answers in a form that tables
 * compare.
 */
import * as sdk from '@aws-sdk/client-organizations';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  DescribeEffectivePolicyCommand,
  type EffectivePolicyType,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
  OrganizationsServiceException,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { type TestAccount, type TestServer, type TestServerOptions, testServer } from './server.ts';

export interface TestOrganization extends AsyncDisposable {
  readonly server: TestServer;
  /** Of the management account's administrator. */
  readonly client: OrganizationsClient;
  readonly id: string;
  readonly rootId: string;
  readonly managementId: string;
  clientOf(account: TestAccount): OrganizationsClient;
  /** Id of a new unit; without a parent, under the root. */
  unit(name: string, parentId?: string): Promise<string>;
  /** Id of a new account under the root, made by CreateAccount. */
  account(name: string): Promise<string>;
  memberClient(accountId: string): Promise<OrganizationsClient>;
  enable(type: PolicyType): Promise<void>;
  policy(type: PolicyType, content: unknown, name?: string): Promise<string>;
  attach(policyId: string, targetId: string): Promise<void>;
  /** Publishes all that is due. */
  publish(): Promise<void>;
  effective(targetId: string, type: EffectivePolicyType): Promise<{ document: unknown; updatedAt: number }>;
}

export async function testOrganization(options: TestServerOptions = {}): Promise<TestOrganization> {
  const server = await testServer(options);
  const client = server.client(OrganizationsClient);
  const { Organization } = await client.send(new CreateOrganizationCommand({}));
  const { Roots } = await client.send(new ListRootsCommand({}));
  const rootId = text(Roots?.[0]?.Id);
  const clientOf = ({ credentials }: TestAccount): OrganizationsClient =>
    server.client(OrganizationsClient, { credentials });
  let made = 0;
  return {
    server,
    client,
    id: text(Organization?.Id),
    rootId,
    managementId: server.management.accountId,
    clientOf,
    async unit(name, parentId = rootId) {
      const { OrganizationalUnit } = await client.send(
        new CreateOrganizationalUnitCommand({ ParentId: parentId, Name: name }),
      );
      return text(OrganizationalUnit?.Id);
    },
    async account(name) {
      const input = { AccountName: name, Email: `${name}-${++made}@members.test` };
      const { CreateAccountStatus } = await client.send(new CreateAccountCommand(input));
      await server.tick('accounts');
      const status = await client.send(
        new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: text(CreateAccountStatus?.Id) }),
      );
      return text(status.CreateAccountStatus?.AccountId);
    },
    memberClient: async (accountId) => clientOf(await server.adminOf(accountId)),
    async enable(type) {
      await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: type }));
    },
    async policy(type, content, name = `policy-${++made}`) {
      const { Policy } = await client.send(
        new CreatePolicyCommand({
          Type: type,
          Name: name,
          Description: '',
          Content: typeof content === 'string' ? content : JSON.stringify(content),
        }),
      );
      return text(Policy?.PolicySummary?.Id);
    },
    async attach(policyId, targetId) {
      await client.send(new AttachPolicyCommand({ PolicyId: policyId, TargetId: targetId }));
    },
    publish: () => server.tick('publisher'),
    async effective(targetId, type) {
      const { EffectivePolicy } = await client.send(
        new DescribeEffectivePolicyCommand({ TargetId: targetId, PolicyType: type }),
      );
      return {
        document: JSON.parse(text(EffectivePolicy?.PolicyContent)),
        updatedAt: EffectivePolicy?.LastUpdatedTimestamp?.getTime() ?? 0,
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** `Success`, or the error's code with its reason: `InvalidInputException INPUT_REQUIRED:NAME`. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'Success';
  } catch (error) {
    if (!(error instanceof OrganizationsServiceException)) throw error;
    const reason = 'Reason' in error && typeof error.Reason === 'string' ? ` ${error.Reason}` : '';
    return `${error.name}${reason}`;
  }
}

/** Any operation by name, also with an input that its type would not allow. */
export function send(client: OrganizationsClient, operation: string, input: object): Promise<object> {
  const commands: Readonly<Record<string, unknown>> = { ...sdk };
  const Command = present(commands[`${operation}Command`], operation) as new (input: object) => never;
  return client.send(new Command(input));
}

export function text(value: string | undefined): string {
  return present(value, 'a text in the answer');
}

/** A complete backup policy; `plan` goes over its parts. */
export function backupPolicy(name = 'daily', plan: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    plans: {
      [name]: {
        regions: { '@@assign': ['us-east-1'] },
        rules: { nightly: { target_backup_vault_name: { '@@assign': 'Default' } } },
        selections: {
          tags: {
            all: {
              iam_role_arn: { '@@assign': 'arn:aws:iam::$account:role/Backup' },
              tag_key: { '@@assign': 'backup' },
              tag_value: { '@@assign': ['yes'] },
            },
          },
        },
        ...plan,
      },
    },
  };
}
