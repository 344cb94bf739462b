/**
 * Files of policy tests: what must hold in an organization, after a change or as it is. YAML, of which JSON is a part.
 *
 * Every value is a text, as in effective policies: `35` and `'35'` are the same.
 * The format is documented in docs/guide/policies.md. Not here: running the tests (test-run.ts).
 */
import { isManagementPolicyType, isPolicyType, type ManagementPolicyType } from '@holdfast/policy';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { WrittenChange } from './change-options.ts';

export interface TestFile {
  /** As written: relative to the file. */
  readonly snapshot: string | undefined;
  readonly type: ManagementPolicyType;
  /** The moment at which schedules are judged; absent: that of the run. */
  readonly now: string | undefined;
  readonly change: readonly WrittenChange[];
  readonly tests: readonly PolicyTest[];
}

export interface PolicyTest {
  readonly name: string;
  readonly line: number;
  readonly change: readonly WrittenChange[];
  /** Accounts, units and roots, which stand for all accounts below; empty: all accounts. */
  readonly in: readonly string[];
  readonly expect: Expectations;
}

export interface Expectations {
  readonly valid?: boolean;
  /** How many accounts the test is about. */
  readonly accounts?: number;
  /** How many of them get another effective policy by the change. */
  readonly changed?: number;
  /** Whether the change weakens the protection of any of them. */
  readonly weakens?: boolean;
  readonly present: readonly string[];
  readonly absent: readonly string[];
  readonly values: ReadonlyMap<string, string | readonly string[]>;
  /** Path → `POLICY@NODE` of all that shaped the value. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
}

export interface TestFileFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type TestFileReading =
  | { readonly ok: true; readonly file: TestFile }
  | { readonly ok: false; readonly faults: readonly TestFileFault[] };

type Path = readonly (string | number)[];

/** What the file says and where, while it is read. */
class Reader {
  readonly faults: TestFileFault[] = [];
  readonly lineOf: (path: Path) => number;
  readonly #positionOf: (path: Path) => { line: number; col: number };

  constructor(positionOf: (path: Path) => { line: number; col: number }) {
    this.#positionOf = positionOf;
    this.lineOf = (path) => positionOf(path).line;
  }

  fault(path: Path, message: string): void {
    const { line, col: column } = this.#positionOf(path);
    this.faults.push({ line, column, message });
  }

  /** An object with no other members than these. */
  object(value: unknown, path: Path, members?: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(path, `${nameOf(path)} must have members`);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (members && !members.includes(name)) {
        this.fault([...path, name], `'${name}' is not known here; there are: ${members.join(', ')}`);
      }
    }
    return value as Readonly<Record<string, unknown>>;
  }

  list(value: unknown, path: Path): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.fault(path, `${nameOf(path)} must be a list`);
    return [];
  }

  text(value: unknown, path: Path): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.fault(path, `${nameOf(path)} must be a text`);
    return undefined;
  }

  /** A text alone stands for a list of one. */
  texts(value: unknown, path: Path): readonly string[] {
    if (typeof value === 'string') return [value];
    return this.list(value, path).flatMap((item, index) => this.text(item, [...path, index]) ?? []);
  }

  flag(value: unknown, path: Path): boolean | undefined {
    const text = this.text(value, path);
    if (text === undefined || text === 'true' || text === 'false')
      return text === undefined ? undefined : text === 'true';
    this.fault(path, `${nameOf(path)} must be true or false`);
    return undefined;
  }

  count(value: unknown, path: Path): number | undefined {
    const text = this.text(value, path);
    if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
    this.fault(path, `${nameOf(path)} must be a whole number`);
    return undefined;
  }
}

export function readTestFile(text: string): TestFileReading {
  const lineCounter = new LineCounter();
  // The failsafe schema knows texts, lists and maps alone: nothing turns into a number, a date or a truth by its looks.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false, merge: false });
  const reader = new Reader((path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (hasRange(node)) return lineCounter.linePos(node.range[0]);
    }
    return { line: 1, col: 1 };
  });
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const { line, col: column } = lineCounter.linePos(pos[0]);
    reader.faults.push({ line, column, message });
  }
  if (reader.faults.length > 0) return { ok: false, faults: reader.faults };
  const file = fileOf(plain(document, reader), reader);
  return reader.faults.length > 0 ? { ok: false, faults: reader.faults } : { ok: true, file };
}

