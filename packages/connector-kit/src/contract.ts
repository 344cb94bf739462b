/**
 * The contract suite: what every connector has to hold, whatever it reads. A connector's test is one call of it.
 *
 *     test.each(connectorContract(harness))('$rule', ({ run }) => run());
 *
 * Knows no test runner: a rule that is broken throws. Which rules apply follows from the connector's `can`.
 */
import assert from 'node:assert/strict';
import { parseArn } from '@holdfast/kernel';
import type { Connector, KeptContents, ResourceRef, Restored, RestoreOrder, Source } from './connector.ts';
import { ConnectorFailure } from './failure.ts';
import { checkProperties } from './properties.ts';

/** What the suite needs to know of one kind of resource; all of it real. */
export interface ContractHarness {
  readonly connector: Connector;
  /** A desired state that is fine and complete, with every secret that the type knows. */
  readonly desired: Readonly<Record<string, unknown>>;
  /** A new resource with contents of its own, registered under a name of its own. */
  make(): Promise<ResourceRef>;
  /** A registration whose resource is not there. */
  missing(): Promise<ResourceRef>;
  /** All that a restore has to bring back, comparable; undefined when the resource does not exist. */
  contentsOf(resource: ResourceRef): Promise<unknown>;
  /** Puts a source into a vault, and gives back what is kept. */
  keep(source: Source): Promise<KeptContents>;
  /** Metadata for a restore into a new resource called like `name`, and the resource that it makes. */
  restoreTo(name: string): { readonly metadata: Readonly<Record<string, string>>; readonly resource: ResourceRef };
  /** Everything that restores may leave behind: names of folders, databases, … */
  leftovers(): Promise<readonly string[]>;
  /** An item, as in `ItemsToRestore`, that each made resource holds; for connectors that can restore items. */
  readonly item?: string;
}

export interface ContractCase {
  readonly rule: string;
  run(): Promise<void>;
}

const NEVER = new AbortController().signal;
/** A connector stops within this of being told to. */
const STOP_MS_MAX = 5_000;
const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';

export function connectorContract(harness: ContractHarness): readonly ContractCase[] {
  const { connector } = harness;
  return [
    ...registrationRules(harness),
    { rule: 'what was read comes back equal, elsewhere', run: () => comesBack(harness) },
    { rule: 'reading leaves the source as it was', run: () => leavesSource(harness) },
    { rule: 'a resource that is not there fails, and is never read as empty', run: () => missingFails(harness) },
    { rule: 'an abort before the end vouches for nothing and ends the work', run: () => abortVouchesNothing(harness) },
    { rule: 'contents that break leave nothing behind', run: () => brokenLeavesNothing(harness) },
    { rule: 'a second attempt of a finished restore finds it done', run: () => secondAttempt(harness) },
    { rule: 'metadata that means nothing is refused, never ignored', run: () => unknownRefused(harness) },
    ...(connector.can.restoreItems
      ? [{ rule: 'an item comes back without the rest', run: () => itemAlone(harness) }]
      : []),
  ];
}

function registrationRules({ connector, desired, make }: ContractHarness): readonly ContractCase[] {
  const check = (state: Readonly<Record<string, unknown>>) => checkProperties(connector.properties, state);
  const named = (name: string) => Object.entries(connector.properties).filter(([, property]) => name in property);
  const cases: Readonly<Record<string, () => void | Promise<void>>> = {
    'a complete desired state is accepted': () => assert.equal(check(desired).ok, true),
    'each required property is demanded by name'() {
      for (const [name] of named('required')) {
        const { [name]: _left, ...rest } = desired;
        const checked = check(rest);
        assert.ok(!checked.ok && checked.faults.some((fault) => fault.startsWith(`${name} is required`)), name);
      }
    },
    'an unknown property is refused'() {
      assert.equal(check({ ...desired, NoSuchProperty: 1 }).ok, false);
    },
    'secrets are kept apart from what is shown'() {
      const checked = check(desired);
      assert.ok(checked.ok);
      for (const [name] of named('secret')) {
        assert.ok(!(name in checked.properties), `${name} is shown`);
        assert.ok(name in checked.secrets, `${name} is lost`);
      }
    },
    async 'restore metadata holds no secret'() {
      const resource = await make();
      const shown = JSON.stringify(connector.restoreMetadata(resource));
      for (const secret of Object.values(resource.secrets)) assert.ok(!shown.includes(secret));
    },
    'identifiers make ARNs in the account and region, each its own'() {
      const arns = ['one', 'two'].map((identifier) => connector.arnOf(ACCOUNT, REGION, identifier));
      assert.notEqual(arns[0], arns[1]);
      for (const arn of arns) {
        const { accountId, region } = parseArn(arn) ?? {};
        assert.deepEqual([accountId, region], [ACCOUNT, REGION]);
      }
    },
  };
  return Object.entries(cases).map(([rule, run]) => ({ rule, run: async () => run() }));
}

