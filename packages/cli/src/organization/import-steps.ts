/**
 * Takes the steps of an import through the server's AWS API, one after another; accounts, which take a second each, a
 * few at once.
 *
 * A step that fails ends the import; the next import finds what was done and goes on from there.
 */
import type { OrganizationsClient, PolicyType, Tag } from '@aws-sdk/client-organizations';
import { present, unreachable } from '@holdfast/kernel';
import type { ImportStep, OrganizationSnapshot, SnapshotAccount, Tags } from '@holdfast/policy';
import { Failure } from '../output/failure.ts';
import { pause } from '../waiting.ts';
import { sideBySide } from './side-by-side.ts';

/** As many as AWS takes. */
const ACCOUNTS_AT_ONCE = 5;
const POLL_MS = 200;

export interface Import {
  readonly client: OrganizationsClient;
  readonly wanted: OrganizationSnapshot;
  readonly signal: AbortSignal;
  /** Told before each step. */
  readonly tell: (step: ImportStep) => void;
}

/** The organization's ids by the snapshot's. */
export async function takeSteps(
  { client, wanted, signal, tell }: Import,
  steps: readonly ImportStep[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map(known);
  const run: Run = { client, wanted, signal, ids };
  const accounts = steps.filter((step) => step.kind === 'make-account');
  for (const step of steps) {
    if (signal.aborted) throw new Failure('Interrupted. What was done stays; another import goes on from there.');
    if (step.kind === 'make-account') {
      if (step !== accounts[0]) continue;
      await sideBySide(accounts, ACCOUNTS_AT_ONCE, async (one) => {
        tell(one);
        await take(one, run);
      });
    } else {
      tell(step);
      await take(step, run);
    }
  }
  return ids;
}

interface Run {
  readonly client: OrganizationsClient;
  readonly wanted: OrganizationSnapshot;
  readonly signal: AbortSignal;
  readonly ids: Map<string, string>;
}

async function take(step: ImportStep, run: Run): Promise<void> {
  const sdk = await import('@aws-sdk/client-organizations');
  const { client, wanted, ids } = run;
  const idOf = (id: string): string => present(ids.get(id), `the id of ${id}`);
  switch (step.kind) {
    case 'make-organization':
      return makeOrganization(run);
    case 'enable-type': {
      const type: PolicyType = step.type;
      await client.send(new sdk.EnablePolicyTypeCommand({ RootId: idOf(wanted.root.id), PolicyType: type }));
      return;
    }
    case 'make-unit': {
      const { id, name, parentId, tags } = step.unit;
      const input = { ParentId: idOf(parentId), Name: name, Tags: tagList(tags) };
      const { OrganizationalUnit: unit } = await client.send(new sdk.CreateOrganizationalUnitCommand(input));
      ids.set(id, present(unit?.Id, "the unit's id"));
      return;
    }
    case 'make-account':
      ids.set(step.account.id, await makeAccount(run, step.account, step.email));
      return;
    case 'move-account':
      return moveAccount(run, idOf(step.accountId), idOf(step.parentId));
    case 'make-policy': {
      const { id, name, type, description = '', content, tags } = step.policy;
      const input = { Name: name, Type: type, Description: description, Content: content, Tags: tagList(tags) };
      const { Policy: policy } = await client.send(new sdk.CreatePolicyCommand(input));
      ids.set(id, present(policy?.PolicySummary?.Id, "the policy's id"));
      return;
    }
    case 'change-policy':
      await client.send(new sdk.UpdatePolicyCommand({ PolicyId: idOf(step.policy.id), Content: step.policy.content }));
      return;
    case 'detach':
    case 'attach': {
      const Command = step.kind === 'attach' ? sdk.AttachPolicyCommand : sdk.DetachPolicyCommand;
      await client.send(new Command({ PolicyId: idOf(step.policyId), TargetId: idOf(step.targetId) }));
      return;
    }
    default:
      return unreachable(step);
  }
}

async function makeOrganization({ client, wanted, ids }: Run): Promise<void> {
  const { CreateOrganizationCommand, ListRootsCommand } = await import('@aws-sdk/client-organizations');
  const { Organization: organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  ids.set(wanted.root.id, present(root?.Id, "the root's id"));
  const management = present(organization?.MasterAccountId, 'the management account');
  if (wanted.managementAccountId !== undefined) ids.set(wanted.managementAccountId, management);
}

async function makeAccount({ client, signal }: Run, account: SnapshotAccount, email: string): Promise<string> {
  const { CreateAccountCommand, DescribeCreateAccountStatusCommand } = await import('@aws-sdk/client-organizations');
  const input = { AccountName: account.name, Email: email, Tags: tagList(account.tags) };
  let { CreateAccountStatus: status } = await client.send(new CreateAccountCommand(input));
  while (status?.State === 'IN_PROGRESS' && !signal.aborted) {
    await pause(POLL_MS, signal);
    const question = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: status.Id });
    ({ CreateAccountStatus: status } = await client.send(question));
  }
  if (status?.State !== 'SUCCEEDED' || status.AccountId === undefined) {
    throw new Failure(`The account was not made: ${status?.FailureReason ?? 'interrupted'}.`, {
      where: `${account.name} (${email})`,
      advice: 'Change name or address in the snapshot and import again: what was done already stays.',
    });
  }
  return status.AccountId;
}

async function moveAccount({ client }: Run, accountId: string, parentId: string): Promise<void> {
  const { ListParentsCommand, MoveAccountCommand } = await import('@aws-sdk/client-organizations');
  const { Parents: [parent] = [] } = await client.send(new ListParentsCommand({ ChildId: accountId }));
  const input = { AccountId: accountId, SourceParentId: parent?.Id, DestinationParentId: parentId };
  await client.send(new MoveAccountCommand(input));
}

function tagList(tags: Tags | undefined): Tag[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
