/**
 * Processor time that processes have taken, from /proc: what a request costs, however busy the machine is with other
 * things. In steps of ten milliseconds; Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';

const MICROS_A_TICK = 10_000;

/** Of the process and of those that it has started itself, in microseconds; zero where there is no /proc. */
export function processorMicros(pid: number): number {
  return processes()
    .filter((one) => one.pid === pid || one.parent === pid)
    .reduce((total, { ticks }) => total + ticks * MICROS_A_TICK, 0);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

function processes(): Process[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statOf(name);
      // Fields 4, 14 and 15 of proc(5): parent, user and system time; the name before them may hold anything.
      const [parent, user, system] = [fields[1], fields[11], fields[12]];
      return [{ pid: Number(name), parent: Number(parent), ticks: Number(user) + Number(system) }];
    })
    .filter(({ ticks }) => Number.isFinite(ticks));
}

/** From the third field on; nothing of a process that has just ended. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
