/**
 * RFC 6902: changes to a JSON document, all or none. The given document stays as it is.
 */

import { strictJson } from './strict-json.ts';

export class PatchError extends Error {
  override readonly name = 'PatchError';
}

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  /** Reference tokens of the JSON pointer, unescaped. */
  readonly path: readonly string[];
  readonly from: readonly string[] | undefined;
  readonly value: unknown;
}

const OPERATIONS_MAX = 1_000;
const NAMES = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

export function parsePatch(text: string): PatchOperation[] {
  const patch = parsed(text);
  if (!Array.isArray(patch)) throw new PatchError('The patch document must be a JSON array of operations.');
  if (patch.length > OPERATIONS_MAX) throw new PatchError(`A patch document has at most ${OPERATIONS_MAX} operations.`);
  return patch.map((each: unknown, index) => operationOf(each, index));
}

export function applyPatch(document: unknown, patch: readonly PatchOperation[]): unknown {
  return patch.reduce<unknown>((changed, operation) => applied(changed, operation), structuredClone(document));
}

function applied(document: unknown, { op, path, from = [], value }: PatchOperation): unknown {
  switch (op) {
    case 'add':
      return added(document, path, structuredClone(value));
    case 'remove':
      return removed(document, path);
    case 'replace':
      at(document, path);
      return path.length === 0 ? structuredClone(value) : added(removed(document, path), path, structuredClone(value));
    case 'move': {
      const moved = at(document, from);
      return added(removed(document, from), path, moved);
    }
    case 'copy':
      return added(document, path, structuredClone(at(document, from)));
    case 'test':
      if (canonical(at(document, path)) !== canonical(value))
        throw new PatchError(`The test of ${pointer(path)} failed.`);
      return document;
  }
}

function added(document: unknown, path: readonly string[], value: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = at(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : indexIn(parent, last, path, 1), 0, value);
  else if (isObject(parent))
    Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  else throw missing(path);
  return document;
}

function removed(document: unknown, path: readonly string[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return null;
  at(document, path);
  const parent = at(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last, path, 0), 1);
  else if (isObject(parent)) delete parent[last];
  return document;
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, token) => {
    if (Array.isArray(value)) return value[indexIn(value, token, path, 0)];
    if (isObject(value) && Object.hasOwn(value, token)) return value[token];
    throw missing(path);
  }, document);
}

/** `beyond` 1: the place after the last item is one too. */
function indexIn(list: readonly unknown[], token: string, path: readonly string[], beyond: 0 | 1): number {
  const index = /^(0|[1-9]\d*)$/.test(token) ? Number(token) : Number.NaN;
  if (!(index < list.length + beyond)) throw missing(path);
  return index;
}

function operationOf(value: unknown, index: number): PatchOperation {
  const where = `Operation ${index} of the patch document`;
  if (!isObject(value)) throw new PatchError(`${where} is not an object.`);
  const op = NAMES.find((name) => name === value['op']);
  if (!op) throw new PatchError(`${where} must have an op of ${NAMES.join(', ')}.`);
  const needsFrom = op === 'move' || op === 'copy';
  if ((op === 'add' || op === 'replace' || op === 'test') && !Object.hasOwn(value, 'value')) {
    throw new PatchError(`${where} has no value.`);
  }
  const from = needsFrom ? tokensOf(value['from'], `${where}: from`) : undefined;
  const path = tokensOf(value['path'], `${where}: path`);
  if (op === 'move' && from && path.length > from.length && from.every((token, level) => token === path[level])) {
    throw new PatchError(`${where} moves a value into itself.`);
  }
  return { op, path, from, value: value['value'] };
}

function tokensOf(value: unknown, where: string): string[] {
  if (typeof value !== 'string' || (value !== '' && !value.startsWith('/')) || /~(?![01])/.test(value)) {
    throw new PatchError(`${where} is not a JSON pointer.`);
  }
  return value
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function missing(path: readonly string[]): PatchError {
  return new PatchError(`There is nothing at ${pointer(path)}.`);
}

function pointer(path: readonly string[]): string {
  return path.length === 0 ? 'the root' : path.map((token) => `/${token}`).join('');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return strictJson(text);
  } catch (cause) {
    throw new PatchError(`The patch document is not JSON: ${cause instanceof Error ? cause.message : ''}.`, { cause });
  }
}
