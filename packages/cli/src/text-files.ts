/** Files that the caller named, read and written whole; what goes wrong is said with the file's name. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './output/failure.ts';

export function readText(workingFolder: string, file: string): string {
  try {
    return readFileSync(path.resolve(workingFolder, file), 'utf8');
  } catch (cause) {
    throw new Failure(`The file cannot be read${codeOf(cause)}.`, { where: file, cause });
  }
}

export function writeText(workingFolder: string, file: string, text: string): void {
  try {
    writeFileSync(path.resolve(workingFolder, file), text);
  } catch (cause) {
    throw new Failure(`The file cannot be written${codeOf(cause)}.`, { where: file, cause });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
