/** Runs npm, quietly, under a given Node; its output is shown only when it fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { onPath } from './path.mjs';
import { SetupError } from './setup-error.mjs';
import { toolchain } from './stamp.mjs';

/** npm's debug output can be long; its end says what went wrong. */
const OUTPUT_SHOWN_MAX = 4_000;

/**
 * @param {{ root: string, node: string, given: string[], why: string }} run
 */
export function npm({ root, node, given, why }) {
  const { program, script } = npmCommand(node);
  const { status, stdout, stderr, error } = spawnSync(
    program,
    [...script, ...given, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, env: { ...process.env, ...home(root) }, encoding: 'utf8' },
  );
  if (status === 0) return;
  const said = error ? error.message : `${stdout}${stderr}`.trim().slice(-OUTPUT_SHOWN_MAX);
  throw new SetupError(
    `${said}\n\nnpm could not ${why} (npm ${given.join(' ')}). Mend what it says and run this again.`,
  );
}

/**
 * `npm start` names the npm that runs it; otherwise the one on PATH, if possible under `node`, which may be newer.
 * @param {string} node
 */
function npmCommand(node) {
  const outer = process.env['npm_execpath'] ?? '';
  if (path.basename(outer) === 'npm-cli.js' && existsSync(outer)) return { program: node, script: [outer] };
  const beside = path.join(path.dirname(process.execPath), 'npm');
  const found = [...onPath('npm'), beside].find((file) => existsSync(file));
  if (!found) throw new SetupError('npm is not on PATH. It comes with Node: https://nodejs.org/en/download');
  const script = realpathSync(found);
  return script.endsWith('.js') ? { program: node, script: [script] } : { program: found, script: [] };
}

/**
 * npm keeps a cache in the home folder. Where there is none (containers, services), ours serves.
 * @param {string} root
 */
function home(root) {
  const own = process.env['HOME'] ?? '';
  if (own !== '' && existsSync(own)) return {};
  const stead = path.join(toolchain(root), 'home');
  mkdirSync(stead, { recursive: true });
  return { HOME: stead };
}
