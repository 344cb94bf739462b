/**
 * `npm run bench -- start`: from the command to the first answer; `--runs N` (default 5), one JSON line a run, then the
 * medians.
 *
 * Test mode (`holdfast start --ephemeral`) cold, with neither a template of the database nor compiled modules, and
 * warm; then `npm start`, on a data folder that has been played in once: npm, the bootstrap, the server, its PostgreSQL
 * and the demo's. The first `npm start` plays the demo and is not counted; `--ephemeral` leaves it out.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pause } from '@holdfast/cli';
import { median } from './measuring/statistics.ts';

const POLL_MS = 10;
const GOALS_MS = { 'ephemeral-cold': 3_000, 'ephemeral-warm': 1_000, 'npm-start': 2_000 };
const HOLDFAST = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, ephemeral: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
chmodSync(folder, 0o711);
const dataFolder = path.join(folder, 'data');
const port = await freePort();
try {
  await measured('ephemeral-cold', (run) => ephemeral(path.join(folder, `cold-${run}`)));
  const cache = path.join(folder, 'warm');
  await (await ephemeral(cache)).end();
  await measured('ephemeral-warm', () => ephemeral(cache));
  if (!values.ephemeral) {
    await ended(npmStart('--once'));
    await measured('npm-start', () => answering(npmStart(), port));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Started {
  end(): Promise<void>;
}

async function measured(what: keyof typeof GOALS_MS, start: (run: number) => Promise<Started>): Promise<void> {
  const times: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const begun = performance.now();
    const { end } = await start(run);
    const ms = Math.round(performance.now() - begun);
    times.push(ms);
    console.log(JSON.stringify({ bench: 'start', what, run, ms }));
    await end();
  }
  const goalMs = GOALS_MS[what];
  console.log(JSON.stringify({ bench: 'start', what, runs: times.length, medianMs: median(times), goalMs }));
}

function ephemeral(cache: string): Promise<Started> {
  const args = [HOLDFAST, 'start', '--ephemeral', '--port', String(port), '--cache', cache];
  const env = { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder };
  return answering(spawn(process.execPath, args, { env, stdio: 'ignore' }), port);
}

async function answering(child: ChildProcess, at: number): Promise<Started> {
  await answered(at);
  return {
    end: async () => {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

function npmStart(...options: readonly string[]): ChildProcess {
  const args = ['start', '--silent', '--', '--data', dataFolder, '--port', String(port), ...options];
  return spawn('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** The first answer that is the API's own and not "starting". */
async function answered(at: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${at}/_holdfast/health`).catch(() => undefined);
    const text = await answer?.text();
    if (answer?.ok && text !== undefined) return;
    await pause(POLL_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
