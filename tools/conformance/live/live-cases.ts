/**
 * Cases that need a server, each run in the organization of its recording.
 *
 * Loaded only when there is such a case: the server is most of what the command would load.
 */
import { loadServices } from '../../../packages/server/src/services/all.ts';
import type { TestServerOptions } from '../../../packages/server/src/testing/server.ts';
import {
  type CallCase,
  type ConformanceCase,
  type EffectiveCase,
  type FactCase,
  type LiveCase,
  recordingOf,
} from '../cases.ts';
import { failed, type Outcome, told } from '../outcome.ts';
import { casesSeen, proofOf } from './facts.ts';
import { bringAbout } from './given.ts';
import { runCall } from './run-call.ts';
import { runDelegationPolicy } from './run-delegation-policy.ts';
import { runEffective } from './run-effective.ts';
import { runIamCall } from './run-iam-call.ts';
import { runPublication } from './run-publication.ts';
import { runRole } from './run-role.ts';
import { newWorld, type World } from './world.ts';

export interface LiveContext {
  readonly cases: readonly ConformanceCase[];
  /** Asked for when a server is needed. */
  serverOptions(): Promise<TestServerOptions>;
  /** Any case: facts hold if others do. */
  run(one: ConformanceCase): Promise<Outcome>;
}

export interface LiveCases {
  run(one: LiveCase | EffectiveCase): Promise<Outcome>;
  close(): Promise<void>;
}

export function liveCases(context: LiveContext): LiveCases {
  const worlds = new Worlds(() => context.serverOptions());
  return {
    run: (one) => outcomeOf(one, context, () => worlds.of(recordingOf(one))),
    close: () => worlds.close(),
  };
}

type NeedWorld = () => Promise<World>;

async function outcomeOf(one: LiveCase | EffectiveCase, context: LiveContext, world: NeedWorld): Promise<Outcome> {
  switch (one.kind) {
    case 'effective':
      return told(await runEffective(await world(), one));
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
  }
}

async function callOutcome(call: CallCase, { cases }: LiveContext, world: NeedWorld): Promise<Outcome> {
  const missing = await missingOperation(call);
  if (missing !== undefined) return { kind: 'skipped', why: `${missing}, which Holdfast does not have` };
  if (call.service === 'iam') return told(await runIamCall(await world(), call));
  const effective = new Map(cases.flatMap((one) => (one.kind === 'effective' ? [[one.id, one] as const] : [])));
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

async function factOutcome(fact: FactCase, context: LiveContext, world: NeedWorld): Promise<Outcome> {
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
