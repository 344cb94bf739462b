/**
 * Which restic this is and what follows from it. Everything that differs by version is said here.
 */

export interface ResticVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** Repository format 2 (compression) came with 0.14. */
const OLDEST = { major: 0, minor: 14 } as const;

export class ResticTooOld extends Error {
  override readonly name = 'ResticTooOld';
}

export function parseVersion(output: string): ResticVersion {
  const match = /^restic (\d+)\.(\d+)\S*/m.exec(output);
  if (!match) throw new ResticTooOld(`'restic version' did not answer as restic does: ${output.slice(0, 100)}`);
  const [text, major, minor] = match;
  const version = { text: text.slice('restic '.length), major: Number(major), minor: Number(minor) };
  if (!atLeast(version, OLDEST)) {
    throw new ResticTooOld(`restic ${version.text} is too old: 0.14 or newer is needed. Install a newer restic.`);
  }
  return version;
}

function atLeast(
  version: Pick<ResticVersion, 'major' | 'minor'>,
  other: Pick<ResticVersion, 'major' | 'minor'>,
): boolean {
  return version.major > other.major || (version.major === other.major && version.minor >= other.minor);
}
