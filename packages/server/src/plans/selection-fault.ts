/**
 * What a selection may not say. Source: backup spec 2.B, 4.1, 4.5.
 */
import type { ConditionParameter, SelectionDocument } from '../store/tables/backup.ts';
import type { Fault } from './fault.ts';
import { TAG_KEY_PREFIX } from './selection.ts';
import { hasWildcard } from './wildcard.ts';

export const SELECTIONS_MAX = 100;
export const TAG_SELECTIONS_MAX = 10;
export const EXACT_ARNS_MAX = 500;
export const WILDCARD_ARNS_MAX = 30;
export const SELECTION_TAGS_MAX = 30;
export const SELECTION_CONDITIONS_MAX = 30;

const SELECTION_NAME = /^[a-zA-Z0-9\-_.]{1,50}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/;
/** `*` stands for a Region or an account, ends the resource, or stands for all of a service. */
const RESOURCE_PATTERN = /^(\*|arn:[a-z*][a-z-]*:[a-z0-9-]+:(\*|[a-z0-9-]*\*?:[\d]*\*?:[^*]*\*?))$/s;

/** The first thing wrong, or undefined. */
export function selectionFault(selection: SelectionDocument): Fault | undefined {
  const { Resources: resources = [], NotResources: notResources = [], ListOfTags: tags = [] } = selection;
  if (!SELECTION_NAME.test(selection.SelectionName))
    return invalid('SelectionName must be 1 to 50 letters, digits, hyphens, underscores or periods.');
  if (!isRoleArn(selection.IamRoleArn))
    return invalid(`Invalid IamRoleArn: ${selection.IamRoleArn} is not the ARN of a role.`);
  if (resources.length === 0 && tags.length === 0)
    return invalid("Invalid backup selection. Either 'ListOfTags' or 'Resources' section must be non-empty.");
  return arnsFault([...resources, ...notResources]) ?? tagsFault(selection) ?? conditionsFault(selection);
}

export function isRoleArn(text: string): boolean {
  return ROLE_ARN.test(text);
}

/** Whether the selection has to read tags of resources. */
export function usesTags(selection: SelectionDocument): boolean {
  return (selection.ListOfTags ?? []).length > 0 || parametersOf(selection).length > 0;
}

function parametersOf({ Conditions: conditions }: SelectionDocument): readonly ConditionParameter[] {
  return [
    ...(conditions?.StringEquals ?? []),
    ...(conditions?.StringNotEquals ?? []),
    ...(conditions?.StringLike ?? []),
    ...(conditions?.StringNotLike ?? []),
  ];
}

function arnsFault(patterns: readonly string[]): Fault | undefined {
  const bad = patterns.find((pattern) => !RESOURCE_PATTERN.test(pattern));
  if (bad !== undefined)
    return invalid(
      `Invalid resource in backup selection: ${bad}. An ARN may hold * for its Region and account and at its end.`,
    );
  const wildcards = patterns.filter(hasWildcard).length;
  if (wildcards > WILDCARD_ARNS_MAX)
    return limit(`A backup selection may hold at most ${WILDCARD_ARNS_MAX} ARNs with wildcards.`);
  if (patterns.length - wildcards > EXACT_ARNS_MAX)
    return limit(`A backup selection may hold at most ${EXACT_ARNS_MAX} ARNs without wildcards.`);
  return undefined;
}

function tagsFault({ ListOfTags: tags = [] }: SelectionDocument): Fault | undefined {
  if (tags.length > SELECTION_TAGS_MAX) return limit(`A backup selection may hold at most ${SELECTION_TAGS_MAX} tags.`);
  for (const { ConditionType: type, ConditionKey: key } of tags) {
    if (type !== 'STRINGEQUALS') return invalid(`Invalid ConditionType ${type} in ListOfTags: use STRINGEQUALS.`);
    if (key === '') return invalid('Invalid ConditionKey in ListOfTags: it must not be empty.');
  }
  return undefined;
}

function conditionsFault(selection: SelectionDocument): Fault | undefined {
  const parameters = parametersOf(selection);
  if (parameters.length > SELECTION_CONDITIONS_MAX)
    return limit(`A backup selection may hold at most ${SELECTION_CONDITIONS_MAX} conditions.`);
  for (const { ConditionKey: key, ConditionValue: value } of parameters) {
    if (key === undefined || value === undefined)
      return invalid('A condition of a backup selection needs ConditionKey and ConditionValue.');
    if (!key.startsWith(TAG_KEY_PREFIX) || key.length === TAG_KEY_PREFIX.length)
      return invalid(`Invalid ConditionKey ${key} in Conditions: it must have the form ${TAG_KEY_PREFIX}<tag key>.`);
  }
  return undefined;
}

function invalid(message: string): Fault {
  return { kind: 'invalid', message };
}

function limit(message: string): Fault {
  return { kind: 'limit', message };
}
