/**
 * Logs are events with fields: `log.info('job.lease-lost', { jobId, attempt })`.
 * Never secrets, policy bodies or tokens. The server logs through pino; tests keep the events in memory.
 */

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same logger, adding `fields` to each event. */
  child(fields: LogFields): Logger;
}

export interface LoggedEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** Keeps events for tests to look at. */
export function memoryLogger(
  events: LoggedEvent[] = [],
  own: LogFields = {},
): Logger & { readonly events: LoggedEvent[] } {
  const at =
    (level: LoggedEvent['level']) =>
    (event: string, fields: LogFields = {}): void => {
      events.push({ level, event, fields: { ...own, ...fields } });
    };
  return {
    events,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => memoryLogger(events, { ...own, ...fields }),
  };
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
