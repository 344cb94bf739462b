/** Looks for programs in PATH without running any. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Every file of that name in PATH that may be executed, in PATH's order.
 * @param {string} name
 */
export function onPath(name) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).filter(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
