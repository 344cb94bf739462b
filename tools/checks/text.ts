/**
 * Habits of style.md that can be seen in the text of a file, without knowing the language.
 *
 * Not here: what biome, oxlint and the compiler see.
 */
import path from 'node:path';
import type { Finding } from './finding.ts';
import type { SourceFile } from './repository.ts';

interface TextRule {
  readonly name: string;
  /** Which files it is about. */
  applies(file: string): boolean;
  check(text: string): readonly Broken[];
}

interface Broken {
  readonly line: number;
  readonly message: string;
}

const COLUMNS_MAX = 120;

/** Recorded answers of AWS are kept byte for byte. */
const RECORDED = /^tests\/(conformance\/cases|parity\/recorded)\//;
const CODE = /\.(ts|tsx|mjs)$/;
const MODULE = /^(packages\/[^/]+\/src|bench|demo|sim|tests|tools)\/.*\.(ts|tsx|mjs)$/;

export const TEXT_RULES: readonly TextRule[] = [
  {
    name: 'machine-path',
    applies: () => true,
    check: perLine(
      /(?<![\w.~$}*-])\/(?:work|tmp|root|farm|home\/[a-z]\w*)\/[\w.{$-]|\.lib[r]ary\b/,
      (found) => `'${found}' is a path of somebody's machine; take it from a setting or from os.tmpdir()`,
    ),
  },
  {
    name: 'registry-host',
    applies: (file) => /(^|\/)(package-lock\.json|\.npmrc|package\.json)$/.test(file),
    check: perLine(
      /"resolved": "https?:\/\/(?!registry\.npmjs\.org\/)[^"]*|^(@\w+:)?registry *=.*|"registry":.*/,
      (found) => `'${found}' names a package registry; the machine's own setting decides that`,
    ),
  },
  {
    name: 'todo-names-issue',
    applies: (file) => CODE.test(file),
    check: perLine(
      /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b(?!\(#\d+\))/,
      (found) => `write ${found}(#12) with the number of the issue that will do it`,
    ),
  },
  {
    name: 'comment-width',
    applies: (file) => CODE.test(file),
    check: perLine(
      new RegExp(`^\\s*(?://|\\*|/\\*)(?!.*https?://).{${COLUMNS_MAX - 2},}$`),
      () => `a comment of more than ${COLUMNS_MAX} columns`,
      (line) => line.length > COLUMNS_MAX,
    ),
  },
  {
    name: 'name-says-what',
    applies: (file) => /(^|\/)(utils?|helpers?|misc|common|shared|stuff)\.(ts|tsx|mjs)$/.test(file),
    check: () => [{ line: 1, message: 'one file, one idea, named for it' }],
  },
  {
    name: 'module-says-what',
    applies: (file) => MODULE.test(file) && !/(\.test\.tsx?|\.d\.ts)$/.test(file) && path.basename(file) !== 'index.ts',
    // A file of one operation is named for it, and AWS documents the operation.
    check: (text) =>
      /^(#!.*\n)?\/\*\*/.test(text) || /^export const \w+ = (?:operation|readingOperation)\w*\(/m.test(text)
        ? []
        : [{ line: 1, message: 'a module opens with a comment: what it does, what not, where its rule comes from' }],
  },
  {
    name: 'suppression-says-why',
    applies: (file) => CODE.test(file),
    check: perLine(
      /(?:oxlint|eslint)-disable[\w-]*(?!.* -- \S)|@ts-(?:nocheck|expect-error)\s*$/,
      (found) => `'${found}' without a reason`,
    ),
  },
];

export function textFindings(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !RECORDED.test(file.path))
    .flatMap((file) =>
      TEXT_RULES.filter((rule) => rule.applies(file.path)).flatMap((rule) =>
        rule.check(file.text).map((broken) => ({ file: file.path, rule: rule.name, ...broken })),
      ),
    );
}

function perLine(
  pattern: RegExp,
  message: (found: string) => string,
  condition: (line: string) => boolean = () => true,
): TextRule['check'] {
  return (text) =>
    text.split('\n').flatMap((line, index) => {
      const found = condition(line) ? pattern.exec(line)?.[0] : undefined;
      return found === undefined ? [] : [{ line: index + 1, message: message(found.trim()) }];
    });
}
