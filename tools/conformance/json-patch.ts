/**
 * JSON Patch (RFC 6902) on trees that keep the spelling of numbers. Throws where a patch does not fit its document: the
 * cases are data of ours, and a bad one must not pass.
 */
import type { JsonMember, JsonNode } from '@holdfast/policy';

export function applyPatch(document: JsonNode, patch: JsonNode): JsonNode {
  if (patch.kind !== 'array') throw new Error('A patch is a list of operations');
  return patch.items.reduce(applyOperation, document);
}

export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.find((member) => member.name === name)?.value : undefined;
}

export function stringOf(node: JsonNode | undefined, name: string): string | undefined {
  const value = memberOf(node, name);
  return value?.kind === 'string' ? value.text : undefined;
}

type Path = readonly string[];

function applyOperation(document: JsonNode, operation: JsonNode): JsonNode {
  const path = pointer(stringOf(operation, 'path'));
  const from = stringOf(operation, 'from');
  switch (stringOf(operation, 'op') ?? '') {
    case 'add':
      return added(document, path, required(memberOf(operation, 'value'), 'value'));
    case 'remove':
      return removed(document, path);
    case 'replace':
      return added(removed(document, path), path, required(memberOf(operation, 'value'), 'value'));
    case 'move':
      return added(removed(document, pointer(from)), path, required(at(document, pointer(from)), 'from'));
    case 'copy':
      return added(document, path, required(at(document, pointer(from)), 'from'));
    default:
      throw new Error(`Unknown patch operation ${stringOf(operation, 'op')}`);
  }
}

function pointer(text: string | undefined): Path {
  if (text === '') return [];
  if (!text?.startsWith('/')) throw new Error(`Not a JSON pointer: ${text}`);
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(node: JsonNode, path: Path): JsonNode | undefined {
  return path.reduce<JsonNode | undefined>(
    (found, key) => (found?.kind === 'array' ? found.items[Number(key)] : memberOf(found, key)),
    node,
  );
}

/** `node` with the child under the first key of `path` changed by `change`, at the last key by `atEnd`. */
function changed(node: JsonNode, path: Path, atEnd: (parent: JsonNode, key: string) => JsonNode): JsonNode {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error('A patch of the whole document is not supported here');
  if (rest.length === 0) return atEnd(node, key);
  const child = changed(required(at(node, [key]), key), rest, atEnd);
  if (node.kind === 'array') return { ...node, items: node.items.with(Number(key), child) };
  return withMember(node, key, child);
}

function added(document: JsonNode, path: Path, value: JsonNode): JsonNode {
  if (path.length === 0) return value;
  return changed(document, path, (parent, key) => {
    if (parent.kind !== 'array') return withMember(parent, key, value);
    const index = key === '-' ? parent.items.length : Number(key);
    return { ...parent, items: parent.items.toSpliced(index, 0, value) };
  });
}

function removed(document: JsonNode, path: Path): JsonNode {
  return changed(document, path, (parent, key) => {
    required(at(parent, [key]), key);
    if (parent.kind === 'array') return { ...parent, items: parent.items.toSpliced(Number(key), 1) };
    return { ...objectOf(parent), members: objectOf(parent).members.filter(({ name }) => name !== key) };
  });
}

function withMember(node: JsonNode, name: string, value: JsonNode): JsonNode {
  const { members, ...object } = objectOf(node);
  const member: JsonMember = { name, offset: 0, value };
  const index = members.findIndex((known) => known.name === name);
  return { ...object, members: index === -1 ? [...members, member] : members.with(index, member) };
}

function objectOf(node: JsonNode) {
  if (node.kind !== 'object') throw new Error('A patch names a member of something that is no object');
  return node;
}

function required(node: JsonNode | undefined, what: string): JsonNode {
  if (!node) throw new Error(`A patch needs ${what}, which is not there`);
  return node;
}
