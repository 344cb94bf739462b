/**
 * Compiles a shape and its constraints into a function that turns what stood on the wire into the operation's input and
 * notes every rule that is broken on the way: types, required members, lengths, ranges, patterns, enums.
 *
 * null counts as absent; members that the model does not know are ignored (recorded rules B.12.4).
 * Not here: where a value comes from on the wire (protocol/), what a violation is called (violations/).
 */
import { unreachable } from '@holdfast/kernel';
import type { Constraint, ConstraintTable } from '../constraints/table.ts';
import type { Exemption, ViolationKind } from '../service.ts';
import type { Member, Shape, StructureShape } from '../shape.ts';
import type { Problems } from './problems.ts';
import { isInteger, numberRules, sizeRules, textRules } from './rules.ts';
import { isStorable, jsonScalars, type ScalarReader, textScalars } from './scalars.ts';

/**
 * `raw` is never null or undefined; undefined comes back for what could not be read, which is then among the problems.
 */
export type Reader = (raw: unknown, problems: Problems) => unknown;

export interface ReaderSettings {
  readonly constraints: ConstraintTable;
  readonly exemptions: readonly Exemption[];
  /** How the body of the protocol writes scalars; labels and queries are always text. */
  readonly body: 'json' | 'text';
}

/** The reader of an operation's whole input. */
export function inputReader(input: StructureShape, settings: ReaderSettings): Reader {
  return new Compiler(settings).structure(input, '');
}

const STORABLE = 'String without U+0000 or an unpaired surrogate';

/** What a type is called to the caller. */
type TypeName =
  | 'String'
  | typeof STORABLE
  | 'Number'
  | 'Integer'
  | 'Long'
  | 'Boolean'
  | 'Timestamp'
  | 'Blob'
  | 'List'
  | 'Map'
  | 'Structure'
  | 'Union';

class Compiler {
  readonly #settings: ReaderSettings;

  constructor(settings: ReaderSettings) {
    this.#settings = settings;
  }

  structure(shape: StructureShape, path: string): Reader {
    const members = shape.members.map((member) => this.#member(shape, member, path));
    return (raw, problems) => {
      if (!isRecord(raw)) return wrongType(problems, 'Structure', raw);
      const value: Record<string, unknown> = {};
      let set = 0;
      for (const { name, required, read } of members) {
        const part = raw[name];
        if (part === undefined || part === null) {
          if (required) problems.within(name, () => problems.add({ kind: 'required' }, part));
          continue;
        }
        const member = problems.within(name, () => read(part, problems));
        if (member !== undefined) value[name] = member;
        set += 1;
      }
      if (shape.union && set !== 1) return wrongType(problems, 'Union', raw);
      return value;
    };
  }

  #member(owner: StructureShape, member: Member, path: string): { name: string; required: boolean; read: Reader } {
    const own = path === '' ? member.name : `${path}.${member.name}`;
    const constraint = this.#settings.constraints.members[owner.name]?.[member.name];
    const scalars = member.binding.in === 'body' && this.#settings.body === 'json' ? jsonScalars : textScalars;
    // Compiled when first needed: shapes may hold themselves.
    let reader: Reader | undefined;
    return {
      name: member.name,
      required: member.required && this.#enforced(own)('required'),
      read: (raw, problems) => {
        reader ??= this.#shape(member.shape(), this.#constraint(constraint), scalars, own);
        return reader(raw, problems);
      },
    };
  }

  #shape(shape: Shape, constraint: Constraint, scalars: ScalarReader, path: string): Reader {
    switch (shape.kind) {
      case 'string': {
        const check = textRules(constraint, this.#enforced(path));
        return checked('String', scalars.string, (text, problems) =>
          isStorable(text) ? check(text, problems) : wrongType(problems, STORABLE, text),
        );
      }
      case 'number':
        return this.#number(constraint, scalars, path);
      case 'boolean':
        return checked('Boolean', scalars.boolean);
      case 'timestamp':
        return checked('Timestamp', scalars.timestamp);
      case 'blob': {
        const size = sizeRules(constraint.length, this.#enforced(path));
        return checked('Blob', scalars.blob, (bytes, problems) => size(bytes.byteLength, bytes, problems));
      }
      case 'list':
        return this.#list(shape.item, constraint, scalars, path);
      case 'map':
        return this.#map(shape.value, constraint, scalars, path);
      case 'structure':
        return this.structure(shape, path);
      default:
        return unreachable(shape);
    }
  }

  #number(constraint: Constraint, scalars: ScalarReader, path: string): Reader {
    const { integer } = constraint;
    const check = numberRules(constraint, this.#enforced(path));
    if (integer === undefined) return checked('Number', scalars.number, check);
    const whole = (raw: unknown): number | undefined => {
      // `1.0` as text is not a whole number, though its value is one.
      if (typeof raw === 'string' && raw.includes('.')) return undefined;
      const value = scalars.number(raw);
      return value !== undefined && isInteger(value, integer) ? value : undefined;
    };
    return checked(integer === 32 ? 'Integer' : 'Long', whole, check);
  }

  #list(item: Shape, constraint: Constraint, scalars: ScalarReader, path: string): Reader {
    const read = this.#shape(item, this.#constraint(constraint.item), scalars, `${path}[]`);
    const size = sizeRules(constraint.length, this.#enforced(path));
    return (raw, problems) => {
      if (!Array.isArray(raw)) return wrongType(problems, 'List', raw);
      size(raw.length, raw, problems);
      return raw.map((part: unknown, position) =>
        problems.within(position, () => {
          if (part !== null && part !== undefined) return read(part, problems);
          problems.add({ kind: 'required' }, part);
          return undefined;
        }),
      );
    };
  }

  #map(valueShape: Shape, constraint: Constraint, scalars: ScalarReader, path: string): Reader {
    const read = this.#shape(valueShape, this.#constraint(constraint.value), scalars, `${path}{}`);
    const checkKey = textRules(this.#constraint(constraint.key), this.#enforced(`${path}{key}`));
    const size = sizeRules(constraint.length, this.#enforced(path));
    return (raw, problems) => {
      if (!isRecord(raw)) return wrongType(problems, 'Map', raw);
      const entries = Object.entries(raw).filter(([, part]) => part !== null && part !== undefined);
      size(entries.length, raw, problems);
      // fromEntries defines own properties: a key `__proto__` is a key like any other.
      return Object.fromEntries(
        entries.map(([key, part]) => [
          key,
          problems.within(key, () => {
            if (!isStorable(key)) return wrongType(problems, STORABLE, key);
            checkKey(key, problems);
            return read(part, problems);
          }),
        ]),
      );
    };
  }

  #constraint(name: string | undefined): Constraint {
    return (name === undefined ? undefined : this.#settings.constraints.shapes[name]) ?? {};
  }

  #enforced(path: string): (kind: ViolationKind) => boolean {
    const exempt = new Set(
      this.#settings.exemptions.filter((exemption) => exemption.path === path).flatMap<string>(({ kinds }) => kinds),
    );
    return (kind) => !exempt.has(kind);
  }
}

function checked<T>(
  type: TypeName,
  read: (raw: unknown) => T | undefined,
  check?: (value: T, problems: Problems) => void,
): Reader {
  return (raw, problems) => {
    const value = read(raw);
    if (value === undefined) return wrongType(problems, type, raw);
    check?.(value, problems);
    return value;
  };
}

function wrongType(problems: Problems, expected: TypeName, raw: unknown): undefined {
  problems.add({ kind: 'type', expected }, raw);
  return undefined;
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
