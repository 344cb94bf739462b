/**
 * The command line of test mode: its own options, and what is left for the server's settings (config.ts).
 *
 * Nothing here comes from the environment: a DATABASE_URL or HOLDFAST_DATA that somebody has set for other things must
 * never lead test mode to data that matters.
 */
import path from 'node:path';

export interface TestModeOptions {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Each change is answered when what follows from it has settled. */
  readonly settle: boolean;
  /** Gets the line that is printed when requests are answered. */
  readonly readyFile: string | undefined;
  /** Ends when standard input does: with the program that started it, however that ends. */
  readonly untilInputEnds: boolean;
  /** Where templates of the database are kept. */
  readonly cacheFolder: string | undefined;
  /** Instead of a folder for temporary files; must be empty or missing. */
  readonly dataFolder: string | undefined;
}

/** Something about the command line that its author has to change. */
export class TestModeUsage extends Error {
  override readonly name = 'TestModeUsage';
}

/** The account and the key pair that AWS's own documentation shows: stable, and known to nobody as a secret. */
export const DEFAULTS = {
  accountId: '123456789012',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

const FLAG = '--ephemeral';
const SWITCHES = ['--settle', '--until-input-ends'];
const VALUES = ['--account-id', '--access-key-id', '--secret-access-key', '--ready-file', '--cache', '--data'];
const ACCOUNT_ID = /^[1-9]\d{11}$/;
const ACCESS_KEY_ID = /^AKIA[A-Z0-9]{16}$/;
const SECRET = /^[\x21-\x7e]{8,128}$/;

/** Undefined: test mode is not asked for. */
export function readTestModeOptions(
  args: readonly string[],
  defaultCacheFolder: string,
): { readonly options: TestModeOptions; readonly rest: readonly string[] } | undefined {
  if (!args.includes(FLAG)) return undefined;
  const given = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const [name = '', ...value] = (args[index] ?? '').split('=');
    if (name === '--database-url') {
      throw new TestModeUsage(`${FLAG} brings a database of its own and never uses another: leave ${name} out.`);
    }
    if (name === FLAG || SWITCHES.includes(name)) given.set(name, '');
    else if (!VALUES.includes(name)) rest.push(args[index] ?? '');
    else if (value.length > 0) given.set(name, value.join('='));
    else given.set(name, valueAfter(name, args[++index]));
  }
  return { options: optionsOf(given, defaultCacheFolder), rest };
}

function valueAfter(name: string, next: string | undefined): string {
  if (next === undefined || next.startsWith('--')) throw new TestModeUsage(`${name} takes a value.`);
  return next;
}

function optionsOf(given: ReadonlyMap<string, string>, defaultCacheFolder: string): TestModeOptions {
  const cache = given.get('--cache') ?? defaultCacheFolder;
  return {
    accountId: matching(
      given,
      '--account-id',
      DEFAULTS.accountId,
      ACCOUNT_ID,
      'twelve digits, the first of them not 0',
    ),
    accessKeyId: matching(
      given,
      '--access-key-id',
      DEFAULTS.accessKeyId,
      ACCESS_KEY_ID,
      'AKIA and 16 capital letters or digits',
    ),
    secretAccessKey: matching(
      given,
      '--secret-access-key',
      DEFAULTS.secretAccessKey,
      SECRET,
      '8 to 128 printable characters without blanks',
    ),
    settle: given.has('--settle'),
    untilInputEnds: given.has('--until-input-ends'),
    readyFile: folderOf(given.get('--ready-file')),
    cacheFolder: folderOf(cache),
    dataFolder: folderOf(given.get('--data')),
  };
}

function matching(
  given: ReadonlyMap<string, string>,
  name: string,
  fallback: string,
  pattern: RegExp,
  what: string,
): string {
  const text = given.get(name) ?? fallback;
  // A secret is not repeated, not even one for tests.
  if (!pattern.test(text)) throw new TestModeUsage(`${name} takes ${what}.`);
  return text;
}

function folderOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : path.resolve(text);
}
