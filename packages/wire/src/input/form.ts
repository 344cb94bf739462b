/**
 * awsQuery's form fields as the tree that the reader expects: `Tags.member.1.Key=a` is `{ Tags: [{ Key: 'a' }] }`.
 *
 * The shape decides what a field may be: the same text names a member of a structure, an item of a list or an entry of
 * a map. Fields that fit nothing are ignored, as AWS does.
 */
import { unreachable } from '@holdfast/kernel';
import type { Shape, StructureShape } from '../shape.ts';

export type Fields = readonly (readonly [name: string, value: string])[];

/** Deeper names than any input has are ignored: each level costs memory, and a name may be as long as the body. */
const MAX_DEPTH = 24;

interface Node {
  text?: string;
  readonly below: Map<string, Node>;
}

export function formTree(input: StructureShape, fields: Fields): Readonly<Record<string, unknown>> {
  const root: Node = { below: new Map() };
  for (const [name, value] of fields) place(root, name, value);
  return structure(input, root);
}

function place(root: Node, name: string, value: string): void {
  const steps = name.split('.', MAX_DEPTH + 1);
  if (steps.length > MAX_DEPTH) return;
  let node = root;
  for (const step of steps) {
    let next = node.below.get(step);
    if (next === undefined) {
      next = { below: new Map() };
      node.below.set(step, next);
    }
    node = next;
  }
  node.text = value;
}

function structure(shape: StructureShape, node: Node): Readonly<Record<string, unknown>> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const below = node.below.get(member.name);
    if (below !== undefined) value[member.name] = read(member.shape(), below);
  }
  return value;
}

function read(shape: Shape, node: Node): unknown {
  switch (shape.kind) {
    case 'structure':
      return node.below.size === 0 ? node.text : structure(shape, node);
    case 'list':
      // An empty list is sent as `Tags=`.
      return node.below.size === 0 && node.text !== ''
        ? node.text
        : numbered(node, 'member').map((item) => read(shape.item, item));
    case 'map':
      return node.below.size === 0 && node.text !== '' ? node.text : entries(shape.value, node);
    case 'string':
    case 'number':
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return node.text;
    default:
      return unreachable(shape);
  }
}

function entries(valueShape: Shape, node: Node): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    numbered(node, 'entry').flatMap((entry) => {
      const key = entry.below.get('key')?.text;
      const value = entry.below.get('value');
      return key === undefined || value === undefined ? [] : [[key, read(valueShape, value)]];
    }),
  );
}

/** The nodes below `member.1`, `member.2`, … in the order of their numbers; gaps are closed. */
function numbered(node: Node, step: string): Node[] {
  return [...(node.below.get(step)?.below ?? [])]
    .filter(([number]) => /^\d{1,9}$/.test(number))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}
