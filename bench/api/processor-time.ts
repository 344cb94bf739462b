/**
 * Processor time that processes have taken, from /proc: what a request costs, however busy the machine is with other
 * things. In steps of ten milliseconds; Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';

const MICROS_A_TICK = 10_000;

/**
 * Of the process and of those that it has started itself, ended ones too, in microseconds; zero where there is no
 * /proc.
 */
export function processorMicros(pid: number): number {
  const ticks = processes().reduce((total, one) => {
    if (one.pid === pid) return total + one.ticks + one.ticksOfEnded;
    return one.parent === pid ? total + one.ticks : total;
  }, 0);
  return ticks * MICROS_A_TICK;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of its children that have ended. */
  readonly ticksOfEnded: number;
}

function processes(): Process[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      // Fields 4 and 14 to 17 of proc(5): parent, own and ended children's time; the name before them may hold
      // anything.
      const fields = statOf(name).map(Number);
      const [parent = Number.NaN] = fields.slice(1);
      const [user = Number.NaN, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11);
      return { pid: Number(name), parent, ticks: user + system, ticksOfEnded: endedUser + endedSystem };
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