async function comesBack(harness: ContractHarness): Promise<void> {
  const resource = await harness.make();
  const { order, target } = orderOf(harness, resource, 'whole');
  const contents = await harness.keep(await harness.connector.source(resource, NEVER));
  const plan = await harness.connector.planRestore(order);
  const restored = await plan.execute(contents, NEVER);
  await plan.settled();
  assert.equal(restored.kind, 'new');
  assert.deepEqual(await harness.contentsOf(target), await harness.contentsOf(resource));
  assert.equal(checkProperties(harness.connector.properties, propertiesOf(restored)).ok, true);
}

async function leavesSource(harness: ContractHarness): Promise<void> {
  const resource = await harness.make();
  const before = await harness.contentsOf(resource);
  await harness.keep(await harness.connector.source(resource, NEVER));
  assert.deepEqual(await harness.contentsOf(resource), before);
}

async function missingFails(harness: ContractHarness): Promise<void> {
  const resource = await harness.missing();
  await assert.rejects(async () => {
    const source = await harness.connector.source(resource, NEVER);
    if (source.kind === 'directory') return;
    const { bytes, vouched } = source.open(NEVER);
    bytes.resume();
    await vouched;
  }, ConnectorFailure);
}

async function abortVouchesNothing(harness: ContractHarness): Promise<void> {
  const source = await harness.connector.source(await harness.make(), NEVER);
  // restic reads folders itself: there is nothing of the connector's to end.
  if (source.kind === 'directory') return;
  const abort = new AbortController();
  const { bytes, vouched } = source.open(abort.signal);
  const began = performance.now();
  abort.abort();
  bytes.resume();
  await assert.rejects(vouched, ConnectorFailure);
  assert.ok(performance.now() - began < STOP_MS_MAX, 'the work went on');
}

async function brokenLeavesNothing(harness: ContractHarness): Promise<void> {
  const before = await harness.leftovers();
  const { order, target } = orderOf(harness, await harness.make(), 'broken');
  const made = await harness.leftovers();
  const breaks = new Error('the vault is damaged');
  const contents: KeptContents = {
    extract: () => Promise.reject(breaks),
    open: () => Promise.reject(breaks),
  };
  const plan = await harness.connector.planRestore(order);
  await assert.rejects(plan.execute(contents, NEVER), breaks);
  assert.equal(await harness.contentsOf(target), undefined);
  assert.deepEqual(await harness.leftovers(), made, `before: ${before.join()}`);
}

async function secondAttempt(harness: ContractHarness): Promise<void> {
  const resource = await harness.make();
  const { order, target } = orderOf(harness, resource, 'twice');
  const contents = await harness.keep(await harness.connector.source(resource, NEVER));
  const first = await (await harness.connector.planRestore(order)).execute(contents, NEVER);
  // The worker was lost before it could record its end.
  const plan = await harness.connector.planRestore(order);
  assert.deepEqual(await plan.execute(contents, NEVER), first);
  await plan.settled();
  assert.deepEqual(await harness.contentsOf(target), await harness.contentsOf(resource));
}

async function unknownRefused(harness: ContractHarness): Promise<void> {
  const { order } = orderOf(harness, await harness.make(), 'unknown');
  const metadata = { ...order.metadata, NoSuchKey: 'x' };
  await assert.rejects(harness.connector.planRestore({ ...order, metadata }), /NoSuchKey/);
}

async function itemAlone(harness: ContractHarness): Promise<void> {
  assert.ok(harness.item !== undefined, 'the harness names no item');
  const resource = await harness.make();
  const { order, target } = orderOf(harness, resource, 'item');
  const contents = await harness.keep(await harness.connector.source(resource, NEVER));
  const metadata = { ...order.metadata, ItemsToRestore: JSON.stringify([harness.item]) };
  const plan = await harness.connector.planRestore({ ...order, metadata });
  await plan.execute(contents, NEVER);
  await plan.settled();
  const [all, some] = [await harness.contentsOf(resource), await harness.contentsOf(target)];
  assert.notEqual(some, undefined);
  assert.notDeepEqual(some, all);
}

function orderOf(harness: ContractHarness, source: ResourceRef, name: string) {
  const { metadata, resource: target } = harness.restoreTo(name);
  const order: RestoreOrder = {
    jobId: `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6)).toString('hex').slice(0, 12)}`,
    orderedAt: Date.UTC(2030, 0, 1),
    accountId: source.accountId,
    region: source.region,
    metadata,
    kept: harness.connector.restoreMetadata(source),
    source,
    find: (identifier) => Promise.resolve(identifier === source.identifier ? source : undefined),
  };
  return { order, target };
}

function propertiesOf(restored: Restored): Readonly<Record<string, unknown>> {
  return restored.kind === 'new' ? { ...restored.properties, ...restored.secrets } : {};
}
