/**
 * Logging as JSON lines through pino: one event a line, its name in `event`.
 * Fields that could carry a secret are never written, whoever passes them.
 */
import { type Clock, isoTime, type LogFields, type Logger } from '@holdfast/kernel';
import { type Logger as Pino, pino, stdSerializers } from 'pino';
import type { LogLevel } from './config.ts';

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
    serializers: { error: stdSerializers.err, cause: stdSerializers.err },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"at":"${isoTime(clock.now())}"`,
    messageKey: 'event',
  };
  return wrap(pino(options, pino.destination({ dest: destination, sync: true })));
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
