/**
 * `npm run bench -- start`: from `npm start` to the first answer, on a data folder that has been played in once.
 *
 * Measures what a user waits for: npm, the bootstrap, the server, its PostgreSQL and the demo's. One JSON line a run,
 * then
 * the median. `--runs N` (default 5); the first `npm start` plays the demo and is not counted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pause } from '@holdfast/cli';
import { median } from './measuring/statistics.ts';

const POLL_MS = 10;
const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
chmodSync(folder, 0o711);
const dataFolder = path.join(folder, 'data');
const port = await freePort();
try {
  await ended(npmStart('--once'));
  const times: number[] = [];
  for (let run = 1; run <= Number(values.runs); run++) {
    const begun = performance.now();
    const child = npmStart();
    await answered();
    const ms = Math.round(performance.now() - begun);
    times.push(ms);
    console.log(JSON.stringify({ bench: 'start', run, ms }));
    child.kill('SIGTERM');
    await ended(child);
  }
  console.log(JSON.stringify({ bench: 'start', runs: times.length, medianMs: median(times), goalMs: 2_000 }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npmStart(...options: readonly string[]): ChildProcess {
  const args = ['start', '--silent', '--', '--data', dataFolder, '--port', String(port), ...options];
  return spawn('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** The first answer that is the API's own and not "starting". */
async function answered(): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/_holdfast/health`).catch(() => undefined);
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
