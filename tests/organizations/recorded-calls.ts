/**
 * Recorded calls of AWS (`tests/conformance/cases`, kind `call`) as cases for a real organization: stand-ins are
 * replaced by its ids, the answer is compared with what was recorded.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type EffectivePolicyType, OrganizationsServiceException } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { type JsonNode, parseJson, writeJson } from '@holdfast/policy';
import { applyPatch } from '../../tools/conformance/json-patch.ts';

const CASES = path.join(import.meta.dirname, '../conformance/cases');

export interface RecordedCall {
  readonly id: string;
  readonly kind: string;
  readonly service?: string;
  readonly caller: 'management' | 'member' | 'delegated';
  readonly action: string;
  readonly input: object;
  readonly sessionPolicy?: object;
  readonly sessionCondition?: object;
  readonly resourcePolicy?: object;
  /** The caller's own permissions. */
  readonly identityStatements?: readonly object[];
  readonly expect: {
    readonly code: string;
    readonly reason?: string;
    readonly message?: string;
    readonly output?: object;
    readonly outputContains?: object;
    readonly outputCounts?: Readonly<Record<string, number>>;
    /** Set: what the management account reads of the same target at the same time. */
    readonly sameAs?: string;
    /** What a read right after shows. */
    readonly after?: object;
  };
}

/** Names of the files there are. */
export function recordedFiles(): string[] {
  return readdirSync(CASES)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length));
}

/** The calls of one file, in the order in which they were made. */
export function recordedCalls(file: string): RecordedCall[] {
  return casesOf<RecordedCall>(file).filter(({ kind, service }) => kind === 'call' && service === 'organizations');
}

/** A delegation policy that was put: `content`, or a base with changes. */
export interface RecordedResourcePolicy {
  readonly id: string;
  readonly kind: string;
  readonly type?: string;
  readonly content?: object;
  readonly base?: string;
  readonly patch?: unknown;
  readonly expect: {
    readonly code: string;
    readonly reason?: string;
    readonly message?: string;
    readonly stored?: string;
  };
}

/** With the document's text as it was sent. */
export function recordedResourcePolicies(): (RecordedResourcePolicy & { readonly sent: string })[] {
  const all = recordedFiles().flatMap((file) => casesOf<RecordedResourcePolicy>(file));
  return all
    .filter(({ kind, type }) => kind === 'admission' && type === 'RESOURCE_POLICY')
    .map((one) => {
      const base = all.find(({ id }) => id === one.base);
      const document = jsonNode(one.content ?? base?.content);
      return {
        ...one,
        sent: writeJson(one.patch === undefined ? document : applyPatch(document, jsonNode(one.patch))),
      };
    });
}

function jsonNode(value: unknown): JsonNode {
  return present(parseJson(JSON.stringify(value)).value, 'JSON');
}

export interface RecordedLevel {
  readonly at: 'root' | 'ou' | 'account';
  readonly policies: readonly { readonly name: string; readonly content: unknown }[];
}

/** A whole document that was merged of policies which were recorded as they stand. */
export interface RecordedEffective {
  readonly id: string;
  readonly kind: string;
  readonly type: EffectivePolicyType;
  readonly levels: readonly RecordedLevel[];
  readonly expect: { readonly effective?: object; readonly errors?: readonly object[] };
}

/** Without those that give documents as changes of others: the policy engine's own runner has them. */
export function recordedEffective(file: string): RecordedEffective[] {
  return casesOf<RecordedEffective>(file).filter(
    ({ kind, levels }) =>
      kind === 'effective' && levels.flatMap((level) => level.policies).every(({ content }) => content !== undefined),
  );
}

/** What hung where in a case of kind `effective`. */
export function recordedLevels(file: string, id: string): readonly RecordedLevel[] {
  const found = casesOf<{ id: string; levels?: RecordedLevel[] }>(file).find((one) => one.id === `${file}/${id}`);
  return found?.levels ?? [];
}

function casesOf<Case>(file: string): Case[] {
  return readFileSync(path.join(CASES, `${file}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
}

/** Ids of a real organization by their stand-ins, such as `r-example`. */
export type StandIns = ReadonlyMap<string, string>;

export function replaced<T>(value: T, standIns: StandIns): T {
  let json = JSON.stringify(value);
  for (const [standIn, id] of standIns) json = json.replaceAll(new RegExp(`\\b${standIn}\\b`, 'g'), id);
  return JSON.parse(json) as T;
}

/** An answer as the cases write it down. */
export async function answerOf(call: Promise<object>): Promise<RecordedCall['expect']> {
  try {
    const { $metadata: _metadata, ...output } = { $metadata: undefined, ...(await call) };
    return { code: 'Success', output };
  } catch (error) {
    if (!(error instanceof OrganizationsServiceException)) throw error;
    const reason = 'Reason' in error && typeof error.Reason === 'string' ? { reason: error.Reason } : {};
    return { code: error.name, message: error.message, ...reason };
  }
}

/** Code, reason and message, for `toMatchObject`: as much as was recorded. */
export function recorded({ expect: { code, reason, message } }: RecordedCall): object {
  return { code, ...(reason && { reason }), ...(message && { message }) };
}

/**
 * Output in a form that two answers can be compared in: times and tokens only say that they are there, sets are
 * sorted, texts in angle brackets stand for anything.
 */
export function comparable(value: unknown, like: unknown = value, key = '', isPage = false): unknown {
  if (typeof like === 'string' && like.startsWith('<') && like.endsWith('>')) return 'anything';
  if (key.endsWith('Timestamp')) return value === undefined ? undefined : 'a time';
  if (Array.isArray(value)) {
    const likes: unknown[] = Array.isArray(like) ? like : [];
    const items = value.map((item, index) => comparable(item, likes[index]));
    // Of a page of a set only its size means something.
    if (isPage) return items.length;
    return SETS.has(key) ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = like as Readonly<Record<string, unknown>> | undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !TAKEN_OUT.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => [name, comparable(child, members?.[name], name, SETS.has(name) && 'NextToken' in value)]),
  );
}

/** Members that the recording project took out of the answers. */
const TAKEN_OUT = new Set(['MasterAccountEmail']);
const SETS = new Set(['EffectivePolicyValidationErrors', 'ContributingPolicies', 'Parties', 'Resources']);
