/**
 * Starts a server in test mode and gives its doors names. As many side by side as the machine carries: each has its own
 * port, database and folder.
 */
import path from 'node:path';
import { ask } from './ask.ts';
import type { Account, Happened, Holdfast, Passed, Restored, Settled, StartOptions } from './holdfast.ts';
import { startServerProcess } from './server-process.ts';

/** @throws Error with what the server said, when it does not start */
export async function startHoldfast(options: StartOptions = {}): Promise<Holdfast> {
  const { ready, stop } = await startServerProcess(options);
  const { endpoint, region, regions, accountId, credentials } = ready;
  const post = (door: string, body?: object): Promise<unknown> => ask(endpoint, 'POST', door, body);

  async function reset(): Promise<void>;
  async function reset(snapshot: object | string): Promise<Restored>;
  async function reset(snapshot?: object | string): Promise<unknown> {
    if (snapshot === undefined) return void (await post('reset'));
    return post('reset', { snapshot: typeof snapshot === 'string' ? path.resolve(snapshot) : snapshot });
  }
  return {
    endpoint,
    region,
    regions,
    accountId,
    credentials,
    clientConfig: (of = {}) => ({ endpoint, region, credentials, ...of }),
    now: async () => new Date(((await ask(endpoint, 'GET', 'clock')) as { now: string }).now),
    advance: async (duration) => passed(await post('clock', { advance: duration })),
    advanceTo: async (moment) => passed(await post('clock', { to: new Date(moment).toISOString() })),
    settle: async () => settled(await post('settle')),
    reset,
    createAccount: async (account) => (await post('accounts', account)) as Account,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

type Told<Type> = Omit<Type, 'from' | 'happened' | 'now'> & {
  readonly now: string;
  readonly happened: Readonly<Record<string, { count: number; first: string; last: string }>>;
};

function settled(answer: unknown): Settled {
  const { now, happened, left } = answer as Told<Settled>;
  const entries = Object.entries(happened).map(([event, { count, first, last }]): [string, Happened] => [
    event,
    { count, first: new Date(first), last: new Date(last) },
  ]);
  return { now: new Date(now), happened: Object.fromEntries(entries), left };
}

function passed(answer: unknown): Passed {
  const { from } = answer as { readonly from: string };
  return { from: new Date(from), ...settled(answer) };
}
