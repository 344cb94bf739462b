/**
 * The program's settings: read once, here and nowhere else, from options, environment, file and defaults, in this
 * order.
 *
 * Each knows its unit, its default and where its value came from (`--print-config`).
 * The file is `holdfast.json` in the data folder, optional: an object by the names below.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SECOND_MS } from '@holdfast/kernel';
import { ProviderProblem, parseProviders } from './federation/provider-settings.ts';
import { parseResourceFolders } from './folder-settings.ts';
import type { LogLevel } from './json-log.ts';
import { parseQuotas } from './quota-settings.ts';
import {
  DEFAULT_AUDIT_RETENTION_DAYS,
  DEFAULT_JOBS_AT_ONCE,
  DEFAULT_LEASE_MS,
  DEFAULT_PUBLISH_DELAY_MS,
  type OidcProvider,
  type Region,
  type Settings,
} from './settings.ts';
import { parseRateLimits, RATE_LIMITS_TEXT } from './throttling/rate-limit-settings.ts';

export interface Config {
  /** Absolute. */
  readonly dataFolder: string;
  /** Undefined: the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | undefined;
  /** 0: any free one. */
  readonly port: number;
  readonly listen: string;
  readonly logLevel: LogLevel;
  /** E-mail address of the account that the first start makes. */
  readonly managementEmail: string;
  readonly settings: Settings;
}

export type Source = 'option' | 'environment' | 'file' | 'default';

/** A setting in force, for people. */
export interface SettingInForce {
  readonly name: string;
  readonly value: string;
  readonly source: Source;
  readonly environment: string;
  readonly help: string;
}

export interface Configuration {
  readonly config: Config;
  readonly inForce: readonly SettingInForce[];
  /** `--print-config`: show the settings instead of starting. */
  readonly printOnly: boolean;
}

/** Something about a setting that its author has to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Definition<Value> {
  readonly environment: string;
  readonly option: string;
  readonly fallback: string;
  /** What it means, with its unit. */
  readonly help: string;
  /** Shown as `(set)` only. */
  readonly secret?: boolean;
  /** In the file it is an object. */
  readonly json?: boolean;
  parse(text: string): Value;
}

const DEFAULT_PORT = 4747;
const PORT_MAX = 65_535;
const CONFIG_FILE = 'holdfast.json';
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

