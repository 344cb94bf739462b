#!/usr/bin/env node
/**
 * `node tools/bootstrap/run.mjs <task> [arguments]`: sets up what the task needs and this machine lacks, one announced
 * line each, then runs the task itself under the right Node with the terminal, the signals and the exit code passed
 * through.
 *
 * Runs on any Node >= 18 and imports nothing but Node: it works in a bare clone, with an empty or missing home, in a
 * path with spaces and where install scripts are off. A stamp in `.toolchain/` keeps the second start quick.
 * Exit code 2: something is missing that may not be installed from here; the command that brings it was printed.
 * Not here: what the tasks do.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTask } from './child.mjs';
import { ensureNode } from './node.mjs';
import { ensurePackages } from './packages.mjs';
import { ensurePrograms } from './programs.mjs';
import { SetupError } from './setup-error.mjs';
import { readStamp, writeStamp } from './stamp.mjs';
import { TASKS } from './tasks.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

async function main() {
  const [name = '', ...given] = process.argv.slice(2);
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  if (!task) {
    throw new SetupError(`There is no task '${name}'. The tasks are: ${Object.keys(TASKS).join(', ')}.`);
  }
  const { file, rest } = task.folder ? chosen(task.folder, given) : { file: task.file ?? '', rest: given };

  const stamp = readStamp(root);
  // What may need a person comes first: nobody waits for downloads to be told to install restic.
  const programs = ensurePrograms(task.programs, stamp);
  const node = ensureNode(root);
  const packages = ensurePackages(root, node, stamp);
  writeStamp(root, stamp, { packages, programs });

  return runTask({ root, node, file, given: [...(task.arguments ?? []), ...rest], programs });
}

/**
 * @param {string} folder
 * @param {string[]} given
 */
function chosen(folder, given) {
  const names = listed(path.join(root, folder));
  const [name = '', ...rest] = given;
  if (!names.includes(name)) {
    const wish = name === '' ? 'Which one?' : `There is no '${name}'.`;
    throw new SetupError(`${wish} In ${folder}/ there are: ${names.join(', ') || 'none yet'}.`);
  }
  return { file: `${folder}/${name}.ts`, rest };
}

/** @param {string} folder */
function listed(folder) {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !/\.(test|d)\.ts$/.test(file));
    return files.map((file) => file.slice(0, -'.ts'.length)).sort();
  } catch {
    return [];
  }
}

main().catch((error) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
