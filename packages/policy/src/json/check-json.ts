/**
 * Checks a JSON tree against a small part of JSON Schema (draft 2020-12): enough for files of our own.
 *
 * Every complaint says where it stands. Not here: what several members mean together.
 */
import { unreachable } from '@holdfast/kernel';
import type { JsonNode, JsonObject, Position } from './json-node.ts';

export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
}

export interface JsonComplaint {
  readonly path: readonly string[];
  readonly offset: number;
  readonly message: string;
}

/** A complaint with its place in the text. */
export interface PlacedComplaint extends Position {
  readonly path: readonly string[];
  readonly message: string;
}

export function* checkJson(node: JsonNode, schema: JsonSchema, path: readonly string[] = []): Generator<JsonComplaint> {
  const kind = kindOf(node);
  if (kind !== schema.type) {
    yield { path, offset: node.offset, message: `must be of type ${schema.type}, not ${kind}` };
  } else if (node.kind === 'object') {
    yield* checkMembers(node, schema, path);
  } else if (node.kind === 'array') {
    const { items } = schema;
    if (items) for (const [index, item] of node.items.entries()) yield* checkJson(item, items, [...path, `${index}`]);
  } else {
    const complaint = complaintAbout(node.text, schema);
    if (complaint) yield { path, offset: node.offset, message: complaint };
  }
}

function* checkMembers(node: JsonObject, schema: JsonSchema, path: readonly string[]): Generator<JsonComplaint> {
  const properties = schema.properties ?? {};
  const names = new Set<string>();
  for (const { name, offset, value } of node.members) {
    names.add(name);
    const member = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    if (member) yield* checkJson(value, member, [...path, name]);
    else if (member === false) yield { path: [...path, name], offset, message: 'is not known here' };
  }
  for (const name of schema.required ?? []) {
    if (!names.has(name)) yield { path, offset: node.offset, message: `needs ${JSON.stringify(name)}` };
  }
}

function complaintAbout(text: string, schema: JsonSchema): string | undefined {
  if (schema.enum && !schema.enum.some((value) => String(value) === text)) {
    return `must be ${schema.enum.join(' or ')}, not ${JSON.stringify(text)}`;
  }
  if (schema.minLength !== undefined && text.length < schema.minLength) return 'must not be empty';
  if (schema.minimum !== undefined && Number(text) < schema.minimum) return `must be at least ${schema.minimum}`;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text)) {
    return `${JSON.stringify(text)} has another form than ${schema.pattern}`;
  }
  return undefined;
}

function kindOf(node: JsonNode): string {
  return node.kind === 'number' && /^-?\d+$/.test(node.text) ? 'integer' : node.kind;
}

/** The same as plain JavaScript values; names such as `__proto__` stay names. */
export function plainJson(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plainJson(value)]));
    case 'array':
      return node.items.map(plainJson);
    case 'string':
      return node.text;
    case 'number':
    case 'boolean':
    case 'null':
      return JSON.parse(node.text);
    default:
      return unreachable(node);
  }
}
