/**
 * Answers of a server beside recorded ones: times and tokens only say that they are there, sets have no order, texts in
 * angle brackets stand for anything.
 */
import { OrganizationsServiceException } from '@aws-sdk/client-organizations';
import type { ExpectedAnswer } from '../cases.ts';

export interface Answer extends ExpectedAnswer {
  readonly output?: object;
}

/** An answer as the cases write it down. */
export async function answerOf(call: Promise<object>): Promise<Answer> {
  try {
    const { $metadata: _metadata, ...output } = { $metadata: undefined, ...(await call) };
    return { code: 'Success', output };
  } catch (error) {
    if (!(error instanceof OrganizationsServiceException)) throw error;
    const reason = 'Reason' in error && typeof error.Reason === 'string' ? { reason: error.Reason } : {};
    return { code: error.name, message: error.message, ...reason };
  }
}

/** Members that the recording project took out of the answers. */
const TAKEN_OUT = new Set(['MasterAccountEmail']);
const SETS = new Set(['EffectivePolicyValidationErrors', 'ContributingPolicies', 'Parties', 'Resources']);

/** `value` in a form that two answers can be compared in; `like` is what was recorded in its place. */
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
