import { expect, test } from 'vitest';
import { effectiveJson, setting } from '../testing/documents.ts';

/** Organizations spec 4.7: P0, then P1 on one entity, P2 one level below. */
type Row = [
  name: string,
  p0: string,
  p1: string,
  p2: string,
  after0: string[] | '',
  after01: string[] | '',
  all: string[] | '',
];

test.each<Row>([
  ['multi', '=red +blue -red', '', '', ['blue'], ['blue'], ['blue']],
  ['child multi', '=red,blue', '', '=green +yellow -green', ['red', 'blue'], ['red', 'blue'], ['yellow']],
  ['same assign', '=red', '=blue', '', ['red'], ['red'], ['red']],
  ['same assign lists', '=red,blue', '=blue,green', '', '', ['red', 'blue'], ['red', 'blue']],
  ['assign+append peers', '=red', '+blue', '', '', ['red', 'blue'], ''],
  ['append+assign peers', '+red', '=blue', '', ['red'], ['blue', 'red'], ''],
  ['append+append peers', '+red', '+blue', '', '', ['red', 'blue'], ''],
  ['append+remove peers', '+red', '-red', '', ['red'], [], []],
  ['remove+append peers', '-red', '+red', '', ['*'], [], []],
  ['assign+remove peers', '=red,blue', '-red', '', '', ['blue'], ''],
  ['replace', '=red,blue', '', '=green', '', '', ['green']],
  ['append dedupe', '=red,blue', '', '+blue,green', '', '', ['red', 'blue', 'green']],
  ['remove missing', '=red,blue', '', '-red,missing', '', '', ['blue']],
  ['leaf lock', '=red !none', '', '=green', '', '', ['red']],
  ['append only', '=red !append', '', '+green', '', '', ['red', 'green']],
  ['cannot unlock', '=red !append', '', '=green !all', '', '', ['red']],
  ['control intersection', '=red !append', '!remove', '+green', '', '', ['red']],
  ['remove all', '=red', '', '-red', '', '', []],
  ['orphan remove', '', '', '-red', '', '', ['*']],
])('recorded merge: %s', (_name, p0, p1, p2, after0, after01, all) => {
  const tagValue = (...levels: string[][]) => {
    const contents = levels.map((level) => level.filter((text) => text !== '').map(tagPolicy));
    return effectiveJson('TAG_POLICY', ...contents);
  };
  const expected = (value: string[]) => ({ tags: { k: { tag_key: 'k', tag_value: value } } });
  if (after0 !== '') expect(tagValue([p0])).toEqual(expected(after0));
  if (after01 !== '') expect(tagValue([p0, p1])).toEqual(expected(after01));
  if (all !== '') expect(tagValue([p0, p1], [p2])).toEqual(expected(all));
});

test('recorded merge: container lock leaves the settings in it open', () => {
  const root = { tags: { k: { ...setting('!none'), tag_value: setting('=red') } } };
  expect(effectiveJson('TAG_POLICY', [root], [tagPolicy('=blue')])).toEqual({
    tags: { k: { tag_key: 'k', tag_value: ['blue'] } },
  });
});

test('recorded merge: scalars become text before they are compared', () => {
  const root = { tags: { k: { tag_value: { '@@assign': [12, true, null] } } } };
  const child = { tags: { k: { tag_value: { '@@append': ['12', 13] } } } };
  expect(effectiveJson('TAG_POLICY', [root], [])).toHaveProperty('tags.k.tag_value', ['12', 'true', 'null']);
  expect(effectiveJson('TAG_POLICY', [root], [child])).toHaveProperty('tags.k.tag_value', ['12', 'true', 'null', '13']);
});

test('recorded merge: keys are one without regard to letter case and end in lower case', () => {
  const root = { tags: { Empty: {}, Default: { tag_value: setting('=red') } } };
  const child = { tags: { default: { tag_value: setting('+blue') } } };
  expect(effectiveJson('TAG_POLICY', [root], [])).toEqual({
    tags: { empty: { tag_key: 'empty', tag_value: ['*'] }, default: { tag_key: 'default', tag_value: ['red'] } },
  });
  expect(effectiveJson('TAG_POLICY', [root], [child])).toHaveProperty('tags.default.tag_value', ['red', 'blue']);
});

function tagPolicy(text: string): unknown {
  return { tags: { k: { tag_value: setting(text) } } };
}