const DEFINITIONS = {
  data: {
    environment: 'HOLDFAST_DATA',
    option: 'data',
    fallback: 'data',
    help: 'Folder of all that the server keeps: database, secrets, vaults.',
    parse: (text: string): string => path.resolve(text),
  },
  databaseUrl: {
    environment: 'DATABASE_URL',
    option: 'database-url',
    fallback: '',
    help: 'PostgreSQL to use instead of the embedded one.',
    secret: true,
    parse: (text: string): string | undefined => (text === '' ? undefined : text),
  },
  port: {
    environment: 'HOLDFAST_PORT',
    option: 'port',
    fallback: String(DEFAULT_PORT),
    help: 'TCP port of the API; 0: any free one.',
    parse: integer(0, PORT_MAX),
  },
  listen: {
    environment: 'HOLDFAST_LISTEN',
    option: 'listen',
    fallback: '127.0.0.1',
    help: 'Address that the API listens on; 0.0.0.0 for all.',
    parse: (text: string): string => text,
  },
  regions: {
    environment: 'HOLDFAST_REGIONS',
    option: 'regions',
    fallback: 'us-east-1,eu-central-1',
    help: "Regions, the default one first; NAME=FOLDER puts a region's vaults into FOLDER.",
    parse: regions,
  },
  jobsAtOnce: {
    environment: 'HOLDFAST_JOBS_AT_ONCE',
    option: 'jobs-at-once',
    fallback: String(DEFAULT_JOBS_AT_ONCE),
    help: 'Jobs that the built-in agent runs side by side.',
    parse: integer(1, 64),
  },
  leaseSeconds: {
    environment: 'HOLDFAST_LEASE_SECONDS',
    option: 'lease-seconds',
    fallback: String(DEFAULT_LEASE_MS / SECOND_MS),
    help: 'Seconds without a heartbeat after which a worker is given up and its job goes to another.',
    parse: integer(1, 3_600),
  },
  publishDelayMs: {
    environment: 'HOLDFAST_PUBLISH_DELAY_MS',
    option: 'publish-delay-ms',
    fallback: String(DEFAULT_PUBLISH_DELAY_MS),
    help: 'Milliseconds for which changes of policies are gathered before effective policies are made anew.',
    parse: integer(0, 3_600_000),
  },
  auditRetentionDays: {
    environment: 'HOLDFAST_AUDIT_RETENTION_DAYS',
    option: 'audit-retention-days',
    fallback: String(DEFAULT_AUDIT_RETENTION_DAYS),
    help: 'Days for which records of events are kept.',
    parse: integer(1, 36_500),
  },
  resourceFolders: {
    environment: 'HOLDFAST_RESOURCE_FOLDERS',
    option: 'resource-folders',
    fallback: '',
    help: 'Folders that an account may back up and restore to: JSON {"ACCOUNT":["/FOLDER"],"*":[]}; unset: any.',
    json: true,
    parse: (text: string) => parseResourceFolders(text, refuse),
  },
  quotas: {
    environment: 'HOLDFAST_QUOTAS',
    option: 'quotas',
    fallback: '',
    help: 'Quotas other than AWS has: JSON {"organizationalUnits":5000,"ORGANIZATION":{"accountsPerOrganization":100}}.',
    json: true,
    parse: (text: string) => parseQuotas(text, refuse),
  },
  oidcProviders: {
    environment: 'HOLDFAST_OIDC_PROVIDERS',
    option: 'oidc-providers',
    fallback: '',
    help: 'Identity providers whose tokens roles may trust: JSON [{"issuer":"https://…","audiences":["…"]}].',
    json: true,
    parse: oidcProviders,
  },
  rateLimits: {
    environment: 'HOLDFAST_RATE_LIMITS',
    option: 'rate-limits',
    fallback: RATE_LIMITS_TEXT,
    help: 'Requests, writes and bad signatures in a second, of each caller to each service; off: any number.',
    parse: (text: string) => parseRateLimits(text, refuse),
  },
  managementEmail: {
    environment: 'HOLDFAST_MANAGEMENT_EMAIL',
    option: 'management-email',
    fallback: 'management@holdfast.invalid',
    help: 'E-mail address of the account that the first start makes.',
    parse: (text: string): string => text,
  },
  logLevel: {
    environment: 'HOLDFAST_LOG_LEVEL',
    option: 'log-level',
    fallback: 'info',
    help: 'Least important events that are logged: debug, info, warn or error.',
    parse: (text: string): LogLevel => {
      const level = LOG_LEVELS.find((known) => known === text);
      if (!level) throw new ConfigError(`is "${text}", and not ${LOG_LEVELS.join(', ')}`);
      return level;
    },
  },
} satisfies Record<string, Definition<unknown>>;

type Name = keyof typeof DEFINITIONS;
type Parsed = { readonly [Key in Name]: ReturnType<(typeof DEFINITIONS)[Key]['parse']> };
type Texts = Readonly<Partial<Record<Name, string>>>;

