/**
 * Runs cases: on the policy engine where it can answer alone, and on a whole server with a database of its own where
 * the case is a call, or what calls lead to. The command and the tests both run them here.
 *
 * Cases of one recording share an organization and come in their order, since later calls build on earlier ones; the
 * next recording begins anew. Nothing is started before a case needs it.
 */
import type { TestServerOptions } from '../../packages/server/src/testing/server.ts';
import type { ConformanceCase } from './cases.ts';
import type { LiveCases } from './live/live-cases.ts';
import { failed, type Outcome, told } from './outcome.ts';
import { runOnEngine } from './run-on-engine.ts';

export interface Runner extends AsyncDisposable {
  run(one: ConformanceCase): Promise<Outcome>;
}

/** Facts last: most of them hold if other cases do. */
export function inOrderOfRun(cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  return [...cases.filter(({ kind }) => kind !== 'fact'), ...cases.filter(({ kind }) => kind === 'fact')];
}

/** @param serverOptions Asked for when the first server is needed. */
export function runnerOf(cases: readonly ConformanceCase[], serverOptions: () => Promise<TestServerOptions>): Runner {
  const outcomes = new Map<string, Outcome>();
  let live: Promise<LiveCases> | undefined;
  const needLive = (): Promise<LiveCases> => {
    live ??= import('./live/live-cases.ts').then(({ liveCases }) => liveCases({ cases, serverOptions, run }));
    return live;
  };
  async function run(one: ConformanceCase): Promise<Outcome> {
    const known = outcomes.get(one.id);
    if (known) return known;
    const outcome = await outcomeOf(one, needLive).catch(
      // One broken case must not hide the others; it counts as failed.
      (error: unknown): Outcome => failed({ expected: 'an answer', actual: String(error) }),
    );
    outcomes.set(one.id, outcome);
    return outcome;
  }
  return {
    run,
    [Symbol.asyncDispose]: async () => {
      await (await live)?.close();
    },
  };
}

async function outcomeOf(one: ConformanceCase, needLive: () => Promise<LiveCases>): Promise<Outcome> {
  switch (one.kind) {
    case 'admission':
      return told(runOnEngine(one));
    case 'effective': {
      const difference = runOnEngine(one);
      return difference ? failed(difference) : (await needLive()).run(one);
    }
    case 'call':
    case 'delegation-policy':
    case 'publication':
    case 'role':
    case 'fact':
      return (await needLive()).run(one);
    case 'unknown':
      return { kind: 'skipped', why: `${one.what}: a kind of case that is not known` };
  }
}
