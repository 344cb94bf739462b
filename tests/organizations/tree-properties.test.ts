import { type Organization, OrganizationsClient, type Policy, type Root } from '@aws-sdk/client-organizations';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_QUOTAS } from '../../packages/server/src/settings.ts';
import { outcome, send, text } from '../../packages/server/src/testing/organization.ts';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import {
  accountsUnder,
  depthOf,
  isTaken,
  nodesOf,
  pathOf,
  type TreeModel,
  targetsOf,
  unitsUnder,
} from './tree-model.ts';

const DEPTH_MAX = 3;
const ACCOUNTS = 2;
const POLICIES = 2;
const TYPE = 'TAG_POLICY';

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ settings: { quotas: { ...DEFAULT_QUOTAS, organizationalUnitDepth: DEPTH_MAX } } });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Real {
  readonly organizationId: string;
  readonly policies: readonly string[];
  call(operation: string, input: object): Promise<object>;
}
type Step = fc.AsyncCommand<TreeModel, Real>;

/** Any member of a list that is never empty. */
const pick = (list: readonly string[], n: number): string => text(list[n % list.length]);

/** What the model foretells must be the answer; then `then` happens to the model. */
async function expectOutcome(real: Real, operation: string, input: object, foretold: string): Promise<boolean> {
  expect(`${operation} ${await outcome(real.call(operation, input))}`).toBe(`${operation} ${foretold}`);
  return foretold === 'Success';
}

const always = (): boolean => true;
const n = fc.nat(1_000);
const name = fc.constantFrom('a', 'b', 'c');

const createUnit = fc.tuple(n, name).map(
  ([at, Name]): Step => ({
    check: always,
    toString: () => `createUnit(${at}, ${Name})`,
    async run(model, real) {
      const ParentId = pick(nodesOf(model), at);
      if (isTaken(model, ParentId, Name)) {
        await expectOutcome(
          real,
          'CreateOrganizationalUnit',
          { ParentId, Name },
          'DuplicateOrganizationalUnitException',
        );
      } else if (depthOf(model, ParentId) === DEPTH_MAX) {
        const full = 'ConstraintViolationException OU_DEPTH_LIMIT_EXCEEDED';
        await expectOutcome(real, 'CreateOrganizationalUnit', { ParentId, Name }, full);
      } else {
        const answer = await real.call('CreateOrganizationalUnit', { ParentId, Name });
        const { Id } = (answer as { OrganizationalUnit: { Id: string } }).OrganizationalUnit;
        model.units.set(Id, { name: Name, parentId: ParentId });
      }
    },
  }),
);

const renameUnit = fc.tuple(n, name).map(
  ([at, Name]): Step => ({
    check: (model) => model.units.size > 0,
    toString: () => `renameUnit(${at}, ${Name})`,
    async run(model, real) {
      const id = pick([...model.units.keys()], at);
      const parentId = model.units.get(id)?.parentId ?? '';
      const foretold = isTaken(model, parentId, Name, id) ? 'DuplicateOrganizationalUnitException' : 'Success';
      const input = { OrganizationalUnitId: id, Name };
      if (await expectOutcome(real, 'UpdateOrganizationalUnit', input, foretold))
        model.units.set(id, { name: Name, parentId });
    },
  }),
);

const deleteUnit = n.map(
  (at): Step => ({
    check: (model) => model.units.size > 0,
    toString: () => `deleteUnit(${at})`,
    async run(model, real) {
      const id = pick([...model.units.keys()], at);
      const empty = unitsUnder(model, id).length === 0 && accountsUnder(model, id).length === 0;
      const foretold = empty ? 'Success' : 'OrganizationalUnitNotEmptyException';
      if (!(await expectOutcome(real, 'DeleteOrganizationalUnit', { OrganizationalUnitId: id }, foretold))) return;
      model.units.delete(id);
      model.attached.delete(id);
    },
  }),
);

const moveAccount = fc.tuple(n, n, n, fc.boolean()).map(
  ([which, from, to, right]): Step => ({
    check: always,
    toString: () => `moveAccount(${which}, ${from}, ${to}, ${right})`,
    async run(model, real) {
      const AccountId = pick([...model.accounts.keys()], which);
      const actual = text(model.accounts.get(AccountId));
      const SourceParentId = right ? actual : pick(nodesOf(model), from);
      const DestinationParentId = pick(nodesOf(model), to);
      const foretold =
        SourceParentId !== actual
          ? 'SourceParentNotFoundException'
          : DestinationParentId === actual
            ? 'DuplicateAccountException'
            : 'Success';
      const input = { AccountId, SourceParentId, DestinationParentId };
      if (await expectOutcome(real, 'MoveAccount', input, foretold)) model.accounts.set(AccountId, DestinationParentId);
    },
  }),
);

