/**
 * Reads JSON text into a tree with positions. Faults come back as data: no input makes it throw.
 *
 * Strict RFC 8259, and two rules more: a name may stand only once in an object, and nesting is bounded.
 * Time and memory grow linearly with the text. Names such as `__proto__` are names like any other.
 */
import type { JsonMember, JsonNode, JsonScalar } from './json-node.ts';

/** Far above what any policy type needs (nine levels), far below what the stack bears. */
export const NESTING_MAX = 64;

/** Repeated keys beyond these are not listed; one is enough to refuse a text. */
export const FAULTS_MAX = 100;

export interface JsonFault {
  readonly code: 'json-syntax' | 'json-duplicate-key' | 'json-too-deep';
  readonly offset: number;
  /** Member names and list positions that lead to the fault. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface JsonReading {
  /** Absent if the text is not JSON. A document with duplicate keys is still there, for further diagnostics. */
  readonly value: JsonNode | undefined;
  readonly faults: readonly JsonFault[];
}

export function parseJson(text: string): JsonReading {
  const reader = new Reader(text);
  const value = reader.document();
  return { value, faults: reader.faults };
}

const SPACE = 0x20;
const TAB = 0x09;
const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS = [
  ['true', 'boolean'],
  ['false', 'boolean'],
  ['null', 'null'],
] as const;

/** Most objects are small: the names of a few are compared faster than they are hashed. */
const COMPARED_MAX = 8;

class Members {
  readonly list: JsonMember[] = [];
  #names: Set<string> | undefined;

  has(name: string): boolean {
    return this.#names?.has(name) ?? this.list.some((member) => member.name === name);
  }

  add(member: JsonMember): void {
    this.list.push(member);
    if (this.#names) this.#names.add(member.name);
    else if (this.list.length > COMPARED_MAX) this.#names = new Set(this.list.map(({ name }) => name));
  }
}

/** Every method answers undefined after a fault that makes reading on pointless; the fault is then in `faults`. */
class Reader {
  readonly faults: JsonFault[] = [];
  readonly #text: string;
  readonly #path: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode | undefined {
    const value = this.#value();
    if (!value) return undefined;
    this.#skipWhitespace();
    if (this.#at < this.#text.length) return this.#syntax('Expected the end of the document');
    return value;
  }

  #value(): JsonNode | undefined {
    this.#skipWhitespace();
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (this.#path.length >= NESTING_MAX) {
        return this.#fault('json-too-deep', `Objects and lists are nested more than ${NESTING_MAX} deep`);
      }
      return first === '{' ? this.#object() : this.#array();
    }
    return this.#scalar(first);
  }

  #object(): JsonNode | undefined {
    const offset = this.#at++;
    const members = new Members();
    this.#skipWhitespace();
    if (this.#take('}')) return { kind: 'object', offset, members: [] };
    do {
      this.#skipWhitespace();
      const nameOffset = this.#at;
      if (this.#text[this.#at] !== '"') return this.#syntax('Expected a member name in double quotes');
      const name = this.#string();
      if (name === undefined) return undefined;
      this.#path.push(name);
      const isRepeated = members.has(name);
      if (isRepeated) {
        this.#fault('json-duplicate-key', `The key ${JSON.stringify(name)} stands twice in one object`, nameOffset);
      }
      this.#skipWhitespace();
      if (!this.#take(':')) return this.#syntax("Expected ':' after the member name");
      const value = this.#value();
      if (!value) return undefined;
      this.#path.pop();
      if (!isRepeated) members.add({ name, offset: nameOffset, value });
      this.#skipWhitespace();
    } while (this.#take(','));
    if (!this.#take('}')) return this.#syntax("Expected ',' or '}'");
    return { kind: 'object', offset, members: members.list };
  }

  #array(): JsonNode | undefined {
    const offset = this.#at++;
    const items: JsonNode[] = [];
    this.#skipWhitespace();
    if (this.#take(']')) return { kind: 'array', offset, items };
    do {
      this.#path.push(String(items.length));
      const item = this.#value();
      if (!item) return undefined;
      this.#path.pop();
      items.push(item);
      this.#skipWhitespace();
    } while (this.#take(','));
    if (!this.#take(']')) return this.#syntax("Expected ',' or ']'");
    return { kind: 'array', offset, items };
  }

  #scalar(first: string | undefined): JsonScalar | undefined {
    const offset = this.#at;
    if (first === '"') {
      const text = this.#string();
      return text === undefined ? undefined : { kind: 'string', offset, text };
    }
    for (const [word, kind] of WORDS) {
      if (!this.#text.startsWith(word, offset)) continue;
      this.#at += word.length;
      return { kind, offset, text: word };
    }
    const number = this.#match(NUMBER);
    if (number) return { kind: 'number', offset, text: number };
    return this.#syntax(first === undefined ? 'The document ends too early' : 'Expected a JSON value');
  }

  /** The string that opens at the present position, its escapes resolved. */
  #string(): string | undefined {
    this.#at++;
    let text = '';
    for (;;) {
      text += this.#plainCharacters();
      if (this.#take('"')) return text;
      if (!this.#take('\\')) {
        return this.#syntax(this.#at < this.#text.length ? 'Control characters must be escaped' : 'Unclosed string');
      }
      const character = this.#escape();
      if (character === undefined) return undefined;
      text += character;
    }
  }

  #escape(): string | undefined {
    if (this.#take('u')) {
      const digits = this.#match(HEX4);
      return digits ? String.fromCharCode(Number.parseInt(digits, 16)) : this.#syntax('Expected four hex digits');
    }
    const letter = this.#text[this.#at] ?? '';
    if (!Object.hasOwn(ESCAPED, letter)) return this.#syntax('Unknown escape');
    this.#at++;
    return ESCAPED[letter];
  }

  /** The text that a sticky pattern finds here, stepped over; empty if none. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** The characters of a string up to a quote, an escape or what must not stand there. */
  #plainCharacters(): string {
    const start = this.#at;
    for (;;) {
      // NaN at the end of the text stops the loop, too.
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= SPACE) || code === QUOTE || code === BACKSLASH) return this.#text.slice(start, this.#at);
      this.#at++;
    }
  }

  #skipWhitespace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== NEW_LINE && code !== CARRIAGE_RETURN && code !== TAB) return;
      this.#at++;
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #syntax(message: string): undefined {
    return this.#fault('json-syntax', message);
  }

  #fault(code: JsonFault['code'], message: string, offset: number = this.#at): undefined {
    if (this.faults.length < FAULTS_MAX) this.faults.push({ code, offset, path: [...this.#path], message });
  }
}
