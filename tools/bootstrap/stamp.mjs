/**
 * `.toolchain/ready.json`: what earlier runs found, so that a set-up machine starts its task without probing.
 * Deleting it is always safe; it holds nothing that is not found again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Found  A program of the system that does its job.
 * @property {string} path
 * @property {string} version
 */
/**
 * @typedef {object} Stamp
 * @property {string} packages  fingerprint of the package-lock.json that node_modules was installed from
 * @property {Record<string, Found>} programs  by name
 */

/** @param {string} root */
export function toolchain(root) {
  return path.join(root, '.toolchain');
}

/**
 * @param {string} root
 * @returns {Stamp}
 */
export function readStamp(root) {
  try {
    const text = readFileSync(path.join(toolchain(root), 'ready.json'), 'utf8');
    const { packages = '', programs = {} } = /** @type {Partial<Stamp>} */ (JSON.parse(text));
    return { packages, programs };
  } catch {
    return { packages: '', programs: {} }; // none yet, or torn: everything is looked for again
  }
}

/**
 * @param {string} root
 * @param {Stamp} before
 * @param {Stamp} now
 */
export function writeStamp(root, before, now) {
  const merged = { packages: now.packages, programs: { ...before.programs, ...now.programs } };
  if (JSON.stringify(merged) === JSON.stringify(before)) return;
  mkdirSync(toolchain(root), { recursive: true });
  writeFileSync(path.join(toolchain(root), 'ready.json'), `${JSON.stringify(merged, null, 2)}\n`);
}
