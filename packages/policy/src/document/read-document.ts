/**
 * Reads the text of a management policy: JSON, then the grammar that all types share.
 *
 * Not here: what one type allows (schema/check-schema.ts), the size limit (admission/admit.ts).
 * Source: organizations spec 4.1; letter case, controls and operators at the root as recorded (rules A.2, B.3.6,
 * B.5.4).
 */
import { type JsonArray, type JsonMember, type JsonNode, type JsonObject, positions } from '../json/json-node.ts';
import { parseJson } from '../json/parse-json.ts';
import type { Finding } from './diagnostic.ts';
import { CONTROL_KEY, CONTROL_VALUES, NO_OPERATORS, OPERATOR_KEYS, type Operator, union } from './operators.ts';
import type { WrittenControl, WrittenValue } from './policy-document.ts';
import { folded, type PolicyChild, type PolicyDocument, type PolicyNode } from './policy-document.ts';

export interface DocumentReading {
  /** As much as could be understood; whole exactly if there are no findings. Absent without a JSON object. */
  readonly document: PolicyDocument | undefined;
  readonly findings: readonly Finding[];
  readonly positionOf: PolicyDocument['positionOf'];
}

export function readDocument(text: string): DocumentReading {
  const positionOf = positions(text);
  const { value, faults } = parseJson(text);
  const reader = new Grammar(faults);
  const root = value && reader.root(value);
  return { document: root && { root, positionOf }, findings: reader.findings, positionOf };
}

type Path = readonly string[];

class Grammar {
  readonly findings: Finding[];

  constructor(findings: readonly Finding[]) {
    this.findings = [...findings];
  }

  root(value: JsonNode): PolicyNode | undefined {
    if (value.kind !== 'object') {
      this.#report('not-an-object', value.offset, [], 'A policy is one JSON object');
      return undefined;
    }
    return this.#node(value, []);
  }

  #node(object: JsonObject, path: Path): PolicyNode {
    const values: Partial<Record<Operator, WrittenValue>> = {};
    let control: WrittenControl | undefined;
    let children: Map<string, PolicyChild> | undefined;
    for (const member of this.#distinctMembers(object, path)) {
      const key = folded(member.name);
      const memberPath = [...path, member.name];
      if (!key.startsWith('@@')) {
        const node = this.#child(member, memberPath);
        if (node) {
          children ??= new Map();
          children.set(key, { name: member.name, offset: member.offset, node });
        }
      } else if (key === CONTROL_KEY) {
        control = this.#control(member, memberPath);
      } else if (OPERATOR_KEYS.has(key)) {
        const value = this.#value(member, memberPath);
        const operator = OPERATOR_KEYS.get(key);
        // Operators at the root are accepted and do nothing (recorded rules A.2.2, B.5.4).
        if (value && operator && path.length > 0) values[operator] = value;
      } else {
        this.#report('unknown-operator', member.offset, memberPath, `${member.name} is no operator`);
      }
    }
    const { assign, append, remove } = values;
    const node = { offset: object.offset, assign, append, remove, control, children: children ?? NO_CHILDREN };
    this.#refuseMixture(node, path);
    return node;
  }

  /** The members without those that differ from an earlier one only in letter case. */
  #distinctMembers(object: JsonObject, path: Path): readonly JsonMember[] {
    if (object.members.length < 2) return object.members;
    const names = new Map<string, string>();
    return object.members.filter(({ name, offset }) => {
      const earlier = names.get(folded(name));
      names.set(folded(name), name);
      if (earlier === undefined) return true;
      this.#report('key-collision', offset, [...path, name], `${name} and ${earlier} differ only in letter case`);
      return false;
    });
  }

  #child({ name, value }: JsonMember, path: Path): PolicyNode | undefined {
    if (value.kind === 'object') return this.#node(value, path);
    this.#report('not-an-object', value.offset, path, `${name} must be an object`, 'Put the value under "@@assign"');
    return undefined;
  }

  #value({ name, offset, value }: JsonMember, path: Path): WrittenValue | undefined {
    if (value.kind === 'object') {
      this.#report('operator-value', value.offset, path, `${name} takes a value or a list, not an object`);
      return undefined;
    }
    const items = value.kind === 'array' ? value.items : [value];
    const scalars = items.flatMap((item) => (item.kind === 'object' || item.kind === 'array' ? [] : [item]));
    if (scalars.length < items.length) {
      this.#report('operator-value', value.offset, path, `The list of ${name} may hold plain values only`);
      return undefined;
    }
    return { name, offset, isList: value.kind === 'array', scalars, texts: scalars.map(({ text }) => text) };
  }

  #control({ offset, value }: JsonMember, path: Path): WrittenControl | undefined {
    const complaint = value.kind === 'array' ? controlComplaint(value) : 'must be a list';
    if (value.kind !== 'array' || complaint) {
      this.#report('control-value', value.offset, path, `Child controls ${complaint}`);
      return undefined;
    }
    const allowed = value.items.reduce(
      (set, item) => union(set, item.kind === 'string' ? (CONTROL_VALUES.get(folded(item.text)) ?? 0) : 0),
      NO_OPERATORS,
    );
    return { offset, allowed };
  }

  #refuseMixture(node: PolicyNode, path: Path): void {
    const value = node.assign ?? node.append ?? node.remove;
    if (!value || node.children.size === 0) return;
    const key = node.children.values().next().value?.name ?? '';
    const message = `${value.name} beside the key ${key}: a node is a setting or a container, not both`;
    this.#report('operator-not-allowed', value.offset, [...path, value.name], message);
  }

  #report(code: Finding['code'], offset: number, path: Path, message: string, suggestion?: string): void {
    this.findings.push({ code, offset, path, message, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}

const NO_CHILDREN: ReadonlyMap<string, PolicyChild> = new Map();

/** Exact repetitions are refused, two spellings of one operator are not; `@@none` stands alone. */
function controlComplaint(list: JsonArray): string | undefined {
  const names = list.items.map((item) => (item.kind === 'string' ? item.text : writtenKind(item)));
  if (names.length === 0) return 'must not be empty';
  const unknown = names.find((name) => !CONTROL_VALUES.has(folded(name)));
  if (unknown !== undefined) return `do not know ${unknown}`;
  if (new Set(names).size < names.length) return 'repeat themselves';
  if (names.length > 1 && names.some((name) => folded(name) === '@@none')) return 'allow nothing beside @@none';
  return undefined;
}

function writtenKind(node: JsonNode): string {
  return `a value of kind ${node.kind}`;
}
