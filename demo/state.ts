/**
 * What the demo remembers in the data folder: whether it was played, to its end or not, and with which account.
 *
 * A play counts as done only once this says so; what was interrupted is never taken for done.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export type DemoState =
  | { readonly kind: 'new' }
  /** A server has worked in this folder without a demo. */
  | { readonly kind: 'without-demo' }
  /** Begun and never ended. */
  | { readonly kind: 'interrupted'; readonly run: number }
  | { readonly kind: 'played'; readonly run: number; readonly result: DemoResult };

export interface DemoResult {
  readonly failed: number;
  readonly summary: string;
  readonly exampleAccountId: string;
  /** Profile of the organization's management account in the data folder's credentials file. */
  readonly profile: string;
}

export function demoFolder(dataFolder: string): string {
  return path.join(dataFolder, 'demo');
}

export function readState(dataFolder: string): DemoState {
  const file = stateFile(dataFolder);
  if (!existsSync(file)) {
    return existsSync(path.join(dataFolder, 'master.key')) ? { kind: 'without-demo' } : { kind: 'new' };
  }
  const { run = 0, result } = JSON.parse(readFileSync(file, 'utf8')) as { run?: number; result?: DemoResult };
  // The folder was ours before any play began.
  if (run === 0) return { kind: 'new' };
  return result === undefined ? { kind: 'interrupted', run } : { kind: 'played', run, result };
}

/** Whole or not at all. `run` counts the plays that were begun; 0: the folder is the demo's, nothing has begun. */
export function writeState(dataFolder: string, run: number, result?: DemoResult): void {
  mkdirSync(demoFolder(dataFolder), { recursive: true });
  const file = stateFile(dataFolder);
  writeFileSync(`${file}.new`, `${JSON.stringify({ run, result }, null, 2)}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}

function stateFile(dataFolder: string): string {
  return path.join(demoFolder(dataFolder), 'state.json');
}
