/**
 * Works off what is due, and moves the clock ahead from one due moment to the next, so that all happens in its order
 * and at its time: a month of schedules is a month of jobs, retention and windows, without the waiting.
 *
 * The rooms do the work, the same code that runs when time passes by itself; they are ticked here one after another.
 * Not here: when which room's work is due (store/due-work.ts), doors and their answers (doors.ts).
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import { KEPT_MS } from '../services/organizations/finish-closures.ts';
import { dueWork } from '../store/due-work.ts';
import type { MovableClock } from './movable-clock.ts';

/** The order in which work flows from room to room; rooms that are not named here come after them. */
const FLOW = ['accounts', 'publisher', 'reconciler', 'scheduler', 'vaults', 'jobs'];
/**
 * Rooms that only keep house, which costs more than all others together (a partition for each day): where the clock
 * only passes, they wait until it has arrived.
 */
const HOUSEKEEPING = ['audit-days'];
/** Rounds in which less and less may be left; what is left then waits for something else. */
const ROUNDS_MAX = 50;
/** The longest step: for what no query knows, and far below a jump that retention would not believe. */
const STEP_MS_MAX = 7 * DAY_MS;

/** The server that is ticked, while none of its rooms runs by itself. */
export interface Ticked<Name extends string = string> {
  readonly installation: Pick<Installation, 'db'>;
  readonly rooms: readonly { readonly name: Name }[];
  tick(name: Name): Promise<void>;
}

/** By kind: what is due and was not to be done, such as a job whose resource is busy or a vault that cannot be made. */
export type Left = Readonly<Record<string, number>>;

/**
 * Until nothing is left to do at this moment of the clock, or nothing moves any more.
 *
 * @throws the signal's reason, between two rooms
 */
export async function settle<Name extends string>(
  server: Ticked<Name>,
  clock: MovableClock,
  signal: AbortSignal,
  { passing = false } = {},
): Promise<Left> {
  const rooms = inFlow(server.rooms).filter((name) => !passing || !HOUSEKEEPING.includes(name));
  let before = '';
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (const name of rooms) {
      signal.throwIfAborted();
      await server.tick(name);
    }
    const { due } = await dueWork(server.installation.db, clock.now(), KEPT_MS);
    const left = JSON.stringify(due);
    if (left === '{}' || left === before) return due;
    before = left;
  }
  return (await dueWork(server.installation.db, clock.now(), KEPT_MS)).due;
}

/**
 * Leaves the clock standing at `to`.
 * @param to not before the clock's time
 */
export async function advance<Name extends string>(
  server: Ticked<Name>,
  clock: MovableClock,
  to: Instant,
  signal: AbortSignal,
): Promise<Left> {
  clock.standAt(clock.now());
  await settle(server, clock, signal, { passing: true });
  for (;;) {
    const now = clock.now();
    const { nextAt = to } = await dueWork(server.installation.db, now, KEPT_MS);
    const next = Math.min(nextAt, now + STEP_MS_MAX, to);
    clock.standAt(next);
    const left = await settle(server, clock, signal, { passing: next < to });
    if (next === to) return left;
  }
}

function inFlow<Name extends string>(rooms: readonly { readonly name: Name }[]): Name[] {
  const place = (name: string): number => (FLOW.includes(name) ? FLOW.indexOf(name) : FLOW.length);
  return rooms.map(({ name }) => name).toSorted((a, b) => place(a) - place(b));
}
