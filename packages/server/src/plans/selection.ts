/**
 * Which resources a selection takes: pure, over the tags of the moment.
 *
 *     selected = (any of Resources, or any of ListOfTags) and none of NotResources and all of Conditions
 *
 * A type that is not opted in is taken only when the selection names it. Source: backup spec 4.1-4.4.
 */
import { parseArn } from '@holdfast/kernel';
import type { ConditionParameter, SelectionConditions, SelectionDocument } from '../store/tables/backup.ts';
import { hasWildcard, matcher } from './wildcard.ts';

export const TAG_KEY_PREFIX = 'aws:ResourceTag/';
/** Resources made by tests of restores are never backed up. */
const RESTORE_TEST = 'awsbackup-restore-test';
/** Types whose ARNs look alike: naming the ARN does not name the type, so the opt-in decides. */
const SHARED_ARN_TYPES: readonly string[] = ['Aurora', 'DocumentDB', 'Neptune', 'FSx'];

export interface Candidate {
  readonly arn: string;
  readonly resourceType: string;
  readonly name: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

type Question = (candidate: Candidate) => boolean;
export type OptedIn = (resourceType: string) => boolean;

/** The selection as a question, prepared once for any number of resources. */
export function compileSelection(document: SelectionDocument, optedIn: OptedIn): Question {
  const resources = document.Resources ?? [];
  const named = arnQuestion(resources.filter(namesType));
  const sweeping = arnQuestion(resources.filter((pattern) => !namesType(pattern)));
  const excluded = arnQuestion(document.NotResources ?? []);
  const tagged = tagQuestion(document);
  const meets = conditionsQuestion(document.Conditions);

  return (candidate) => {
    if (isRestoreTest(candidate)) return false;
    const byName = named(candidate);
    if (!byName && !sweeping(candidate) && !tagged(candidate)) return false;
    const optInDecides = !byName || SHARED_ARN_TYPES.includes(candidate.resourceType);
    if (optInDecides && !optedIn(candidate.resourceType)) return false;
    return !excluded(candidate) && meets(candidate);
  };
}

/** Whether an entry of Resources names a type or a resource, and not all of a service (`*`, `arn:aws:ec2:*`). */
function namesType(pattern: string): boolean {
  const arn = parseArn(pattern);
  return arn !== undefined && arn.resource !== '*';
}

function arnQuestion(patterns: readonly string[]): Question {
  const exact = new Set(patterns.filter((pattern) => !hasWildcard(pattern)));
  const matchers = patterns.filter(hasWildcard).map(matcher);
  return ({ arn }) => exact.has(arn) || matchers.some((matches) => matches(arn));
}

function tagQuestion({ ListOfTags: tags = [] }: SelectionDocument): Question {
  return (candidate) =>
    tags.some(({ ConditionKey: key, ConditionValue: value }) => tagOf(candidate, tagKey(key)) === value);
}

/** ListOfTags takes the bare key; the long form of conditions is understood as well. */
function tagKey(conditionKey: string): string {
  return conditionKey.startsWith(TAG_KEY_PREFIX) ? conditionKey.slice(TAG_KEY_PREFIX.length) : conditionKey;
}

function tagOf({ tags }: Candidate, key: string): string | undefined {
  return Object.hasOwn(tags, key) ? tags[key] : undefined;
}

/** A resource without the tag meets the negated conditions and fails the others, as in IAM. */
function conditionsQuestion(conditions: SelectionConditions | undefined): Question {
  const all = [
    ...questions(conditions?.StringEquals, (pattern) => (text) => text === pattern),
    ...questions(conditions?.StringNotEquals, (pattern) => (text) => text !== pattern),
    ...questions(conditions?.StringLike, (pattern) => defined(matcher(pattern))),
    ...questions(conditions?.StringNotLike, (pattern) => negated(defined(matcher(pattern)))),
  ];
  return (candidate) => all.every((holds) => holds(candidate));
}

type TagTest = (text: string | undefined) => boolean;

function questions(
  parameters: readonly ConditionParameter[] = [],
  test: (pattern: string) => TagTest,
): readonly Question[] {
  return parameters.map(({ ConditionKey: key = '', ConditionValue: value = '' }) => {
    const holds = test(value);
    return (candidate: Candidate) => holds(tagOf(candidate, tagKey(key)));
  });
}

const defined =
  (matches: (text: string) => boolean): TagTest =>
  (text) =>
    text !== undefined && matches(text);

const negated =
  (test: TagTest): TagTest =>
  (text) =>
    !test(text);

function isRestoreTest(candidate: Candidate): boolean {
  return tagOf(candidate, RESTORE_TEST) !== undefined || (candidate.name?.startsWith(RESTORE_TEST) ?? false);
}
