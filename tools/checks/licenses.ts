/**
 * Every npm package that an installation brings has a permissive license, by package-lock.json.
 * Programs run as separate processes (restic, PostgreSQL's own, awscli) are not linked and not judged here.
 */
import type { Finding } from './finding.ts';

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Unlicense',
]);
/** A file's changes stay open, nothing spreads to ours: good for tools, not for what ships. */
const PERMISSIVE_FOR_TOOLS = new Set(['MPL-2.0']);

export interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

export function licenseFindings(packages: Readonly<Record<string, LockedPackage>>): Finding[] {
  return Object.entries(packages)
    .filter(([where, { link }]) => where.includes('node_modules/') && link !== true)
    .filter(([, { license = '', dev = false }]) => !isAllowed(license, dev))
    .map(([where, { license }]) => ({
      file: 'package-lock.json',
      rule: 'license',
      message: `${where} is ${license ?? 'without a license'}: not among the permissive ones of tools/checks/licenses.ts`,
    }));
}

/** SPDX expressions as they occur: `(MIT OR Apache-2.0)`, `MIT AND ISC`. */
function isAllowed(expression: string, dev: boolean): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((choice) =>
      choice.split(' AND ').every((name) => PERMISSIVE.has(name) || (dev && PERMISSIVE_FOR_TOOLS.has(name))),
    );
}