const attachPolicy = fc.tuple(n, n).map(
  ([which, at]): Step => ({
    check: always,
    toString: () => `attachPolicy(${which}, ${at})`,
    async run(model, real) {
      const [PolicyId, TargetId] = [pick(real.policies, which), pick(targetsOf(model), at)];
      const attached = model.attached.get(TargetId) ?? [];
      const foretold = attached.includes(PolicyId) ? 'DuplicatePolicyAttachmentException' : 'Success';
      if (await expectOutcome(real, 'AttachPolicy', { PolicyId, TargetId }, foretold)) {
        model.attached.set(TargetId, [...attached, PolicyId]);
      }
    },
  }),
);

const detachPolicy = fc.tuple(n, n).map(
  ([which, at]): Step => ({
    check: always,
    toString: () => `detachPolicy(${which}, ${at})`,
    async run(model, real) {
      const [PolicyId, TargetId] = [pick(real.policies, which), pick(targetsOf(model), at)];
      const attached = model.attached.get(TargetId) ?? [];
      const foretold = attached.includes(PolicyId) ? 'Success' : 'PolicyNotAttachedException';
      if (await expectOutcome(real, 'DetachPolicy', { PolicyId, TargetId }, foretold)) {
        model.attached.set(
          TargetId,
          attached.filter((id) => id !== PolicyId),
        );
      }
    },
  }),
);

async function newWorld(): Promise<{ model: TreeModel; real: Real }> {
  const management = await server.createAccount();
  const client = server.client(OrganizationsClient, { credentials: management.credentials });
  const call = (operation: string, input: object): Promise<object> => send(client, operation, input);
  const { Organization } = (await call('CreateOrganization', {})) as { Organization: Organization };
  const { Roots } = (await call('ListRoots', {})) as { Roots: Root[] };
  const rootId = text(Roots[0]?.Id);
  await call('EnablePolicyType', { RootId: rootId, PolicyType: TYPE });
  for (let made = 0; made < ACCOUNTS; made++) {
    await call('CreateAccount', { AccountName: 'n', Email: `n${made}@${management.accountId}.test` });
  }
  await server.tick('accounts');
  const policies: string[] = [];
  for (let made = 0; made < POLICIES; made++) {
    const input = { Type: TYPE, Name: `p${made}`, Description: '', Content: '{"tags":{}}' };
    const { Policy } = (await call('CreatePolicy', input)) as { Policy: Policy };
    policies.push(text(Policy.PolicySummary?.Id));
  }
  const { Accounts } = (await call('ListAccounts', {})) as { Accounts: { Id: string }[] };
  const accounts = new Map(Accounts.map(({ Id }) => [Id, rootId]));
  return {
    model: { rootId, units: new Map(), accounts, attached: new Map() },
    real: { organizationId: text(Organization.Id), policies, call },
  };
}

async function items(real: Real, operation: string, input: object): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let NextToken: unknown;
  do {
    const answer: Record<string, unknown> = { ...(await real.call(operation, { ...input, NextToken })) };
    const list = Object.values(answer).find(Array.isArray) as Record<string, unknown>[];
    all.push(...list);
    NextToken = answer['NextToken'];
  } while (NextToken !== undefined);
  return all;
}

/** Everything that can be read of the tree is as the model says. */
async function expectSame(model: TreeModel, real: Real): Promise<void> {
  for (const ParentId of nodesOf(model)) {
    const units = await items(real, 'ListOrganizationalUnitsForParent', { ParentId });
    const expected = unitsUnder(model, ParentId).map((Id) => ({
      Id,
      Name: model.units.get(Id)?.name,
      Path: `${real.organizationId}/${pathOf(model, Id)}`,
    }));
    expect(units.map(({ Id, Name, Path }) => ({ Id, Name, Path }))).toEqual(
      expected.toSorted((a, b) => (a.Id < b.Id ? -1 : 1)),
    );
    const accounts = await items(real, 'ListAccountsForParent', { ParentId });
    expect(accounts.map(({ Id, Paths }) => [Id, Paths])).toEqual(
      accountsUnder(model, ParentId)
        .toSorted()
        .map((id) => [id, [`${real.organizationId}/${pathOf(model, id)}`]]),
    );
  }
  for (const TargetId of targetsOf(model)) {
    const policies = await items(real, 'ListPoliciesForTarget', { TargetId, Filter: TYPE });
    expect(policies.map(({ Id }) => Id)).toEqual(model.attached.get(TargetId) ?? []);
  }
  for (const PolicyId of real.policies) {
    const targets = await items(real, 'ListTargetsForPolicy', { PolicyId });
    const expected = targetsOf(model).filter((id) => model.attached.get(id)?.includes(PolicyId));
    expect(new Set(targets.map(({ TargetId }) => TargetId))).toEqual(new Set(expected));
    expect(targets).toHaveLength(expected.length);
  }
}

test('after any sequence of calls the tree is what the model says, and every answer was foretold', async () => {
  const steps = fc.commands([createUnit, createUnit, renameUnit, deleteUnit, moveAccount, attachPolicy, detachPolicy], {
    maxCommands: 40,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      const world = await newWorld();
      await fc.asyncModelRun(() => world, commands);
      await expectSame(world.model, world.real);
    }),
    { numRuns: 12, interruptAfterTimeLimit: 20_000 },
  );
});
