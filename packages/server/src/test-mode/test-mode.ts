/**
 * Test mode's hold on the server: one at a time it lets things settle, moves the clock, or empties all. Each ends with
 * the rooms running by themselves again.
 *
 * Not here: how an empty server is made (start-ephemeral.ts), paths and bodies (doors.ts).
 */
import { type Clock, type Instant, isoTime, type Logger } from '@holdfast/kernel';
import type { Invoke } from '@holdfast/wire';
import type { Caller } from '../authorization/caller.ts';
import { DoorError } from '../doors/door.ts';
import { EventTally, type Happened } from './event-tally.ts';
import { MovableClock } from './movable-clock.ts';
import { advance, type Left, settle, type Ticked } from './time-travel.ts';

export interface Held<Name extends string = string> extends Ticked<Name> {
  quietly<T>(work: () => Promise<T>): Promise<T>;
}

/** What was done, and what is due and could not be. */
export interface Done {
  /** The installation's time when all was done. */
  readonly now: string;
  /** By name of the event, as in the server's log. */
  readonly happened: Readonly<Record<string, Happened>>;
  readonly left: Left;
}

export class TestMode {
  readonly clock: MovableClock;
  readonly #tally: EventTally;
  readonly #log: Logger;
  #server: Held | undefined;
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  /** @param machine the machine's clock, which the installation's is moved against */
  constructor(machine: Clock, log: Logger) {
    this.clock = new MovableClock(machine);
    this.#tally = new EventTally(this.clock);
    this.#log = this.#tally.counting(log);
  }

  /** For the server: what it logs is what is told to have happened. */
  get log(): Logger {
    return this.#log;
  }

  holds(server: Held): void {
    this.#server = server;
  }

  settle(): Promise<Done> {
    return this.#quietly(async (server) => {
      this.#tally.take();
      return this.#done(await settle(server, this.clock, this.#stopping.signal));
    });
  }

  advance(to: (now: Instant) => Instant): Promise<Done & { readonly from: string }> {
    return this.#quietly(async (server) => {
      const from = this.clock.now();
      const until = to(from);
      this.#tally.take();
      try {
        const left = await advance(server, this.clock, until, this.#stopping.signal);
        return { from: isoTime(from), ...this.#done(left) };
      } finally {
        this.clock.run();
      }
    });
  }

  /** Ends the server's life for `begin`, which makes another; the clock is the machine's again. */
  anew<T>(begin: () => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      this.#server = undefined;
      this.clock.reset();
      return begin();
    });
  }

  /** Each change of the installation is answered when all that follows from it has settled. */
  settling(isChange: (service: string, operation: string) => boolean): (invoke: Invoke<Caller>) => Invoke<Caller> {
    return (invoke) => async (invocation) => {
      const output = await invoke(invocation);
      // The change itself stands, whatever becomes of what follows from it.
      if (isChange(invocation.service, invocation.operation))
        await this.settle().catch((error: unknown) => this.#log.error('test-mode.not-settled', { error }));
      return output;
    };
  }

  /** For the end of the server: what is under way ends at the next stop, and resolves. */
  async stop(): Promise<void> {
    const message = 'The server ends.';
    this.#stopping.abort(new DoorError(message, { status: 503, code: 'ServerEnds' }));
    await this.#last;
  }

  #done(left: Left): Done {
    return { now: isoTime(this.clock.now()), happened: this.#tally.take(), left };
  }

  #quietly<T>(work: (server: Held) => Promise<T>): Promise<T> {
    return this.#alone(() => {
      const server = this.#server;
      if (!server) throw new Error('The server has not begun.');
      return server.quietly(() => work(server));
    });
  }

  /** After all that was asked for before. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
