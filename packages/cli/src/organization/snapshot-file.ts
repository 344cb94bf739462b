/** Reads `holdfast-org.json`: what is wrong with one is said with line and column. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type OrganizationSnapshot, readSnapshot } from '@holdfast/policy';
import { Failure } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';

export const SNAPSHOT_FILE = 'holdfast-org.json';
const SHOWN_MAX = 5;

/** The text of a file that the caller named. */
export function fileText(workingFolder: string, file: string): string {
  try {
    return readFileSync(path.resolve(workingFolder, file), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new Failure(`The file cannot be read${code}.`, { where: file, cause });
  }
}

export function readSnapshotFile(workingFolder: string, file: string): OrganizationSnapshot {
  const reading = readSnapshot(fileText(workingFolder, file));
  if (reading.ok) return reading.snapshot;
  const { diagnostics } = reading;
  const shown = diagnostics
    .slice(0, SHOWN_MAX)
    .map(({ path: at, line, column, message }) => `line ${line}, column ${column}: ${at.join('/') || 'it'} ${message}`);
  const more = diagnostics.length > SHOWN_MAX ? `; and ${plural(diagnostics.length - SHOWN_MAX, 'fault')} more` : '';
  throw new Failure(`The file is no snapshot of an organization: ${shown.join('; ')}${more}.`, {
    where: file,
    advice: 'Make one: holdfast org export --output FILE',
  });
}
