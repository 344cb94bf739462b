/**
 * Logging as JSON lines through pino: one event a line, its name in `event`.
 * Fields that could carry a secret are never written, whoever passes them.
 */
import { type Clock, isoTime, type LogFields, type Logger } from '@holdfast/kernel';
import { type Logger as Pino, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const SECRET_FIELDS = [
  'password',
  'secret',
  'secretAccessKey',
  'sessionToken',
  'token',
  'authorization',
  'masterKey',
  'databaseUrl',
];

/** @param destination file descriptor, by default standard error: standard output is for people */
export function jsonLogger(level: LogLevel, clock: Clock, destination = 2): Logger {
  const redacted = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    level,
    base: null,
    redact: { paths: redacted, censor: '(secret)' },
    serializers: { error: describeError, cause: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"at":"${isoTime(clock.now())}"`,
    messageKey: 'event',
  };
  return wrap(pino(options, pino.destination({ dest: destination, sync: true })));
}

const CAUSES_MAX = 5;

/**
 * What names the error and finds its place, and nothing else that hangs on it: drivers hang whole connections on
 * theirs.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? '(not an error)' : error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  const rest = cause === undefined || depth >= CAUSES_MAX ? {} : { cause: describeError(cause, depth + 1) };
  return { name, message, ...code, stack, ...rest };
}

function wrap(logger: Pino): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}): void =>
      logger[level](fields, event);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => wrap(logger.child(fields)),
  };
}
