/**
 * Runs cases: on the policy engine where it can answer alone, and on a whole server with a database of its own where
 * the case is a call, or what calls lead to. The command and the tests both run them here.
 *
 * Cases of one recording share an organization and come in their order, since later calls build on earlier ones; the
 * next recording begins anew. Nothing is started before a case needs it.
 */
import { loadServices } from '../../packages/server/src/services/all.ts';
import type { TestServerOptions } from '../../packages/server/src/testing/server.ts';
import {
  type CallCase,
  type ConformanceCase,
  type Difference,
  type EffectiveCase,
  type FactCase,
  recordingOf,
} from './cases.ts';
import { casesSeen, proofOf } from './live/facts.ts';
import { bringAbout } from './live/given.ts';
import { runCall } from './live/run-call.ts';
import { runDelegationPolicy } from './live/run-delegation-policy.ts';
import { runEffective } from './live/run-effective.ts';
import { runIamCall } from './live/run-iam-call.ts';
import { runPublication } from './live/run-publication.ts';
import { runRole } from './live/run-role.ts';
import { newWorld, type World } from './live/world.ts';
import { runOnEngine } from './run-on-engine.ts';

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly difference: Difference }
  | { readonly kind: 'skipped'; readonly why: string };

export interface Runner extends AsyncDisposable {
  run(one: ConformanceCase): Promise<Outcome>;
}

/** Facts last: most of them hold if other cases do. */
export function inOrderOfRun(cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  return [...cases.filter(({ kind }) => kind !== 'fact'), ...cases.filter(({ kind }) => kind === 'fact')];
}

/** @param serverOptions Asked for when the first server is needed. */
export function runnerOf(cases: readonly ConformanceCase[], serverOptions: () => Promise<TestServerOptions>): Runner {
  const effective = new Map(cases.flatMap((one) => (one.kind === 'effective' ? [[one.id, one] as const] : [])));
  const worlds = new Worlds(serverOptions);
  const outcomes = new Map<string, Outcome>();
  const context: Context = { cases, effective, worlds, run };
  async function run(one: ConformanceCase): Promise<Outcome> {
    const known = outcomes.get(one.id);
    if (known) return known;
    const outcome = await outcomeOf(one, context).catch(
      // One broken case must not hide the others; it counts as failed.
      (error: unknown): Outcome => failed({ expected: 'an answer', actual: String(error) }),
    );
    outcomes.set(one.id, outcome);
    return outcome;
  }
  return { run, [Symbol.asyncDispose]: () => worlds.close() };
}

interface Context {
  readonly cases: readonly ConformanceCase[];
  readonly effective: ReadonlyMap<string, EffectiveCase>;
  readonly worlds: Worlds;
  run(one: ConformanceCase): Promise<Outcome>;
}

async function outcomeOf(one: ConformanceCase, context: Context): Promise<Outcome> {
  const world = (): Promise<World> => context.worlds.of(recordingOf(one));
  switch (one.kind) {
    case 'admission':
      return told(runOnEngine(one));
    case 'effective':
      return told(runOnEngine(one) ?? (await runEffective(await world(), one)));
    case 'call':
      return callOutcome(one, context, world);
    case 'delegation-policy':
      return told(await runDelegationPolicy(await world(), one));
    case 'publication':
      return told(await runPublication(await world(), one));
    case 'role':
      return told(await runRole(await world(), one));
    case 'fact':
      return factOutcome(one, context, world);
    case 'unknown':
      return { kind: 'skipped', why: `${one.what}: a kind of case that is not known` };
  }
}

async function callOutcome(call: CallCase, { effective }: Context, world: () => Promise<World>): Promise<Outcome> {
  const missing = await missingOperation(call);
  if (missing !== undefined) return { kind: 'skipped', why: `${missing}, which Holdfast does not have` };
  if (call.service === 'iam') return told(await runIamCall(await world(), call));
  const unclear = await bringAbout(await world(), call, effective);
  if (unclear !== undefined) {
    return { kind: 'skipped', why: `call in a state that is told in words only: ${JSON.stringify(unclear)}` };
  }
  return told(await runCall(await world(), call));
}

/** Operations that are there, but of whose things there are none. */
const NOTHING_TO_LIST: ReadonlyMap<string, string> = new Map([
  ['iam:ListServiceSpecificCredentials', 'credentials of other services'],
]);

/** Undefined: it is there. */
async function missingOperation({ service, action }: CallCase): Promise<string | undefined> {
  const nothing = NOTHING_TO_LIST.get(`${service}:${action}`);
  if (nothing !== undefined) return nothing;
  const found = (await loadServices()).find(({ name }) => name === service);
  if (!found) return `the service ${service}`;
  const isThere = found.operations().some(({ name, implemented }) => name === action && implemented);
  return isThere ? undefined : `${service}:${action}`;
}

async function factOutcome(fact: FactCase, context: Context, world: () => Promise<World>): Promise<Outcome> {
  const proof = proofOf(fact);
  if (proof) return told(await proof(await world()));
  const seen = casesSeen(fact, context.cases);
  if (seen.length === 0) return { kind: 'skipped', why: `fact without a case that shows it: ${fact.id}` };
  for (const one of seen) {
    const outcome = await context.run(one);
    if (outcome.kind === 'failed') return failed({ expected: fact.text, actual: `${one.id} failed` });
  }
  return { kind: 'passed' };
}

function told(difference: Difference | undefined): Outcome {
  return difference ? failed(difference) : { kind: 'passed' };
}

function failed(difference: Difference): Outcome {
  return { kind: 'failed', difference };
}

/** One world at a time: that of the recording whose cases are being run. */
class Worlds {
  readonly #options: () => Promise<TestServerOptions>;
  #current: { readonly recording: string; readonly world: World } | undefined;

  constructor(options: () => Promise<TestServerOptions>) {
    this.#options = options;
  }

  async of(recording: string): Promise<World> {
    if (this.#current?.recording === recording) return this.#current.world;
    await this.close();
    const world = await newWorld(await this.#options());
    this.#current = { recording, world };
    return world;
  }

  async close(): Promise<void> {
    const last = this.#current;
    this.#current = undefined;
    await last?.world[Symbol.asyncDispose]();
  }
}
