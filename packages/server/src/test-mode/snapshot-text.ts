/** A snapshot as it is given to a reset: the object itself, or the path of its file on the server's machine. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DoorError } from '../doors/door.ts';

const FILE_BYTES_MAX = 64 * 1_024 * 1_024;

/** @throws DoorError */
export function snapshotText(snapshot: unknown): string {
  if (typeof snapshot === 'object' && snapshot !== null) return JSON.stringify(snapshot);
  if (typeof snapshot !== 'string' || !path.isAbsolute(snapshot)) {
    throw refusal('"snapshot" is the snapshot of an organization, or the absolute path of its file.');
  }
  try {
    const { size } = statSync(snapshot);
    if (size > FILE_BYTES_MAX) throw refusal(`${snapshot} is larger than ${FILE_BYTES_MAX} bytes.`);
    return readFileSync(snapshot, 'utf8');
  } catch (error) {
    if (error instanceof DoorError) throw error;
    throw refusal(`${snapshot} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function refusal(message: string, cause?: unknown): DoorError {
  return new DoorError(message, { status: 400, code: 'InvalidSnapshot', cause });
}
