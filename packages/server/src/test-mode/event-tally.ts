/**
 * What happened while test mode worked something off: the events that the rooms log, counted by name, each with the
 * first and the last time it happened. A room needs no line here to be told of.
 */
import { type Clock, type Instant, isoTime, type LogFields, type Logger } from '@holdfast/kernel';

/** Events of whoever asks, and of the machinery; they say nothing about the installation. */
const NOT_TOLD = /^(?:background|database|door|operator|postgres|request|server)\./;

export interface Happened {
  readonly count: number;
  /** ISO 8601, by the installation's clock. */
  readonly first: string;
  readonly last: string;
}

export class EventTally {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { count: number; readonly first: Instant; last: Instant }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Passes all on, and counts what is more than debugging. */
  counting(log: Logger): Logger {
    const counted =
      (level: 'info' | 'warn' | 'error') =>
      (event: string, fields?: LogFields): void => {
        this.#note(event);
        log[level](event, fields);
      };
    return {
      debug: (event, fields) => log.debug(event, fields),
      info: counted('info'),
      warn: counted('warn'),
      error: counted('error'),
      child: (fields) => this.counting(log.child(fields)),
    };
  }

  /** Since the last call, by name of the event. */
  take(): Readonly<Record<string, Happened>> {
    const sorted = [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.#counts.clear();
    return Object.fromEntries(
      sorted.map(([event, { count, first, last }]) => [event, { count, first: isoTime(first), last: isoTime(last) }]),
    );
  }

  #note(event: string): void {
    if (NOT_TOLD.test(event)) return;
    const at = this.#clock.now();
    const known = this.#counts.get(event);
    if (known) {
      known.count++;
      known.last = at;
    } else {
      this.#counts.set(event, { count: 1, first: at, last: at });
    }
  }
}
