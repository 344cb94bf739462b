/**
 * An organization in which control policies hang: root, unit, inner unit, and in that a member; beside them another
 * member under the root. What a test attaches is gone at its end.
 */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';

export const SCP = 'SERVICE_CONTROL_POLICY';
export const RCP = 'RESOURCE_CONTROL_POLICY';
export type ControlType = typeof SCP | typeof RCP;
export type Statement = Readonly<Record<string, unknown>>;
export type Node = 'root' | 'unit' | 'inner' | 'account';
const FULL = 'p-FullAWSAccess';

export interface ControlledOrganization extends AsyncDisposable {
  readonly org: TestOrganization;
  /** In the inner unit. */
  readonly member: TestAccount;
  /** Under the root. */
  readonly other: TestAccount;
  /** Ids of what is above the member, and the member itself. */
  readonly nodes: Readonly<Record<Node, string>>;
  /** A policy that hangs on a node until it is disposed of. */
  control(type: ControlType, node: Node, ...statements: readonly Statement[]): Promise<AsyncDisposable>;
  /** Takes FullAWSAccess away, of which another policy must be left, until it is disposed of. */
  withoutFullAccess(node: Node): Promise<AsyncDisposable>;
  listVaults(account: TestAccount): Promise<string>;
  /** ARN of a role of the account that trusts everybody. */
  openRole(account: TestAccount): Promise<string>;
}

export async function controlledOrganization(): Promise<ControlledOrganization> {
  const org = await testOrganization();
  const { server, client, rootId } = org;
  const unit = await org.unit('unit');
  const inner = await org.unit('inner', unit);
  const member = await server.adminOf(await org.account('member'));
  const other = await server.adminOf(await org.account('other'));
  const move = { AccountId: member.accountId, SourceParentId: rootId, DestinationParentId: inner };
  await client.send(new organizations.MoveAccountCommand(move));
  await org.enable(RCP);
  const nodes = { root: rootId, unit, inner, account: member.accountId };
  return {
    org,
    member,
    other,
    nodes,
    async control(type, node, ...statements) {
      const attached = { PolicyId: await org.policy(type, document(type, statements)), TargetId: nodes[node] };
      await client.send(new organizations.AttachPolicyCommand(attached));
      return {
        [Symbol.asyncDispose]: async () => {
          await client.send(new organizations.DetachPolicyCommand(attached));
          await client.send(new organizations.DeletePolicyCommand(attached));
        },
      };
    },
    async withoutFullAccess(node) {
      await client.send(new organizations.DetachPolicyCommand({ PolicyId: FULL, TargetId: nodes[node] }));
      return { [Symbol.asyncDispose]: () => org.attach(FULL, nodes[node]) };
    },
    listVaults: ({ credentials }) =>
      answer(server.client(backup.BackupClient, { credentials }).send(new backup.ListBackupVaultsCommand({}))),
    openRole: ({ credentials, accountId }) => openRole(server.client(iam.IAMClient, { credentials }), accountId),
    [Symbol.asyncDispose]: () => org[Symbol.asyncDispose](),
  };
}

/** Statements allow all on everything unless they say otherwise; those of resource control policies deny everybody. */
export function document(type: ControlType, statements: readonly Statement[]): object {
  const usual = type === SCP ? { Effect: 'Allow' } : { Effect: 'Deny', Principal: '*' };
  return {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      ...usual,
      ...('NotAction' in statement ? {} : { Action: '*' }),
      Resource: '*',
      ...statement,
    })),
  };
}

/** `allowed`, or the part of the refusal that names a kind of policy. */
export async function answer(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'allowed';
  } catch (error) {
    const { message } = error as Error;
    return /(?:with an explicit deny in [^:]*|because no .*)/.exec(message)?.[0] ?? message;
  }
}

async function openRole(client: iam.IAMClient, accountId: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
  });
  try {
    await client.send(new iam.CreateRoleCommand({ RoleName: 'Open', AssumeRolePolicyDocument }));
  } catch (error) {
    if (!(error instanceof iam.EntityAlreadyExistsException)) throw error;
  }
  return `arn:aws:iam::${accountId}:role/Open`;
}
