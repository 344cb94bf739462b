/** Runs the task itself and becomes it, as far as its parent can tell. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onPath } from './path.mjs';
import { toolchain } from './stamp.mjs';

/** @typedef {Record<string, import('./stamp.mjs').Found>} Programs */

/** @type {NodeJS.Signals[]} */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Ends as the task ended: with its exit code, or by the signal that ended it.
 * @param {{ root: string, node: string, file: string, given: string[], programs: Programs }} task
 * @returns {Promise<void>}
 */
export function runTask({ root, node, file, given, programs }) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [path.join(root, file), ...given], {
      stdio: 'inherit',
      env: environment({ root, node, programs }),
    });
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      // Ctrl-C at a terminal has reached the task already: it is in the same process group. Twice would mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of PASSED_ON) process.on(signal, passOn);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const each of PASSED_ON) process.off(each, passOn);
      if (signal) process.kill(process.pid, signal);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

/**
 * PATH begins with the Node that runs the task and with the folders of the programs that were found, so that the task
 * finds what was probed here and not something else of the same name. `HOLDFAST_AWS` is the aws CLI that answered,
 * `HOLDFAST_PYTHON` the Python that has boto3.
 * @param {{ root: string, node: string, programs: Programs }} task
 */
function environment({ root, node, programs }) {
  const given = (process.env['PATH'] ?? '').split(path.delimiter);
  const { aws, boto3, ...others } = programs;
  const hidden = Object.entries(others).filter(([name, program]) => onPath(name)[0] !== program.path);
  const first = [path.dirname(node), ...hidden.map(([, program]) => path.dirname(program.path))];
  return {
    NODE_COMPILE_CACHE: path.join(toolchain(root), 'compile-cache'),
    ...process.env,
    PATH: [...new Set([...first, ...given])].filter((folder) => folder !== '').join(path.delimiter),
    ...(aws ? { HOLDFAST_AWS: aws.path } : {}),
    ...(boto3 ? { HOLDFAST_PYTHON: boto3.path } : {}),
  };
}
