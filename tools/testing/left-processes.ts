/**
 * vitest's global set-up and tear-down: no process started by a test outlives the run, not even one that was detached.
 * Listed first, so that it looks last, when the shared PostgreSQL has stopped.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export default function setup(): () => void {
  const before = new Set(children().map((child) => child.pid));
  return () => {
    const left = children().filter((child) => !before.has(child.pid));
    if (left.length === 0) return;
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    process.exitCode = 1;
    throw new Error(
      `Processes left by tests (now killed): ${left.map(({ pid, name }) => `${name} (${pid})`).join(', ')}`,
    );
  };
}

interface Child {
  readonly pid: number;
  readonly name: string;
}

/** Living children of this process, whichever thread started them. */
function children(): Child[] {
  return existsSync('/proc/self/task') ? childrenByProc() : childrenByPs();
}

function childrenByProc(): Child[] {
  const pids = readdirSync('/proc/self/task').flatMap((thread) => {
    const file = `/proc/self/task/${thread}/children`;
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
  });
  return pids.flatMap((pid) => {
    // `pid (name) state …`; a zombie has ended and only waits to be collected.
    const stat = pid !== '' && existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    const [, name = '', state = 'Z'] = /^\d+ \((.*)\) (\w)/s.exec(stat) ?? [];
    return state === 'Z' ? [] : [{ pid: Number(pid), name }];
  });
}

function childrenByPs(): Child[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,comm='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, name = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === process.pid && name !== 'ps' ? [{ pid: Number(pid), name }] : [];
  });
}
