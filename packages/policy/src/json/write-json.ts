/**
 * Writes a JSON tree compactly, each number as it was spelled.
 */
import { unreachable } from '@holdfast/kernel';
import type { JsonNode } from './json-node.ts';

export function writeJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}:${writeJson(value)}`).join(',')}}`;
    case 'array':
      return `[${node.items.map(writeJson).join(',')}]`;
    case 'string':
      return JSON.stringify(node.text);
    case 'number':
    case 'boolean':
    case 'null':
      return node.text;
    default:
      return unreachable(node);
  }
}
