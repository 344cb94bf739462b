/**
 * The committed tables against the SDK's schemas: a constraint on a member that does not exist would never be checked.
 */
import { describe, expect, test } from 'vitest';
import { wrongExemptions } from '../input/exemptions.ts';
import { anchored } from '../input/rules.ts';
import type { Shape, StructureShape } from '../shape.ts';
import { readApi } from '../smithy.ts';
import { type TestedService, tested } from '../testing/services.ts';
import type { Constraint, ConstraintTable } from './table.ts';

describe.each(Object.entries<TestedService>(tested))('%s', (_name, { sdk, settings }) => {
  const api = readApi(sdk);
  const structures = new Map<string, StructureShape>();
  for (const { input } of api.operations.values()) collect(input, structures);
  const load = async (): Promise<ConstraintTable> => (await settings.constraints?.()) ?? { shapes: {}, members: {} };

  test('constrains members that an input can hold, by constraints that fit their type', async () => {
    const { members, shapes } = await load();
    const wrong = Object.entries(members).flatMap(([structure, constrained]) =>
      Object.entries(constrained)
        .filter(([member, constraint]) => !fits(shapes, constraint, memberShape(structures.get(structure), member)))
        .map(([member, constraint]) => `${structure}.${member}: ${constraint}`),
    );
    expect(wrong).toEqual([]);
    expect(Object.keys(members).length).toBeGreaterThan(5);
  });

  test('holds no constraint that nothing refers to', async () => {
    const { members, shapes } = await load();
    const used = new Set(Object.values(members).flatMap((constrained) => Object.values(constrained)));
    for (const { item, key, value } of Object.values(shapes))
      for (const name of [item, key, value]) if (name) used.add(name);
    expect(Object.keys(shapes).filter((name) => !used.has(name))).toEqual([]);
  });

  test('has patterns that are regular expressions and match whole texts only', async () => {
    const { shapes } = await load();
    for (const { pattern, regex } of Object.values(shapes)) {
      if (pattern === undefined) continue;
      const expression = anchored(regex ?? pattern);
      if (pattern.startsWith('^')) expect(expression.test('\uFFFE\n'), pattern).toBe(false);
    }
  });

  test('exempts members that exist', () => {
    expect(wrongExemptions(api, settings.unenforced)).toEqual([]);
  });
});

test.each<[path: string, exists: boolean]>([
  ['BackupPlan.Rules[].RuleName', true],
  ['BackupPlanTags', true],
  ['BackupPlanTags{}', true],
  ['BackupPlanTags{key}', true],
  ['BackupPlan.Rules.RuleName', false],
  ['BackupPlan.Rule[].RuleName', false],
  ['BackupPlanTags[]', false],
])('the exemption of CreateBackupPlan at %s exists: %s', (path, exists) => {
  const api = readApi(tested.backup.sdk);
  const wrong = wrongExemptions(api, { CreateBackupPlan: [{ path, kinds: ['pattern'] }] });
  expect(wrong).toEqual(exists ? [] : [`CreateBackupPlan: ${path}`]);
});

test('a pattern with branches matches whole texts in each of them', () => {
  const target = anchored('^(r-[0-9a-z]{4,32})|(\\d{12})$');
  expect(target.test('r-abcd')).toBe(true);
  expect(target.test('111122223333')).toBe(true);
  expect(target.test('r-abcd!')).toBe(false);
  expect(target.test('x111122223333')).toBe(false);
});

function collect(structure: StructureShape, into: Map<string, StructureShape>): void {
  if (into.has(structure.name)) return;
  into.set(structure.name, structure);
  for (const member of structure.members) collectInner(member.shape(), into);
}

function collectInner(shape: Shape, into: Map<string, StructureShape>): void {
  if (shape.kind === 'structure') collect(shape, into);
  if (shape.kind === 'list') collectInner(shape.item, into);
  if (shape.kind === 'map') collectInner(shape.value, into);
}

function memberShape(structure: StructureShape | undefined, name: string): Shape | undefined {
  return structure?.members.find((member) => member.name === name)?.shape();
}

function fits(shapes: ConstraintTable['shapes'], name: string, shape: Shape | undefined): boolean {
  const constraint = shapes[name];
  if (constraint === undefined || shape === undefined) return false;
  const kinds = kindsOf(constraint);
  const inner = [
    constraint.item === undefined || (shape.kind === 'list' && fits(shapes, constraint.item, shape.item)),
    constraint.value === undefined || (shape.kind === 'map' && fits(shapes, constraint.value, shape.value)),
  ];
  return kinds.every((allowed) => allowed.includes(shape.kind)) && inner.every(Boolean);
}

/** For each thing that is constrained, the kinds of shapes it can be meant for. */
function kindsOf(constraint: Constraint): Shape['kind'][][] {
  const kinds: Shape['kind'][][] = [];
  if (constraint.pattern !== undefined || constraint.values) kinds.push(['string']);
  if (constraint.range || constraint.integer !== undefined) kinds.push(['number']);
  if (constraint.length) kinds.push(['string', 'blob', 'list', 'map']);
  if (constraint.key !== undefined) kinds.push(['map']);
  return kinds;
}
