/**
 * Writes `packages/wire/src/constraints/<service>.ts`: the lengths, ranges, patterns and enums of inputs that the SDK's
 * schemas do not hold.
 *
 *     node tools/generate-constraints.ts <folder with the services' models as JSON>
 *
 * Only what an operation's input can reach is written. Where the SDK knows more values of an enum than the models, or
 * members that the models lack, the SDK's enums are added; other constraints on such members are unknown and not
 * invented.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type ConstraintTable, readApi, type Shape, type StructureShape } from '@holdfast/wire';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Constraint = Writable<ConstraintTable['shapes'][string]>;

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly t: string }>>;
  readonly item?: string;
  readonly key?: string;
  readonly value?: string;
  readonly length?: readonly [number | null, number | null];
  readonly range?: readonly [number | null, number | null];
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface Model {
  readonly source: string;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

const SERVICES = ['backup', 'cloudtrail', 'organizations', 'iam', 'sts'];
/** Patterns that allow everything, or that lost their end on the way into the models. */
const NO_PATTERN = new Set(['^[\\s\\S]*$', '.*', '^(?s)']);
/**
 * Limits seen in recorded answers on members that the models lack: service → structure → member → constraint of the
 * model.
 */
const RECORDED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  organizations: {
    ListAccountsWithInvalidEffectivePolicyRequest: { MaxResults: 'MaxResults' },
    ListEffectivePolicyValidationErrorsRequest: { MaxResults: 'MaxResults' },
  },
};
const INTEGERS_32 = /^(integer|integerType|Integer)$/;
const FRACTIONS = /^(double|float)/i;

async function generate(service: string): Promise<void> {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: node tools/generate-constraints.ts <models folder>');
  const model = JSON.parse(readFileSync(path.join(folder, `${service}.json`), 'utf8')) as Model;
  const sdk = (await import(`@aws-sdk/client-${service}`)) as Record<string, unknown>;
  const table = new Table(model, enumsOf(sdk), declarationsOf(service), RECORDED[service] ?? {});
  for (const operation of readApi(sdk).operations.values()) table.addStructure(operation.input);
  const file = path.join(import.meta.dirname, '../packages/wire/src/constraints/generated', `${service}.ts`);
  writeFileSync(file, render(service, table));
  console.log(
    `${service}: ${Object.keys(table.shapes).length} constraints, ${Object.keys(table.members).length} structures`,
  );
}

class Table {
  readonly shapes: Record<string, Constraint> = {};
  readonly members: Record<string, Record<string, string>> = {};
  readonly #seen = new Set<string>();
  readonly #model: Model;
  readonly #enums: ReadonlyMap<string, readonly string[]>;
  readonly #declarations: string;
  readonly #recorded: Readonly<Record<string, Readonly<Record<string, string>>>>;

  constructor(
    model: Model,
    enums: ReadonlyMap<string, readonly string[]>,
    declarations: string,
    recorded: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ) {
    this.#recorded = recorded;
    this.#model = model;
    this.#enums = enums;
    this.#declarations = declarations;
  }

  addStructure(structure: StructureShape): void {
    if (this.#seen.has(structure.name)) return;
    this.#seen.add(structure.name);
    const modelled = this.#model.shapes[structure.name]?.members ?? {};
    const members: [string, string][] = [];
    for (const member of structure.members) {
      const target = modelled[member.name]?.t ?? this.#recorded[structure.name]?.[member.name];
      const shape = member.shape();
      const name = target === undefined ? this.#newerEnum(structure.name, member.name) : this.#add(target, shape);
      if (name !== undefined) members.push([member.name, name]);
      this.#addInner(shape);
    }
    if (members.length > 0) this.members[structure.name] = Object.fromEntries(members);
  }

  #addInner(shape: Shape): void {
    if (shape.kind === 'structure') this.addStructure(shape);
    else if (shape.kind === 'list') this.#addInner(shape.item);
    else if (shape.kind === 'map') this.#addInner(shape.value);
  }

  /** Adds the constraint of a model's shape; its name, unless it constrains nothing. */
  #add(name: string, shape: Shape): string | undefined {
    if (shape.kind === 'structure') return undefined;
    if (shape.kind === 'number' && this.#model.shapes[name] === undefined) return this.#addInteger(name);
    const constraint = this.#constraint(this.#model.shapes[name], name, shape);
    if (Object.keys(constraint).length === 0) return undefined;
    this.shapes[name] = constraint;
    return name;
  }

