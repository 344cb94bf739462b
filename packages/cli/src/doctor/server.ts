/** Whether the server answers, and whether its clock and ours agree (signatures are refused 15 minutes apart). */
import { type Clock, SECOND_MS } from '@holdfast/kernel';
import { formatDuration } from '../output/quantities.ts';
import { type Check, ok, problem, warning } from './check.ts';

const HEALTH = '/_holdfast/health';
const ANSWER_TIMEOUT_MS = 5_000;
const SKEW_TOLERATED_MS = 5 * SECOND_MS;
const SKEW_MAX_MS = 15 * 60 * SECOND_MS;

export async function checkServer(endpoint: string | undefined, clock: Clock): Promise<Check[]> {
  if (endpoint === undefined) {
    return [warning('server', 'never started on this data folder', 'holdfast start --data DIR')];
  }
  const url = new URL(HEALTH, endpoint);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    await answer.arrayBuffer();
    const date = answer.headers.get('date');
    const clocks = date === null ? [] : [checkClocks(Date.parse(date) - clock.now())];
    if (!answer.ok) return [problem('server', `${endpoint} answers ${answer.status}`, 'See its log.'), ...clocks];
    return [ok('server', `answers at ${endpoint}`), ...clocks];
  } catch (error) {
    return [warning('server', `does not answer at ${endpoint} (${reasonOf(error)})`, 'holdfast start --data DIR')];
  }
}

/** The header has whole seconds: up to one second means nothing. */
function checkClocks(differenceMs: number): Check {
  const apart = Math.abs(differenceMs);
  const found = `${formatDuration(apart)} apart from the server's`;
  const advice = 'Set both clocks by NTP (timedatectl set-ntp true).';
  if (apart > SKEW_MAX_MS) return problem('clock', found, `${advice} Requests are refused until then.`);
  if (apart > SKEW_TOLERATED_MS) return warning('clock', found, advice);
  return ok('clock', "agrees with the server's");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
}
