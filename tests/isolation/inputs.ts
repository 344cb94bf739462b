/**
 * Inputs made from the schemas and the table of fields: valid ones for whoever owns the things that they name.
 */
import type { Constraint, ConstraintTable, Shape, StructureShape } from '@holdfast/wire';
import { type Field, fieldOf, type Kind } from './fields.ts';
import type { Input, Target } from './wire-call.ts';

/** One of each kind. */
export type Things = Readonly<Record<Kind, string>>;

/** A member that names a thing. */
export interface Naming {
  /** Members' names; items of lists and values of maps add nothing. */
  readonly path: readonly string[];
  readonly kind: Kind;
}

/** Shapes may hold themselves. */
const DEPTH_MAX = 6;
/** Optional in some models, and yet nothing is found or done without them. */
const ALWAYS: ReadonlySet<Kind> = new Set(['roleArn', 'userName']);
/** Members of Holdfast's own changes: which are needed hangs on `Kind`. */
const ALWAYS_MEMBERS: ReadonlySet<string> = new Set(['Policy', 'Target', 'Resources']);

interface Leaf {
  readonly path: readonly string[];
  readonly field: Field | undefined;
}

/** Members of which the table of fields says nothing. */
export async function unknownMembers(target: Target): Promise<string[]> {
  const leaves = await leavesOf(target);
  return leaves.flatMap(({ path, field }) => (field ? [] : [`${target.name} ${path.join('.')}`]));
}

export async function namingsOf(target: Target): Promise<Naming[]> {
  const leaves = await leavesOf(target);
  return leaves.flatMap(({ path, field }) => (isNaming(field) ? [{ path, kind: field.names }] : []));
}

/** The members that hold texts of which the model does not list all values. */
async function leavesOf({ service, shape }: Target): Promise<Leaf[]> {
  const constraints = await service.constraints?.();
  const walk = (structure: StructureShape, path: readonly string[]): Leaf[] =>
    structure.members.flatMap((member): Leaf[] => {
      const below = [...path, member.name];
      const inner = itemOf(member.shape());
      if (inner.kind === 'structure') return below.length > DEPTH_MAX ? [] : walk(inner, below);
      const constraint = constraintOf(constraints, structure.name, member.name);
      const isListed = (constraint?.values ?? constraints?.shapes[constraint?.item ?? '']?.values) !== undefined;
      if (inner.kind !== 'string' || isListed) return [];
      return [{ path: below, field: fieldOf(service.name, shape.name, member.name) }];
    });
  return walk(shape.input, []);
}

function itemOf(shape: Shape): Shape {
  if (shape.kind === 'list') return itemOf(shape.item);
  return shape.kind === 'map' ? itemOf(shape.value) : shape;
}

function isNaming(field: Field | undefined): field is { readonly names: Kind } {
  return typeof field === 'object' && 'names' in field;
}

/** What is required, and what the member at `wanted` needs to be there. */
export async function inputOf(target: Target, things: Things, wanted: readonly string[] = []): Promise<Input> {
  const constraints = await target.service.constraints?.();
  const structure = (shape: StructureShape, path: readonly string[]): Input =>
    Object.fromEntries(
      shape.members.flatMap((member): [string, unknown][] => {
        const below = [...path, member.name];
        const field = fieldOf(target.service.name, target.shape.name, member.name);
        const isWanted = below.every((name, depth) => name === wanted[depth]);
        if (!member.required && !isWanted && !isAlwaysThere(member.name, field)) return [];
        return [[member.name, value(member.shape(), below, constraintOf(constraints, shape.name, member.name))]];
      }),
    );
  const value = (shape: Shape, path: readonly string[], constraint: Constraint | undefined): unknown => {
    const field = fieldOf(target.service.name, target.shape.name, path.at(-1) ?? '');
    if (typeof field === 'object' && 'holds' in field && typeof field.holds === 'object') return field.holds;
    if (shape.kind === 'structure') return structure(shape, path);
    if (shape.kind === 'list') return [value(shape.item, path, constraints?.shapes[constraint?.item ?? ''])];
    if (shape.kind === 'map') return { colour: value(shape.value, path, undefined) };
    if (shape.kind !== 'string') return scalar(shape, target);
    if (isNaming(field)) return things[field.names];
    if (typeof field === 'object') return field.holds;
    return constraint?.values?.[0] ?? 'something';
  };
  return structure(target.shape.input, []);
}

function isAlwaysThere(member: string, field: Field | undefined): boolean {
  if (typeof field !== 'object') return false;
  return 'holds' in field || ALWAYS.has(field.names) || ALWAYS_MEMBERS.has(member);
}

function constraintOf(table: ConstraintTable | undefined, owner: string, member: string): Constraint | undefined {
  const name = table?.members[owner]?.[member];
  return name === undefined ? undefined : table?.shapes[name];
}

function scalar(shape: Shape, { service }: Target): unknown {
  if (shape.kind === 'number') return 1;
  if (shape.kind === 'boolean') return false;
  return service.protocol.kind === 'awsQuery' ? '2030-03-20T05:00:00Z' : 1_900_000_000;
}

/** The input with another value in the member at `path`. */
export function replaced(input: Input, path: readonly string[], value: string): Input {
  const put = (part: unknown, [name, ...rest]: readonly string[]): unknown => {
    if (Array.isArray(part)) return part.map((item: unknown) => put(item, name === undefined ? [] : [name, ...rest]));
    if (name === undefined || typeof part !== 'object' || part === null) return value;
    return { ...part, [name]: put((part as Input)[name], rest) };
  };
  return put(input, path) as Input;
}
