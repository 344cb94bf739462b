/**
 * Makes the organization of a snapshot on an empty server, through its own API: what `holdfast org import` does,
 * without waiting for anything. The ids are new; the answer says which became which.
 */
import type { OrganizationsClient, Tag } from '@aws-sdk/client-organizations';
import { present, unreachable } from '@holdfast/kernel';
import { type ImportStep, importPlan, type OrganizationSnapshot, type Tags } from '@holdfast/policy';
import { DoorError } from '../doors/door.ts';
import type { TestMode } from './test-mode.ts';

/** As many as may be in progress. */
const ACCOUNTS_AT_ONCE = 5;

/** How the endpoint is called. */
export interface ImportCaller {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Imported {
  /** The organization's ids by the snapshot's. */
  readonly ids: Readonly<Record<string, string>>;
  /** What is not as in the snapshot, one sentence each. */
  readonly notes: readonly string[];
}

type Sdk = typeof import('@aws-sdk/client-organizations');
type MakeAccount = Extract<ImportStep, { kind: 'make-account' }>;

interface Import {
  readonly sdk: Sdk;
  readonly client: OrganizationsClient;
  readonly wanted: OrganizationSnapshot;
  readonly ids: Map<string, string>;
}

/** @throws DoorError for what AWS would not take either */
export async function importSnapshot(
  wanted: OrganizationSnapshot,
  caller: ImportCaller,
  testMode: Pick<TestMode, 'settle'>,
): Promise<Imported> {
  const sdk = await import('@aws-sdk/client-organizations');
  const client = new sdk.OrganizationsClient(caller);
  const { steps, notes } = importPlan(wanted, undefined);
  const run: Import = { sdk, client, wanted, ids: new Map() };
  try {
    const accounts = steps.filter((step) => step.kind === 'make-account');
    for (const step of steps) {
      if (step.kind !== 'make-account') await take(run, step);
      else if (step === accounts[0]) await makeAccounts(run, accounts, testMode);
    }
    await testMode.settle();
    return { ids: Object.fromEntries(run.ids), notes };
  } catch (error) {
    if (!(error instanceof sdk.OrganizationsServiceException)) throw error;
    const message = `The snapshot cannot be made: ${error.name}: ${error.message}`;
    throw new DoorError(message, { status: 400, code: 'InvalidSnapshot', cause: error });
  } finally {
    client.destroy();
  }
}

async function makeAccounts(
  { sdk, client, ids }: Import,
  steps: readonly MakeAccount[],
  testMode: Pick<TestMode, 'settle'>,
): Promise<void> {
  for (let start = 0; start < steps.length; start += ACCOUNTS_AT_ONCE) {
    const some = steps.slice(start, start + ACCOUNTS_AT_ONCE);
    const requests = await Promise.all(
      some.map(({ account, email }) =>
        client.send(
          new sdk.CreateAccountCommand({ AccountName: account.name, Email: email, Tags: tagList(account.tags) }),
        ),
      ),
    );
    await testMode.settle();
    for (const [index, { CreateAccountStatus: request }] of requests.entries()) {
      const question = new sdk.DescribeCreateAccountStatusCommand({ CreateAccountRequestId: request?.Id });
      const { CreateAccountStatus: status } = await client.send(question);
      const account = present(some[index], 'the account that was asked for').account;
      if (status?.State !== 'SUCCEEDED' || status.AccountId === undefined) {
        const message = `Account ${account.name} of the snapshot cannot be made: ${status?.FailureReason ?? 'unknown'}.`;
        throw new DoorError(message, { status: 400, code: 'InvalidSnapshot' });
      }
      ids.set(account.id, status.AccountId);
    }
  }
}

async function take({ sdk, client, wanted, ids }: Import, step: Exclude<ImportStep, MakeAccount>): Promise<void> {
  const idOf = (id: string): string => present(ids.get(id), `the id of ${id}`);
  switch (step.kind) {
    case 'make-organization': {
      const { Organization: made } = await client.send(new sdk.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
      const { Roots: [root] = [] } = await client.send(new sdk.ListRootsCommand({}));
      ids.set(wanted.organizationId, present(made?.Id, "the organization's id"));
      ids.set(wanted.root.id, present(root?.Id, "the root's id"));
      if (wanted.managementAccountId !== undefined) {
        ids.set(wanted.managementAccountId, present(made?.MasterAccountId, "the management account's id"));
      }
      return;
    }
    case 'enable-type':
      await client.send(new sdk.EnablePolicyTypeCommand({ RootId: idOf(wanted.root.id), PolicyType: step.type }));
      return;
    case 'make-unit': {
      const { id, name, parentId, tags } = step.unit;
      const input = { ParentId: idOf(parentId), Name: name, Tags: tagList(tags) };
      const { OrganizationalUnit: unit } = await client.send(new sdk.CreateOrganizationalUnitCommand(input));
      ids.set(id, present(unit?.Id, "the unit's id"));
      return;
    }
    case 'move-account': {
      // Accounts begin under the root, and each is moved once.
      const [SourceParentId, DestinationParentId] = [idOf(wanted.root.id), idOf(step.parentId)];
      const input = { AccountId: idOf(step.accountId), SourceParentId, DestinationParentId };
      await client.send(new sdk.MoveAccountCommand(input));
      return;
    }
    case 'make-policy': {
      const { id, name, type, description = '', content, tags } = step.policy;
      const input = { Name: name, Type: type, Description: description, Content: content, Tags: tagList(tags) };
      const { Policy: policy } = await client.send(new sdk.CreatePolicyCommand(input));
      ids.set(id, present(policy?.PolicySummary?.Id, "the policy's id"));
      return;
    }
    case 'attach':
      await client.send(new sdk.AttachPolicyCommand({ PolicyId: idOf(step.policyId), TargetId: idOf(step.targetId) }));
      return;
    case 'change-policy':
    case 'detach':
      throw new Error(`Bug: a new organization has nothing to ${step.kind}`);
    default:
      return unreachable(step);
  }
}

function tagList(tags: Tags | undefined): Tag[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
