/** What a change does to the accounts, group by group, for people. */
import {
  type Edit,
  type EffectiveValue,
  type OrganizationDiff,
  type OrganizationSnapshot,
  type SemanticChange,
  writeEffective,
} from '@holdfast/policy';
import { nodePathsOf } from '../organization/node-paths.ts';
import type { Colours } from '../output/colour.ts';
import { listed } from '../output/listed.ts';
import { plural } from '../output/quantities.ts';
import { padEnd, printable } from '../output/text-width.ts';

type Effect = OrganizationDiff['effect'];

const EFFECT_COLUMNS = 'strengthens'.length;

export interface DiffReport {
  /** For the paths of accounts: the organization after the change. */
  readonly snapshot: OrganizationSnapshot;
  readonly colours: Colours;
  /** Name every account. */
  readonly all: boolean;
}

export function diffLines(diff: OrganizationDiff, { snapshot, colours, all }: DiffReport): string[] {
  const { groups, changedAccounts, unchangedAccounts, addedAccounts, removedAccounts } = diff;
  const text = nodePathsOf(snapshot);
  const paths = (ids: readonly string[]): string =>
    listed(ids, { text, max: all ? Number.POSITIVE_INFINITY : undefined });
  return [
    `${plural(changedAccounts, 'account')} ${changedAccounts === 1 ? 'changes' : 'change'}, ${unchangedAccounts.toLocaleString('en-US')} ${unchangedAccounts === 1 ? 'stays' : 'stay'} as before.`,
    ...(addedAccounts.length === 0 ? [] : [`Only after: ${paths(addedAccounts)}`]),
    ...(removedAccounts.length === 0 ? [] : [`Only before: ${paths(removedAccounts)}`]),
    ...groups.flatMap(({ accountIds, changes }) => [
      '',
      `${colours.strong(plural(accountIds.length, 'account'))}: ${paths(accountIds)}`,
      ...changes.flatMap((change) => changeLines(change, colours)),
    ]),
    '',
    conclusion(diff, colours),
  ];
}

function changeLines({ effect, path, message, why }: SemanticChange, colours: Colours): string[] {
  const indent = ' '.repeat(EFFECT_COLUMNS + 4);
  return [
    `  ${effectColour(effect, colours)(padEnd(effect, EFFECT_COLUMNS))}  ${printable(message)}`,
    ...(path.length === 0 ? [] : [`${indent}${colours.faint(printable(path.join('/')))}`]),
    ...(why === undefined ? [] : [`${indent}${printable(why)}`]),
  ];
}

function effectColour(effect: Effect, colours: Colours): (text: string) => string {
  return { weakens: colours.bad, strengthens: colours.good, neutral: colours.faint }[effect];
}

function conclusion({ effect, groups }: OrganizationDiff, colours: Colours): string {
  if (groups.length === 0) return 'Nothing changes.';
  if (effect === 'weakens') return colours.bad('Protection is weakened.');
  return colours.good('Nothing weakens protection.');
}

/** As JSON: parts of effective documents are maps, since `__proto__` is a key like any other in them. */
export function plainDiff(diff: OrganizationDiff): unknown {
  const plainEdits = (edits: readonly Edit[]): unknown[] =>
    edits.map(({ path, before, after }) => ({ path, before: plain(before), after: plain(after) }));
  return {
    ...diff,
    groups: diff.groups.map((group) => ({
      ...group,
      edits: plainEdits(group.edits),
      changes: group.changes.map((change) => ({ ...change, edits: plainEdits(change.edits) })),
    })),
  };
}

function plain(value: EffectiveValue | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(writeEffective(value));
}
