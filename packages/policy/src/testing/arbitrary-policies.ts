/**
 * Random policies for properties: few keys and few values, so that policies meet at the same places.
 *
 * Keys that begin with `l` are lists, with `s` single values, with `c` containers; letter case varies.
 */
import fc from 'fast-check';
import { CONTROL } from './documents.ts';

const VALUES = ['red', 'blue', 'green', 'yellow'];

const controlArbitrary = fc.oneof(
  fc.constant(['@@none']),
  fc.constant(['@@all']),
  fc.subarray(['@@assign', '@@append', '@@remove'], { minLength: 1 }),
);

const items = fc.array(fc.constantFrom(...VALUES), { maxLength: 3 });

export interface PolicyOptions {
  readonly controls: boolean;
}

function setting(key: string, { controls }: PolicyOptions): fc.Arbitrary<Record<string, unknown>> {
  const control: Record<string, fc.Arbitrary<unknown>> = controls ? { [CONTROL]: controlArbitrary } : {};
  const values: Record<string, fc.Arbitrary<unknown>> = key.startsWith('s')
    ? { '@@assign': fc.constantFrom(...VALUES) }
    : { '@@assign': items, '@@append': items, '@@remove': items };
  return fc.record({ ...values, ...control }, { requiredKeys: [] });
}

function container(depth: number, options: PolicyOptions): fc.Arbitrary<Record<string, unknown>> {
  const keys = depth > 0 ? ['l1', 'l2', 's1', 'c1', 'c2'] : ['l1', 's1'];
  const children = Object.fromEntries(
    keys.map((key) => [key, key.startsWith('c') ? container(depth - 1, options) : setting(key, options)]),
  );
  const control: Record<string, fc.Arbitrary<unknown>> = options.controls ? { [CONTROL]: controlArbitrary } : {};
  return fc
    .tuple(fc.record({ ...children, ...control }, { requiredKeys: [] }), fc.boolean())
    .map(([node, upper]) =>
      Object.fromEntries(
        Object.entries(node).map(([key, child]) => [upper && !key.startsWith('@@') ? key.toUpperCase() : key, child]),
      ),
    );
}

/** A policy's content. */
export function policyArbitrary(options: PolicyOptions = { controls: true }): fc.Arbitrary<Record<string, unknown>> {
  return container(2, options);
}

/** Levels from the root down, each with the contents of its policies. */
export function levelsArbitrary(options?: PolicyOptions): fc.Arbitrary<Record<string, unknown>[][]> {
  return fc.array(fc.array(policyArbitrary(options), { maxLength: 3 }), { maxLength: 4 });
}
