/**
 * Walks a document along its type's schema and reports all that does not fit.
 *
 * The document has passed the grammar or is what could be made of it; both report, nothing is reported twice.
 */
import { unreachable } from '@holdfast/kernel';
import type { Finding } from '../document/diagnostic.ts';
import type { PolicyChild, PolicyNode, WrittenValue } from '../document/policy-document.ts';
import type { JsonScalar } from '../json/json-node.ts';
import { nearestName } from './nearest-name.ts';
import type { CheckContext, MapSchema, ObjectSchema, Schema, SettingSchema } from './schema.ts';

type Path = readonly string[];

export function checkSchema(root: PolicyNode, schema: Schema, context: CheckContext): readonly Finding[] {
  return [...check(root, schema, [], context)];
}

function* check(node: PolicyNode, schema: Schema, path: Path, context: CheckContext): Generator<Finding, void> {
  switch (schema.kind) {
    case 'any':
      return;
    case 'object':
      return yield* checkObject(node, schema, path, context);
    case 'map':
      return yield* checkMap(node, schema, path, context);
    case 'setting':
      return yield* checkSetting(node, schema, path, context);
    default:
      return unreachable(schema);
  }
}

function* checkObject(
  node: PolicyNode,
  schema: ObjectSchema,
  path: Path,
  context: CheckContext,
): Generator<Finding, void> {
  yield* refuseValues(node, path);
  for (const [key, child] of node.children) {
    const childPath = [...path, child.name];
    if (Object.hasOwn(schema.fields, key)) {
      const field = schema.fields[key];
      if (field) yield* check(child.node, field, childPath, context);
    } else {
      yield unknownKey(key, child, childPath, Object.keys(schema.fields));
    }
  }
  for (const key of schema.required ?? []) {
    if (isGiven(node.children.get(key)?.node, schema.fields[key])) continue;
    const message = `${key} is missing`;
    yield { code: 'missing-key', offset: node.offset, path, message, suggestion: `Add "${key}"` };
  }
  if (schema.check) yield* schema.check(node, path, context);
}

/** A required setting needs a value in this very document; a required container may be an empty fragment. */
function isGiven(node: PolicyNode | undefined, schema: Schema | undefined): boolean {
  if (!node) return false;
  return schema?.kind !== 'setting' || valuesOf(node).length > 0;
}

function* checkMap(node: PolicyNode, schema: MapSchema, path: Path, context: CheckContext): Generator<Finding, void> {
  yield* refuseValues(node, path);
  if (schema.entriesMax !== undefined && node.children.size > schema.entriesMax) {
    const message = `${node.children.size} entries are more than the ${schema.entriesMax} that there may be`;
    yield { code: 'too-many-elements', offset: node.offset, path, message };
  }
  for (const { name, offset, node: child } of node.children.values()) {
    const childPath = [...path, name];
    if (!schema.key.accepts(name, context)) {
      const message = `${JSON.stringify(name)} cannot be a key here`;
      yield { code: 'key-name', offset, path: childPath, message, suggestion: `Use ${schema.key.expected}` };
    }
    yield* check(child, schema.entry, childPath, context);
  }
}

function* checkSetting(
  node: PolicyNode,
  schema: SettingSchema,
  path: Path,
  context: CheckContext,
): Generator<Finding, void> {
  for (const child of node.children.values()) {
    const suggestion = 'A setting holds operators only, such as "@@assign"';
    const message = `${child.name} cannot stand in a setting`;
    yield { code: 'unknown-key', offset: child.offset, path: [...path, child.name], message, suggestion };
  }
  for (const value of valuesOf(node)) {
    const valuePath = [...path, value.name];
    if (!schema.many && value !== node.assign) {
      const message = `${value.name} needs a setting with several values`;
      yield {
        code: 'operator-not-allowed',
        offset: value.offset,
        path: valuePath,
        message,
        suggestion: 'Use "@@assign"',
      };
    } else if (value.isList !== schema.many) {
      const message = schema.many
        ? `${value.name} takes a list here`
        : `${value.name} takes one value here, not a list`;
      yield { code: 'operator-value', offset: value.offset, path: valuePath, message };
    } else {
      yield* checkValues(value, schema, valuePath, context);
    }
  }
}

function* checkValues(
  value: WrittenValue,
  schema: SettingSchema,
  path: Path,
  context: CheckContext,
): Generator<Finding, void> {
  const { expected, accepts } = schema.value;
  if (value.scalars.length < (schema.itemsMin ?? 0)) {
    const message = `The list needs at least ${schema.itemsMin} item`;
    yield { code: 'too-few-elements', offset: value.offset, path, message };
  }
  if (schema.itemsMax !== undefined && value.scalars.length > schema.itemsMax) {
    const message = `${value.scalars.length} items are more than the ${schema.itemsMax} that there may be`;
    yield { code: 'too-many-elements', offset: value.offset, path, message };
  }
  for (const scalar of value.scalars) {
    if (accepts(scalar, context)) continue;
    const message = `${shown(scalar)} is not accepted here`;
    yield { code: 'value', offset: scalar.offset, path, message, suggestion: `Use ${expected}` };
  }
}

function* refuseValues(node: PolicyNode, path: Path): Generator<Finding, void> {
  for (const { name, offset } of valuesOf(node)) {
    const message = `${name} cannot stand on a container`;
    const suggestion = 'Put it on the settings inside';
    yield { code: 'operator-not-allowed', offset, path: [...path, name], message, suggestion };
  }
}

function valuesOf(node: PolicyNode): readonly WrittenValue[] {
  return [node.assign, node.append, node.remove].filter((value) => value !== undefined);
}

function unknownKey(key: string, child: PolicyChild, path: Path, known: readonly string[]): Finding {
  const near = nearestName(key, known);
  const suggestion = near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}`;
  return { code: 'unknown-key', offset: child.offset, path, message: `${child.name} is unknown here`, suggestion };
}

/** A value as a diagnostic quotes it, cut to a readable length. */
function shown({ kind, text }: JsonScalar): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return kind === 'string' ? JSON.stringify(cut) : cut;
}
