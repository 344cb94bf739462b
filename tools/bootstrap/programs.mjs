/**
 * Programs of the system that tasks run: found, probed for their version, and installed where that is allowed.
 *
 * Installing needs root and apt-get (a container, a fresh machine). Everywhere else the exact command is printed.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { installCommands } from './install.mjs';
import { isExecutable, onPath } from './path.mjs';
import { announce, SetupError } from './setup-error.mjs';

/**
 * @typedef {object} Program
 * @property {string[]} ask  arguments that make it print its version
 * @property {RegExp} version  the version in what it prints
 * @property {[major: number, minor: number]} minimum
 * @property {string} apt  its Debian and Ubuntu package
 * @property {string} brew
 * @property {string} [executable]  the file to run, where it is not of that name
 * @property {(name: string) => string[]} [preferred]  where the wanted one stands. One on PATH alone is
 *   used only if that
 *   cannot be had: a version manager's shim answers here and breaks under another home folder.
 * @property {(name: string) => string[]} [elsewhere]  where it may stand besides PATH
 */

const postgresqlClient = {
  ask: ['--version'],
  version: /\(PostgreSQL\) (\d+)(?:\.(\d+))?/,
  minimum: /** @type {[number, number]} */ ([15, 0]),
  apt: 'postgresql-client',
  brew: 'libpq',
  elsewhere: postgresqlFolders,
};

/** @type {Record<string, Program>} */
export const PROGRAMS = {
  restic: { ask: ['version'], version: /^restic (\d+)\.(\d+)/, minimum: [0, 14], apt: 'restic', brew: 'restic' },
  pg_dump: postgresqlClient,
  pg_restore: postgresqlClient,
  psql: postgresqlClient,
  aws: {
    ask: ['--version'],
    version: /^aws-cli\/(\d+)\.(\d+)/,
    minimum: [1, 22],
    apt: 'awscli',
    brew: 'awscli',
    preferred: systemsOwn,
  },
  // AWS's SDK for Python, with the Python that has it: docs/guide/testing.md shows it, and the tests run what is shown.
  boto3: {
    ask: ['-c', 'import boto3; print("boto3", boto3.__version__)'],
    version: /^boto3 (\d+)\.(\d+)/,
    minimum: [1, 26],
    apt: 'python3-boto3',
    brew: 'python3',
    executable: 'python3',
    preferred: systemsOwn,
  },
};

/** @param {string} name */
function systemsOwn(name) {
  return [`/usr/bin/${name}`, `/opt/homebrew/bin/${name}`, `/usr/local/bin/${name}`];
}

/**
 * @param {string[]} names
 * @param {import('./stamp.mjs').Stamp} stamp
 * @returns {Record<string, import('./stamp.mjs').Found>}
 */
export function ensurePrograms(names, stamp) {
  /** @type {Record<string, import('./stamp.mjs').Found>} */
  const found = {};
  for (const name of names) {
    const known = stamp.programs[name];
    if (known && isExecutable(known.path)) found[name] = known;
  }
  const unknown = names.filter((name) => !found[name]);
  if (unknown.length === 0) return found;

  const first = lookFor(unknown, found);
  if (first.length > 0) install(first);
  const missing = first.length > 0 ? lookFor(first, found) : [];
  for (const name of missing) {
    const stopgap = probed(name, onPath(executableOf(name))).usable;
    if (!stopgap) throw new SetupError(whatToDo(missing));
    announce(`${name} of ${stopgap.path} (${stopgap.version}) is used: the system's own is not installed`);
    found[name] = stopgap;
  }
  return found;
}

/**
 * Adds what is there to `found`; answers with what is missing.
 * @param {string[]} names
 * @param {Record<string, import('./stamp.mjs').Found>} found
 */
function lookFor(names, found) {
  return names.filter((name) => {
    const { usable } = probed(name, places(name));
    if (usable) found[name] = usable;
    return !usable;
  });
}

/** @param {string} name */
function places(name) {
  const { preferred, elsewhere } = program(name);
  const executable = executableOf(name);
  if (preferred) return preferred(executable).filter(isExecutable);
  return [...onPath(executable), ...(elsewhere?.(executable).filter(isExecutable) ?? [])];
}

/** @param {string} name */
function executableOf(name) {
  return program(name).executable ?? name;
}

/**
 * The first that is new enough; and what was found that is not, for the message.
 * @param {string} name
 * @param {string[]} candidates
 */
function probed(name, candidates) {
  const { ask, version, minimum } = program(name);
  const tooOld = [];
  for (const candidate of candidates) {
    const { stdout, stderr } = spawnSync(candidate, ask, { encoding: 'utf8' });
    const match = version.exec(`${stdout ?? ''}${stderr ?? ''}`.trim());
    if (!match) continue; // there, and broken
    const major = Number(match[1]);
    const minor = Number(match[2] ?? 0);
    const text = `${major}.${minor}`;
    if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) {
      return { usable: { path: candidate, version: text }, tooOld };
    }
    tooOld.push(`${candidate} is ${text}`);
  }
  return { usable: undefined, tooOld };
}

/** @param {string[]} names */
function install(names) {
  const commands = installCommands(names.map(program), machine());
  if (!commands.mayRun) return;
  announce(`${names.join(', ')} (${commands.steps.map((step) => step.join(' ')).join(' && ')})`);
  for (const [command = '', ...given] of commands.steps) {
    const { status, stderr } = spawnSync(command, given, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) announce(`${command} ${given[0]} failed: ${stderr.trim().split('\n').at(-1)}`);
  }
}

/** @param {string[]} names */
function whatToDo(names) {
  const lines = names.map((name) => {
    const { minimum } = program(name);
    const { tooOld } = probed(name, places(name));
    return `  ${name} >= ${minimum.join('.')}${tooOld.length > 0 ? ` (${tooOld.join(', ')})` : ''}`;
  });
  const { text } = installCommands(names.map(program), machine());
  return ['Holdfast needs these programs:', ...lines, '', 'Install them and run this again:', `  ${text}`].join('\n');
}

/** What there is to install with. */
function machine() {
  return {
    isRoot: process.getuid?.() === 0,
    hasAptGet: onPath('apt-get').length > 0,
    hasAptLists: aptLists(),
    hasBrew: onPath('brew').length > 0,
  };
}

function aptLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((file) => file.includes('_Packages'));
  } catch {
    return false;
  }
}

/**
 * Homebrew keeps libpq out of PATH; Debian keeps the programs of every major version in a folder of its own.
 * @param {string} name
 */
function postgresqlFolders(name) {
  const homebrew = ['/opt/homebrew/opt/libpq/bin', '/usr/local/opt/libpq/bin'];
  let debian = /** @type {string[]} */ ([]);
  try {
    const majors = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
    debian = majors.map((major) => `/usr/lib/postgresql/${major}/bin`);
  } catch {
    // Not a Debian, or no PostgreSQL on it.
  }
  return [...debian, ...homebrew].map((folder) => path.join(folder, name));
}

/**
 * @param {string} name
 * @returns {Program}
 */
function program(name) {
  const known = PROGRAMS[name];
  if (!known) throw new Error(`Bug: no program '${name}' in the list`);
  return known;
}
