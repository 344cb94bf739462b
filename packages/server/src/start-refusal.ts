/**
 * Why a server cannot start, where a person can mend it: told in a sentence, without a stack.
 * Everything else that fails at the start is a bug or a broken machine, and is shown whole.
 */
import { ConfigError } from './config.ts';
import { WrongMasterKey } from './first-boot.ts';
import { FolderInUse } from './folder-lock.ts';
import { SealError } from './secrets/sealer.ts';

export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}

const FOR_PEOPLE = [StartRefusal, ConfigError, FolderInUse, WrongMasterKey, SealError];

/** Whether the error's message says all that a person needs. */
export function isForPeople(error: unknown): error is Error {
  return FOR_PEOPLE.some((kind) => error instanceof kind);
}

export function listenRefusal(cause: unknown, address: string, port: number): unknown {
  const refusals: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${address} is in use by another program. End that, or choose another port: --port N`,
    EADDRNOTAVAIL: `${address} is not an address of this machine: --listen takes one of its own.`,
    ENOTFOUND: `${address} is not an address: --listen takes one of this machine's own.`,
    EACCES: `Port ${port} is only for root. Choose one above 1023: --port N`,
  };
  const message = refusals[codeOf(cause) ?? ''];
  return message === undefined ? cause : new StartRefusal(message, { cause });
}

/** The URL may hold a password: it is never told. */
export function databaseRefusal(cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined || !(code in DATABASE_REFUSALS)) return cause;
  return new StartRefusal(`The database of DATABASE_URL ${DATABASE_REFUSALS[code]}`, { cause });
}

const DATABASE_REFUSALS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: is PostgreSQL running there, and are host and port right?',
  ENOTFOUND: 'is on a host that has no address: is its name right?',
  EAI_AGAIN: 'is on a host whose address cannot be looked up now.',
  ENOENT: 'is on a socket that does not exist.',
  ETIMEDOUT: 'does not answer: does a firewall stand between?',
  '28P01': 'refuses the user or the password.',
  '28000': 'refuses the user.',
  '3D000': 'does not exist: create it first, or name another one.',
};

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
