/**
 * The npm packages: installed from package-lock.json when node_modules is not what it says.
 *
 * `npm install --no-save` and not `npm ci`: both take the locked versions and check their integrity, but `ci` refuses a
 * lock that lacks the optional packages of other platforms, which npm leaves out where a registry does not offer all of
 * them.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './npm.mjs';
import { announce } from './setup-error.mjs';

/**
 * @param {string} root
 * @param {string} node
 * @param {import('./stamp.mjs').Stamp} stamp
 * @returns {string} the fingerprint of what is installed, for the stamp
 */
export function ensurePackages(root, node, stamp) {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const fingerprint = createHash('sha256').update(lock).digest('hex');
  if (stamp.packages === fingerprint && existsSync(path.join(root, 'node_modules'))) return fingerprint;
  if (!isInstalled(root, lockedPackages(lock))) {
    announce('npm packages (npm install, as package-lock.json says)');
    npm({ root, node, given: ['install', '--no-save'], why: 'install the packages' });
  }
  return fingerprint;
}

/**
 * @typedef {Record<string, { version?: string, optional?: boolean, integrity?: string }>} Packages
 * Packages by the path that they are installed at.
 */

/**
 * @param {string} text
 * @returns {Packages}
 */
function lockedPackages(text) {
  const { packages = {} } = /** @type {{ packages?: Packages }} */ (JSON.parse(text));
  return packages;
}

/**
 * npm leaves its own record of what it put into node_modules. If that agrees, somebody ran `npm install` by hand, and
 * throwing everything away to install the same again would only cost time. Optional packages may be of other platforms.
 * @param {string} root
 * @param {Packages} wanted
 */
function isInstalled(root, wanted) {
  /** @type {Packages} */
  let present;
  try {
    present = lockedPackages(readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'));
  } catch {
    return false;
  }
  return Object.entries(wanted)
    .filter(([where]) => where.includes('node_modules/'))
    .every(([where, { version, optional, integrity }]) => {
      const there = present[where];
      return there ? there.version === version && there.integrity === integrity : optional === true;
    });
}