export interface ConfigInput {
  /** Command line without program and script. */
  readonly args?: readonly string[];
  /** Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** @throws ConfigError */
export function readConfig({ args = [], environment = process.env }: ConfigInput = {}): Configuration {
  const { options, printOnly } = readOptions(args);
  const surroundings = readEnvironment(environment);
  const folder = DEFINITIONS.data.parse(options.data ?? surroundings.data ?? DEFINITIONS.data.fallback);
  const file = readFile(path.join(folder, CONFIG_FILE));
  const inForce: SettingInForce[] = [];

  const value = <Key extends Name>(name: Key): Parsed[Key] => {
    const definition: Definition<unknown> = DEFINITIONS[name];
    const [source, text] = firstSet(name, definition, options, surroundings, file);
    const shown = definition.secret && text !== '' ? '(set)' : text;
    inForce.push({ name, value: shown, source, environment: definition.environment, help: definition.help });
    return parsed(name, text, source);
  };
  const dataFolder = value('data');
  const allowedFolders = value('resourceFolders');
  const config: Config = {
    dataFolder,
    databaseUrl: value('databaseUrl'),
    port: value('port'),
    listen: value('listen'),
    logLevel: value('logLevel'),
    managementEmail: value('managementEmail'),
    settings: {
      regions: value('regions').map(({ name, folder: vaultFolder }) => ({
        name,
        vaultFolder: vaultFolder ?? path.join(dataFolder, 'vaults', name),
      })),
      ...value('quotas'),
      jobsAtOnce: value('jobsAtOnce'),
      leaseMs: value('leaseSeconds') * SECOND_MS,
      publishDelayMs: value('publishDelayMs'),
      rateLimits: value('rateLimits'),
      auditRetentionDays: value('auditRetentionDays'),
      workFolder: path.join(dataFolder, 'work'),
      ...(allowedFolders && { resourceFolders: allowedFolders }),
      oidcProviders: value('oidcProviders'),
    },
  };
  return { config, inForce, printOnly };
}

function firstSet(
  name: Name,
  { fallback }: Definition<unknown>,
  options: Texts,
  surroundings: Texts,
  file: Texts,
): [Source, string] {
  const layers: [Source, Texts][] = [
    ['option', options],
    ['environment', surroundings],
    ['file', file],
  ];
  for (const [source, texts] of layers) {
    const text = texts[name];
    if (text !== undefined) return [source, text];
  }
  return ['default', fallback];
}

function parsed<Key extends Name>(name: Key, text: string, source: Source): Parsed[Key] {
  const { environment, option, parse } = DEFINITIONS[name];
  try {
    // The table pairs each name with its parser; the compiler cannot follow that through an index.
    return parse(text) as Parsed[Key];
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    const where = { option: `--${option}`, environment, file: `${name} in ${CONFIG_FILE}`, default: name }[source];
    throw new ConfigError(`${where} ${cause.message}.`, { cause });
  }
}

function readOptions(args: readonly string[]): { options: Texts; printOnly: boolean } {
  const names = Object.values(DEFINITIONS).map(({ option }) => [option, { type: 'string' as const }] as const);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(names), 'print-config': { type: 'boolean' } },
      strict: true,
    });
    const given: Readonly<Record<string, unknown>> = values;
    const options = byName(({ option }) => textOrNothing(given[option]));
    return { options, printOnly: values['print-config'] === true };
  } catch (cause) {
    throw new ConfigError(`${(cause as Error).message} Options: ${names.map(([name]) => `--${name}`).join(' ')}`, {
      cause,
    });
  }
}

/** An empty variable counts as unset, as is usual in unit files and containers. */
function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Texts {
  return byName((definition) => textOrNothing(environment[definition.environment] || undefined));
}

function readFile(file: string): Texts {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError(`${file} must hold an object.`);
  }
  const members = new Map<string, unknown>(Object.entries(values));
  const unknown = [...members.keys()].find((name) => name === 'data' || !Object.hasOwn(DEFINITIONS, name));
  if (unknown !== undefined) throw new ConfigError(`${file} holds "${unknown}", which is not a setting of this file.`);
  return byName(({ json }, name) => {
    if (!members.has(name)) return undefined;
    return json ? JSON.stringify(members.get(name)) : textOfMember(file, name, members.get(name));
  });
}

function textOfMember(file: string, name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  throw new ConfigError(`${name} in ${file} must be a text, a number or a list of texts.`);
}

function byName(text: (definition: Definition<unknown>, name: string) => string | undefined): Texts {
  const entries = Object.entries<Definition<unknown>>(DEFINITIONS).flatMap(([name, definition]) => {
    const value = text(definition, name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries) as Texts;
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new ConfigError(`is "${text}", and not a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

function regions(text: string): { name: Region['name']; folder: string | undefined }[] {
  const all = text.split(',').map((entry) => {
    const [name = '', ...folder] = entry.trim().split('=');
    if (!REGION.test(name)) throw new ConfigError(`names "${name}", which is not a region's name such as us-east-1`);
    return { name, folder: folder.length === 0 ? undefined : path.resolve(folder.join('=')) };
  });
  if (new Set(all.map(({ name }) => name)).size < all.length) throw new ConfigError('names a region twice');
  return all;
}

function refuse(message: string): never {
  throw new ConfigError(message);
}

function oidcProviders(text: string): readonly OidcProvider[] {
  try {
    return parseProviders(text);
  } catch (cause) {
    if (cause instanceof ProviderProblem) throw new ConfigError(cause.message, { cause });
    throw cause;
  }
}
