/** Reads `holdfast-org.json`: what is wrong with one is said with line and column. */
import { type OrganizationSnapshot, readSnapshot } from '@holdfast/policy';
import { Failure } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { readText } from '../text-files.ts';

export const SNAPSHOT_FILE = 'holdfast-org.json';
const SHOWN_MAX = 5;

export function readSnapshotFile(workingFolder: string, file: string): OrganizationSnapshot {
  const reading = readSnapshot(readText(workingFolder, file));
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
