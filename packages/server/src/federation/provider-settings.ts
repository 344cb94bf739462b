/**
 * The operator's identity providers from their JSON:
 * `[{"issuer": "https://token.example.com", "audiences": ["sts.example.com"]}]`.
 *
 * A provider decides who gets in, so that its address must be one that nobody else can answer for: https, or the very
 * machine. Not here: where the text stands (config.ts).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OidcProvider } from '../settings.ts';
import { providerPath } from './provider.ts';

const PROVIDERS_MAX = 100;
const AUDIENCES_MAX = 100;
const CLOCK_TOLERANCE_SECONDS = { default: 60, max: 600 };
const MEMBERS: ReadonlySet<string> = new Set(['issuer', 'audiences', 'clockToleranceSeconds', 'caFile', 'jwksUrl']);

/** What is wrong with the setting, to follow its name. */
export class ProviderProblem extends Error {
  override readonly name = 'ProviderProblem';
}

/** @throws ProviderProblem */
export function parseProviders(text: string): readonly OidcProvider[] {
  if (text === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProviderProblem(`is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(value) || value.length > PROVIDERS_MAX) {
    throw new ProviderProblem(`must be a list of at most ${PROVIDERS_MAX} providers`);
  }
  const providers = value.map(parseProvider);
  const paths = providers.map(providerPath);
  const twice = paths.find((one, at) => paths.indexOf(one) < at);
  if (twice !== undefined) throw new ProviderProblem(`names ${twice} twice`);
  return providers;
}

function parseProvider(value: unknown): OidcProvider {
  if (typeof value !== 'object' || value === null)
    throw new ProviderProblem('must hold objects with issuer, audiences');
  const given = new Map<string, unknown>(Object.entries(value));
  const other = [...given.keys()].find((name) => !MEMBERS.has(name));
  if (other !== undefined) throw new ProviderProblem(`holds "${other}", and only knows ${[...MEMBERS].join(', ')}`);
  const issuer = parseIssuer(given.get('issuer'));
  const caFile = given.get('caFile');
  const jwksUrl = given.get('jwksUrl');
  return {
    issuer,
    audiences: parseAudiences(issuer, given.get('audiences')),
    clockToleranceSeconds: parseTolerance(issuer, given.get('clockToleranceSeconds')),
    ...(caFile !== undefined && { ca: readCa(issuer, caFile) }),
    ...(jwksUrl !== undefined && { jwksUrl: parseUrl('jwksUrl', jwksUrl).href }),
  };
}

/** Kept as it was written: tokens name it letter by letter. */
function parseIssuer(value: unknown): string {
  const { search, hash } = parseUrl('issuer', value);
  if (search !== '' || hash !== '') throw new ProviderProblem(`gives the issuer ${String(value)} a query or fragment`);
  return String(value);
}

/** @throws ProviderProblem unless it is https, or http on this machine */
function parseUrl(member: string, value: unknown): URL {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new ProviderProblem(`must give each provider an ${member} such as https://token.example.com`);
  }
  const url = new URL(value);
  if (!isTrustworthy(url)) throw new ProviderProblem(`gives the ${member} ${value}, which is not https`);
  if (url.username !== '' || url.password !== '') throw new ProviderProblem(`gives the ${member} a user or password`);
  return url;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether nobody between us and the address can answer for it. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

function parseAudiences(issuer: string, value: unknown): readonly string[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  const texts = all.flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : []));
  if (texts.length === 0 || texts.length < all.length || texts.length > AUDIENCES_MAX) {
    throw new ProviderProblem(`must give ${issuer} its audiences, 1 to ${AUDIENCES_MAX} texts`);
  }
  return texts;
}

function parseTolerance(issuer: string, value: unknown = CLOCK_TOLERANCE_SECONDS.default): number {
  const { max } = CLOCK_TOLERANCE_SECONDS;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new ProviderProblem(`must give ${issuer} clockToleranceSeconds from 0 to ${max}`);
}

function readCa(issuer: string, file: unknown): string {
  if (typeof file !== 'string' || !path.isAbsolute(file)) {
    throw new ProviderProblem(`must give ${issuer} the absolute path of a caFile`);
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ProviderProblem(`names the caFile ${file}, which cannot be read: ${(cause as Error).message}`, { cause });
  }
}
