/**
 * The only module that knows how the SDK describes its schemas: everything else reads `Shape`.
 *
 * The SDK's maintainers call schemas a detail of generated clients, so its packages are pinned exactly, and a trait
 * that is not understood here stops the start instead of being passed over.
 */
import { assert } from '@holdfast/kernel';
import { NormalizedSchema } from '@smithy/core/schema';
import type {
  Api,
  Binding,
  ErrorShape,
  Member,
  OperationShape,
  Shape,
  StructureShape,
  TimestampFormat,
} from './shape.ts';

type Ref = Parameters<typeof NormalizedSchema.of>[0];
type Traits = ReturnType<NormalizedSchema['getMergedTraits']>;

const OPERATION = 9;
const ERROR = -3;
/** The namespace of schemas that no model has: the SDK's base class of a service's errors. */
const MADE_UP = 'smithy.ts.sdk.synthetic';

/** Traits that change nothing on the wire, or that are read below. */
const KNOWN_TRAITS = new Set([
  'http',
  'httpLabel',
  'httpQuery',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'error',
  'httpError',
  'awsQueryError',
]);

/** Reads every operation and error that the SDK module exports as `Name$`. */
export function readApi(sdk: object): Api {
  const operations = new Map<string, OperationShape>();
  const errors = new Map<string, ErrorShape>();
  for (const schema of exportedSchemas(sdk)) {
    if (schema[0] === OPERATION) operations.set(schema[2], readOperation(schema));
    else if (!schema[1].startsWith(MADE_UP)) errors.set(schema[2], readError(schema));
  }
  return { operations, errors };
}

/** The names alone, without reading the shapes behind them: cheap enough for the start. */
export function operationNames(sdk: object): string[] {
  return exportedSchemas(sdk).flatMap((schema) => (schema[0] === OPERATION ? [schema[2]] : []));
}

type Exported = readonly [typeof OPERATION | typeof ERROR, string, string, unknown, unknown, unknown, ...unknown[]];

function exportedSchemas(sdk: object): Exported[] {
  return Object.entries(sdk).flatMap(([name, value]) => (name.endsWith('$') && isExported(value) ? [value] : []));
}

function isExported(value: unknown): value is Exported {
  return Array.isArray(value) && (value[0] === OPERATION || value[0] === ERROR) && typeof value[2] === 'string';
}

function readOperation(schema: Exported): OperationShape {
  const [, , name, traits, input, output] = schema;
  const http = httpTrait(name, traits);
  return {
    name,
    input: readStructure(normalize(input)),
    output: readStructure(normalize(output)),
    noOutput: normalize(output).isUnitSchema(),
    http,
  };
}

function httpTrait(operation: string, traits: unknown): OperationShape['http'] {
  if (typeof traits !== 'object' || traits === null || !('http' in traits)) return undefined;
  const { http } = traits;
  assert(Array.isArray(http) && http.length === 3, `${operation} has an http trait of an unknown form`);
  const [method, path, status] = http as unknown[];
  assert(
    typeof method === 'string' && typeof path === 'string' && typeof status === 'number',
    `${operation}: http trait`,
  );
  return { method, path, status };
}

function readError(schema: Exported): ErrorShape {
  const normalized = normalize(schema);
  const traits = traitsOf(normalized);
  return {
    structure: readStructure(normalized),
    fault: traits.error === 'server' ? 'server' : 'client',
    httpStatus: typeof traits.httpError === 'number' ? traits.httpError : undefined,
    query: readQueryError(traits.awsQueryError),
  };
}

function readQueryError(trait: unknown): ErrorShape['query'] {
  if (!Array.isArray(trait)) return undefined;
  const [code, httpStatus] = trait as unknown[];
  assert(typeof code === 'string' && typeof httpStatus === 'number', 'awsQueryError has an unknown form');
  return { code, httpStatus };
}

function normalize(ref: unknown): NormalizedSchema {
  return NormalizedSchema.of(ref as Ref);
}

const structures = new WeakMap<object, StructureShape>();

function readStructure(schema: NormalizedSchema): StructureShape {
  if (schema.isUnitSchema()) return { kind: 'structure', name: 'Unit', union: false, members: [] };
  const tuple = schema.getSchema();
  assert(Array.isArray(tuple), `${schema.getName(true)} is not a structure`);
  const known = structures.get(tuple);
  if (known) return known;
  // The seventh element counts the required members, which stand first.
  const required = typeof tuple[6] === 'number' ? tuple[6] : 0;
  const structure: StructureShape = {
    kind: 'structure',
    name: schema.getName() ?? '',
    union: schema.isUnionSchema(),
    members: Array.from(schema.structIterator(), ([name, member], position) =>
      readMember(name, member, position < required),
    ),
  };
  structures.set(tuple, structure);
  return structure;
}

function readMember(name: string, schema: NormalizedSchema, required: boolean): Member {
  const traits = traitsOf(schema);
  let shape: Shape | undefined;
  return {
    name,
    required: required || traits.httpLabel !== undefined,
    sensitive: isSensitive(schema),
    binding: bindingOf(traits),
    shape: () => {
      shape ??= readShape(schema);
      return shape;
    },
  };
}

/** Of lists and maps also when their items are. */
function isSensitive(schema: NormalizedSchema): boolean {
  if (traitsOf(schema).sensitive !== undefined) return true;
  return (schema.isListSchema() || schema.isMapSchema()) && isSensitive(schema.getValueSchema());
}

function bindingOf(traits: Traits): Binding {
  if (traits.httpLabel !== undefined) return { in: 'label' };
  if (traits.httpQuery !== undefined) return { in: 'query', name: traits.httpQuery };
  return { in: 'body' };
}

function readShape(schema: NormalizedSchema): Shape {
  traitsOf(schema);
  if (schema.isStructSchema()) return readStructure(schema);
  if (schema.isListSchema()) return { kind: 'list', item: readShape(schema.getValueSchema()) };
  if (schema.isMapSchema()) return { kind: 'map', value: readShape(schema.getValueSchema()) };
  if (schema.isStringSchema()) return { kind: 'string' };
  if (schema.isNumericSchema()) return { kind: 'number' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isTimestampSchema()) return { kind: 'timestamp', format: TIMESTAMP_FORMATS.get(schema.getSchema()) };
  assert(schema.isBlobSchema() && !schema.isStreaming(), `${schema.getName(true)} is of a kind that is not supported`);
  return { kind: 'blob' };
}

const TIMESTAMP_FORMATS = new Map<unknown, TimestampFormat>([
  [5, 'date-time'],
  [6, 'http-date'],
  [7, 'epoch-seconds'],
]);

function traitsOf(schema: NormalizedSchema): Traits {
  const traits = schema.getMergedTraits();
  for (const trait of Object.keys(traits)) {
    assert(
      KNOWN_TRAITS.has(trait),
      `${schema.getName(true)} has the trait ${trait}, which the wire layer does not know`,
    );
  }
  return traits;
}
