/**
 * The language in which policy types are described: a tree of data that check-schema.ts walks along a document.
 */
import type { Instant } from '@holdfast/kernel';
import type { Finding } from '../document/diagnostic.ts';
import type { PolicyNode } from '../document/policy-document.ts';
import type { JsonScalar } from '../json/json-node.ts';

export type Schema = ObjectSchema | MapSchema | SettingSchema | AnySchema;

/** A container with fixed keys, given in lower case. */
export interface ObjectSchema {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, Schema>>;
  /** Keys that must be there whenever the object is. */
  readonly required?: readonly string[];
  /** Rules over several keys. */
  readonly check?: NodeCheck;
}

/** A container whose keys the author chooses. */
export interface MapSchema {
  readonly kind: 'map';
  readonly key: KeyRule;
  readonly entry: Schema;
  readonly entriesMax?: number;
}

/** A leaf. A single value takes `@@assign` alone; a list takes all three operators. */
export interface SettingSchema {
  readonly kind: 'setting';
  readonly many: boolean;
  readonly value: ValueRule;
  /** Of each operator's list. */
  readonly itemsMin?: number;
  readonly itemsMax?: number;
}

/** Anything that the grammar allows: for policy types whose contents we do not know. */
export interface AnySchema {
  readonly kind: 'any';
}

/** What a check may depend on besides the document. */
export interface CheckContext {
  /** Of the request: schedules are judged by their next two runs. */
  readonly now: Instant;
  readonly isRegion: (name: string) => boolean;
}

export interface ValueRule {
  /** What is accepted, in a few words; the suggestion of a diagnostic. */
  readonly expected: string;
  readonly accepts: (value: JsonScalar, context: CheckContext) => boolean;
}

export interface KeyRule {
  readonly expected: string;
  readonly accepts: (name: string, context: CheckContext) => boolean;
}

/** Findings about one node; `path` leads to the node, keys as written. */
export type NodeCheck = (node: PolicyNode, path: readonly string[], context: CheckContext) => readonly Finding[];

export function object(
  fields: Readonly<Record<string, Schema>>,
  more: Pick<ObjectSchema, 'required' | 'check'> = {},
): ObjectSchema {
  return { kind: 'object', fields, ...more };
}

export function map(key: KeyRule, entry: Schema, entriesMax = Number.POSITIVE_INFINITY): MapSchema {
  return { kind: 'map', key, entry, entriesMax };
}

export function single(value: ValueRule): SettingSchema {
  return { kind: 'setting', many: false, value };
}

export function list(value: ValueRule, itemsMin = 0, itemsMax = Number.POSITIVE_INFINITY): SettingSchema {
  return { kind: 'setting', many: true, value, itemsMin, itemsMax };
}

export const any: AnySchema = { kind: 'any' };