/** Aliases that unfold to more than anybody writes are refused by the library. */
function plain(document: Document, reader: Reader): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    reader.fault([], error.message);
    return {};
  }
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function fileOf(value: unknown, reader: Reader): TestFile {
  const file = reader.object(value, [], ['snapshot', 'type', 'now', 'change', 'tests']);
  const now = reader.text(file['now'], ['now']);
  if (now !== undefined && Number.isNaN(Date.parse(now))) reader.fault(['now'], 'now must be a moment in ISO 8601');
  const tests = reader.list(file['tests'], ['tests']);
  if (tests.length === 0) reader.fault(['tests'], 'there are no tests');
  return {
    snapshot: reader.text(file['snapshot'], ['snapshot']),
    type: typeOf(reader.text(file['type'], ['type']), reader),
    now,
    change: changesOf(file['change'], ['change'], reader),
    tests: tests.map((test, index) => testOf(test, ['tests', index], reader)),
  };
}

function typeOf(text: string | undefined, reader: Reader): ManagementPolicyType {
  if (text === undefined) return 'BACKUP_POLICY';
  if (isPolicyType(text) && isManagementPolicyType(text)) return text;
  reader.fault(['type'], `'${text}' is not a type of policies that merge along the tree`);
  return 'BACKUP_POLICY';
}

function testOf(value: unknown, path: Path, reader: Reader): PolicyTest {
  const test = reader.object(value, path, ['name', 'change', 'in', 'expect']);
  const name = reader.text(test['name'], [...path, 'name']);
  if (name === undefined) reader.fault(path, 'a test needs a name');
  if (test['expect'] === undefined) reader.fault(path, 'a test needs something to expect');
  return {
    name: name ?? '',
    line: reader.lineOf(path),
    change: changesOf(test['change'], [...path, 'change'], reader),
    in: reader.texts(test['in'], [...path, 'in']),
    expect: expectationsOf(test['expect'] ?? {}, [...path, 'expect'], reader),
  };
}

const OPTIONS: readonly WrittenChange['option'][] = ['set-policy', 'new-policy', 'attach', 'detach', 'move'];

/** `- attach: base@Root`, as on the command line. */
function changesOf(value: unknown, path: Path, reader: Reader): WrittenChange[] {
  return reader.list(value, path).flatMap((item, index) => {
    const at = [...path, index];
    const members = reader.object(item, at, OPTIONS);
    return OPTIONS.flatMap((option) => {
      const text = reader.text(members[option], [...at, option]);
      return text === undefined ? [] : [{ option, text }];
    });
  });
}

const EXPECTATIONS = ['valid', 'accounts', 'changed', 'weakens', 'present', 'absent', 'values', 'origins'];

function expectationsOf(value: unknown, path: Path, reader: Reader): Expectations {
  const expected = reader.object(value, path, EXPECTATIONS);
  const at = (name: string): Path => [...path, name];
  const valid = reader.flag(expected['valid'], at('valid'));
  const weakens = reader.flag(expected['weakens'], at('weakens'));
  const accounts = reader.count(expected['accounts'], at('accounts'));
  const changed = reader.count(expected['changed'], at('changed'));
  if (Object.keys(expected).length === 0) reader.fault(path, `there is nothing expected: ${EXPECTATIONS.join(', ')}`);
  return {
    ...(valid === undefined ? {} : { valid }),
    ...(weakens === undefined ? {} : { weakens }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(changed === undefined ? {} : { changed }),
    present: reader.texts(expected['present'], at('present')),
    absent: reader.texts(expected['absent'], at('absent')),
    values: new Map(
      Object.entries(reader.object(expected['values'] ?? {}, at('values'))).map(([name, wanted]) => {
        const place = [...at('values'), name];
        return [name, typeof wanted === 'string' ? wanted : reader.texts(wanted, place)];
      }),
    ),
    origins: new Map(
      Object.entries(reader.object(expected['origins'] ?? {}, at('origins'))).map(([name, wanted]) => [
        name,
        reader.texts(wanted, [...at('origins'), name]),
      ]),
    ),
  };
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the file' : String(path.at(-1));
}
