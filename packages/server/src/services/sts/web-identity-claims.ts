/**
 * What a verified token says beyond who it is about: condition keys, session tags, source identity.
 * Source: the IAM user guide, "condition keys of OIDC federation" and "pass session tags in STS".
 */
import { InvalidIdentityTokenException$ } from '@aws-sdk/client-sts';
import { AwsError } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { Claims } from '../../federation/identity-providers.ts';
import { NO_TAGS, type SessionTags } from './session-tags.ts';

const TAGS_CLAIM = 'https://aws.amazon.com/tags';
const SOURCE_IDENTITY_CLAIM = 'https://aws.amazon.com/source_identity';
const TAGS_MAX = 50;
const TAG_CHARS_MAX = { key: 128, value: 256 };
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;

/**
 * `<provider>:<claim>` for every claim that is a text, a number, a truth value or a list of texts. Of a token with an
 * authorized party, `aud` is that party and `oaud` the audience.
 *
 * Condition keys know no letter case, claims do: of two that differ by it alone, the one in lower case counts. Whoever
 * may put a claim `SUB` into their token does not become somebody else by it.
 */
export function claimContext(path: string, claims: Claims): ConditionContext {
  const context: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(claims)) {
    const values = textsOf(value);
    const lower = name.toLowerCase();
    if (name !== lower && Object.hasOwn(claims, lower)) continue;
    if (values.length > 0) context[`${path.toLowerCase()}:${lower}`] = values;
  }
  const audience = audienceOf(claims);
  if (audience !== undefined && typeof claims['azp'] === 'string') {
    context[`${path}:aud`.toLowerCase()] = [audience];
    context[`${path}:oaud`.toLowerCase()] = textsOf(claims.aud);
  }
  return context;
}

/** Of a token with an authorized party, that party. */
export function audienceOf({ azp, aud }: Claims): string | undefined {
  return typeof azp === 'string' ? azp : textsOf(aud)[0];
}

function textsOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => {
    if (typeof one === 'string') return [one];
    return typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [];
  });
}

/** @throws InvalidIdentityToken */
export function claimedTags(claims: Claims): SessionTags {
  const claim = claims[TAGS_CLAIM];
  if (claim === undefined) return NO_TAGS;
  if (!isObject(claim)) throw malformed(TAGS_CLAIM);
  const { principal_tags: tags = {}, transitive_tag_keys: transitiveKeys = [] } = claim;
  if (!isObject(tags) || Object.keys(tags).length > TAGS_MAX) throw malformed(TAGS_CLAIM);
  const entries = Object.entries(tags).map(([key, value]): [string, string] => [key, tagValue(key, value)]);
  const keys = new Set(entries.map(([key]) => key.toLowerCase()));
  const known = (key: unknown): key is string => typeof key === 'string' && keys.has(key.toLowerCase());
  if (keys.size < entries.length || !Array.isArray(transitiveKeys) || !transitiveKeys.every(known)) {
    throw malformed(TAGS_CLAIM);
  }
  return { tags: Object.fromEntries(entries), transitiveKeys };
}

/** One value in a list, or bare. */
function tagValue(key: string, value: unknown): string {
  const [text, ...more] = textsOf(value);
  const fits = key !== '' && key.length <= TAG_CHARS_MAX.key && !/^aws:/i.test(key);
  if (text === undefined || more.length > 0 || text.length > TAG_CHARS_MAX.value || !fits) throw malformed(TAGS_CLAIM);
  return text;
}

/** @throws InvalidIdentityToken */
export function claimedSourceIdentity(claims: Claims): string | undefined {
  const claim = claims[SOURCE_IDENTITY_CLAIM];
  if (claim === undefined) return undefined;
  if (typeof claim !== 'string' || !SOURCE_IDENTITY.test(claim)) throw malformed(SOURCE_IDENTITY_CLAIM);
  return claim;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(claim: string): AwsError {
  return new AwsError(InvalidIdentityTokenException$, `The claim ${claim} of the token cannot be read.`);
}
