import { expect, test } from 'vitest';
import { TEXT_RULES, textFindings } from './text.ts';

const MODULE = '/** What it does. */\n';
/** Written in pieces, so that the check does not find this file. */
const somewhere = (...folders: string[]): string => ['', ...folders].join('/');
const todo = ['TO', 'DO'].join('');

test.each<[rule: string, file: string, text: string]>([
  ['machine-path', 'README.md', `see ${somewhere('work', 'main')}\n`],
  ['machine-path', 'packages/kernel/src/a.ts', `${MODULE}const a = '${somewhere('tmp', 'x')}';\n`],
  ['machine-path', 'docs/a.md', `${somewhere('home', 'anna', 'x')}\n`],
  ['machine-path', 'docs/a.md', `${somewhere('root', 'x')}\n`],
  ['machine-path', 'docs/a.md', `the ${['.lib', 'rary'].join('')} folder\n`],
  ['registry-host', 'package-lock.json', '"resolved": "https://npm.example.com/a.tgz"\n'],
  ['registry-host', '.npmrc', 'registry=https://npm.example.com/\n'],
  ['registry-host', 'packages/wire/package.json', '"publishConfig": { "registry": "https://npm.example.com/" }\n'],
  ['todo-names-issue', 'packages/kernel/src/a.ts', `${MODULE}// ${todo}: later\n`],
  ['comment-width', 'packages/kernel/src/a.ts', `${MODULE}// ${'x'.repeat(118)}\n`],
  ['comment-width', 'packages/kernel/src/a.ts', `/**\n * ${'x'.repeat(118)}\n */\n`],
  ['name-says-what', 'packages/kernel/src/utils.ts', MODULE],
  ['name-says-what', 'tools/helper.mjs', MODULE],
  ['module-says-what', 'packages/kernel/src/a.ts', 'export const a = 1;\n'],
  ['module-says-what', 'tools/a.mjs', '#!/usr/bin/env node\nconsole.log(1);\n'],
  [
    'suppression-says-why',
    'packages/kernel/src/a.ts',
    `${MODULE}// ${['oxlint', 'disable'].join('-')} typescript/await-thenable\n`,
  ],
])('%s is found in %s', (rule, file, text) => {
  expect(textFindings([{ path: file, text }]).map((finding) => finding.rule)).toEqual([rule]);
});

test.each<[why: string, file: string, text: string]>([
  ['a path of every Debian', 'tools/a.ts', `${MODULE}const a = '/usr/lib/postgresql';\n`],
  ['a folder of ours of the same name', 'docs/a.md', `packages/server/src${somewhere('work', 'job.ts')} ./tmp/x\n`],
  ['a recorded answer', 'tests/conformance/cases/a.jsonl', `{"path":"${somewhere('tmp', 'x')}"}\n`],
  ['the public registry', 'package-lock.json', '"resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz"\n'],
  ['work with the number of its issue', 'packages/kernel/src/a.ts', `${MODULE}// ${todo}(#12): later\n`],
  ['a comment of 120 columns', 'packages/kernel/src/a.ts', `${MODULE}// ${'x'.repeat(117)}\n`],
  ['a link that cannot be broken', 'packages/kernel/src/a.ts', `${MODULE}// https://example.com/${'x'.repeat(120)}\n`],
  ['a test, which says what it proves by its names', 'packages/kernel/src/a.test.ts', 'export const a = 1;\n'],
  [
    'a file that is one operation',
    'packages/server/src/services/iam/get-role.ts',
    "import { operation } from '../operation.ts';\nexport const getRole = operation(GetRole$, async () => ({}));\n",
  ],
  ['an index, which is a list', 'packages/kernel/src/index.ts', "export { a } from './a.ts';\n"],
  ['a suppression with a reason', 'tools/a.ts', `${MODULE}// oxlint-disable-next-line x -- the API wants it\n`],
])('%s is not', (_why, file, text) => {
  expect(textFindings([{ path: file, text }])).toEqual([]);
});

test('the finding names the line', () => {
  const text = `${MODULE}\n// ${todo}\n`;
  expect(textFindings([{ path: 'tools/a.ts', text }])).toMatchObject([{ file: 'tools/a.ts', line: 3 }]);
});

test('no two rules have one name', () => {
  const names = TEXT_RULES.map((rule) => rule.name);
  expect(new Set(names).size).toBe(names.length);
});
