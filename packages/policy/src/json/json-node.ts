/**
 * JSON as written: the tree keeps where each part stands and how each number is spelled.
 *
 * Offsets count UTF-16 code units from 0; lines and columns, counted from 1, are worked out only for what is shown.
 * Not here: reading (parse-json.ts), writing (write-json.ts).
 */

export type JsonNode = JsonObject | JsonArray | JsonScalar;

export interface JsonObject {
  readonly kind: 'object';
  readonly offset: number;
  /** In the order written. A repeated name is a fault; the first member of that name is the one kept. */
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  /** Of the name's opening quote. */
  readonly offset: number;
  readonly value: JsonNode;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly offset: number;
  readonly items: readonly JsonNode[];
}

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'boolean' | 'null';
  readonly offset: number;
  /** A string's characters without quotes and escapes; anything else exactly as spelled, so `60.0` stays `60.0`. */
  readonly text: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds line and column of an offset. One pass over the text, then a binary search for each question. */
export function positions(text: string): (offset: number) => Position {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
  };
}

/** Where the value at a path of names and list positions stands; of the deepest one that is there. */
export function offsetAt(root: JsonNode, path: readonly string[]): number {
  let at = root;
  for (const step of path) {
    const next = at.kind === 'array' ? at.items[Number(step)] : memberValue(at, step);
    if (!next) break;
    at = next;
  }
  return at.offset;
}

function memberValue(node: JsonNode, name: string): JsonNode | undefined {
  return node.kind === 'object' ? node.members.find((member) => member.name === name)?.value : undefined;
}
