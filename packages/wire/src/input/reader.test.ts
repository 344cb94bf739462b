import { describe, expect, test } from 'vitest';
import type { Shape, StructureShape } from '../shape.ts';
import { readApi } from '../smithy.ts';
import { type TestedService, tested } from '../testing/services.ts';
import { Problems } from './problems.ts';
import { inputReader } from './reader.ts';

const NO_CONSTRAINTS = { members: {}, shapes: {} };
const DEPTH_MAX = 4;

describe.each(Object.entries<TestedService>(tested))('%s', (_name, { sdk }) => {
  const operations = [...readApi(sdk).operations.values()].filter(({ input }) => strings(input, 'x', 0).count > 0);

  test.each(['a\0b', 'half \ud800'])('no text of any operation may hold what no store can keep: %j', (text) => {
    for (const { name, input } of operations) {
      const { value, count } = strings(input, text, 0);
      const problems = new Problems();
      inputReader(input, { constraints: NO_CONSTRAINTS, exemptions: [], body: 'json' })(value, problems);
      const refused = problems.violations.filter(
        ({ rule }) => rule.kind === 'type' && rule.expected.includes('U+0000'),
      );
      expect(refused.length, name).toBe(Math.min(count, 50));
    }
  });

  test('whole surrogate pairs are text', () => {
    for (const { name, input } of operations) {
      const problems = new Problems();
      const { value } = strings(input, '\u{1F600}', 0);
      inputReader(input, { constraints: NO_CONSTRAINTS, exemptions: [], body: 'json' })(value, problems);
      expect(
        problems.violations.filter(({ rule }) => rule.kind === 'type'),
        name,
      ).toEqual([]);
    }
  });
});

/** An input of strings alone, `text` in each of them, and how many they are. */
function strings(
  shape: StructureShape,
  text: string,
  depth: number,
): { value: Record<string, unknown>; count: number } {
  const members = shape.members.flatMap((member) => {
    const made = stringsOf(member.shape(), text, depth + 1);
    return made ? [{ name: member.name, ...made }] : [];
  });
  const chosen = shape.union ? members.slice(0, 1) : members;
  return {
    value: Object.fromEntries(chosen.map(({ name, value }) => [name, value])),
    count: chosen.reduce((sum, { count }) => sum + count, 0),
  };
}

function stringsOf(shape: Shape, text: string, depth: number): { value: unknown; count: number } | undefined {
  if (depth > DEPTH_MAX) return undefined;
  if (shape.kind === 'string') return { value: text, count: 1 };
  if (shape.kind === 'structure') {
    const made = strings(shape, text, depth);
    return made.count > 0 ? made : undefined;
  }
  if (shape.kind !== 'list' && shape.kind !== 'map') return undefined;
  const part = stringsOf(shape.kind === 'list' ? shape.item : shape.value, text, depth);
  return part && { value: shape.kind === 'list' ? [part.value] : { key: part.value }, count: part.count };
}