  #addInteger(name: string): string | undefined {
    if (FRACTIONS.test(name)) return undefined;
    const [integer, bits] = INTEGERS_32.test(name) ? (['integer', 32] as const) : (['long', 64] as const);
    this.shapes[integer] = { integer: bits };
    return integer;
  }

  #constraint(shape: ModelShape | undefined, name: string, kind: Shape): Constraint {
    const constraint: Constraint = {};
    if (shape === undefined) return constraint;
    if (kind.kind === 'number') constraint.integer = shape.type === 'long' ? 64 : 32;
    if (shape.range) constraint.range = shape.range;
    if (shape.length && !(shape.length[0] === 0 && shape.length[1] === null)) constraint.length = shape.length;
    if (shape.pattern !== undefined && !NO_PATTERN.has(shape.pattern))
      Object.assign(constraint, patternOf(shape.pattern));
    if (shape.enum) constraint.values = [...new Set([...shape.enum, ...(this.#enums.get(name.toLowerCase()) ?? [])])];
    if (kind.kind === 'list' && shape.item !== undefined)
      Object.assign(constraint, this.#inner('item', shape.item, kind.item));
    if (kind.kind === 'map') {
      if (shape.key !== undefined) Object.assign(constraint, this.#inner('key', shape.key, { kind: 'string' }));
      if (shape.value !== undefined) Object.assign(constraint, this.#inner('value', shape.value, kind.value));
    }
    return constraint;
  }

  #inner(role: 'item' | 'key' | 'value', name: string, shape: Shape): Constraint {
    const added = this.#add(name, shape);
    return added === undefined ? {} : { [role]: added };
  }

  /** A member that the model lacks: the SDK's types say when it is an enum. */
  #newerEnum(structure: string, member: string): string | undefined {
    const declaration = new RegExp(`export interface ${structure} \\{(.*?)\\n\\}`, 's').exec(this.#declarations)?.[1];
    const type = new RegExp(`\\n    ${member}\\??: (\\w+)(\\[\\])? \\| undefined;`).exec(declaration ?? '');
    const values = this.#enums.get(type?.[1]?.toLowerCase() ?? '');
    if (type?.[1] === undefined || values === undefined) return undefined;
    this.shapes[type[1]] ??= { values };
    if (type[2] === undefined) return type[1];
    this.shapes[`${type[1]}List`] ??= { item: type[1] };
    return `${type[1]}List`;
  }
}

function patternOf(pattern: string): Pick<Constraint, 'pattern' | 'regex'> {
  if (isUnicodeRegex(pattern)) return { pattern };
  const regex = pattern.replace(/\\([^\w])/g, (escaped, char: string) =>
    '^$\\.*+?()[]{}|/-'.includes(char) ? escaped : char,
  );
  const plain = regex.replace(/\\_/g, '_');
  if (!isUnicodeRegex(plain)) throw new Error(`not a regular expression: ${pattern}`);
  return { pattern, regex: plain };
}

function isUnicodeRegex(source: string): boolean {
  try {
    return new RegExp(source, 'u') !== undefined;
  } catch {
    return false;
  }
}

/** The SDK's enums are exported as objects whose keys are their values. */
function enumsOf(sdk: Record<string, unknown>): Map<string, readonly string[]> {
  const enums = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(sdk)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const values = Object.values(value);
    if (values.length > 0 && values.every((one) => typeof one === 'string')) enums.set(name.toLowerCase(), values);
  }
  return enums;
}

function declarationsOf(service: string): string {
  const entry = createRequire(import.meta.url).resolve(`@aws-sdk/client-${service}`);
  return readFileSync(path.join(path.dirname(entry), '../dist-types/models/models_0.d.ts'), 'utf8');
}

function render(service: string, table: Table): string {
  const sorted = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const shapes = entries(sorted(table.shapes));
  const members = entries(sorted(table.members));
  return `/**
 * Generated by tools/generate-constraints.ts: do not edit.
 *
 * Derived from the service model of ${service} (Apache-2.0, Copyright Amazon.com, Inc. or its affiliates) and from the
 * enums of
 * @aws-sdk/client-${service} (Apache-2.0). Changed: reduced to the constraints of what an input can reach.
 */
import type { ConstraintTable } from '../table.ts';

export const table: ConstraintTable = {
  shapes: {
${shapes}
  },
  members: {
${members}
  },
};
`;
}

function entries(record: Record<string, unknown>): string {
  return Object.entries(record)
    .map(([name, value]) => `    ${name}: ${literal(value)},`)
    .join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${literal(inner)}`)
      .join(', ')} }`;
  }
  return JSON.stringify(value);
}

for (const service of SERVICES) await generate(service);
