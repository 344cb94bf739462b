/** What the server says of itself over the operator's socket: each of its own checks, as it words them. */
import { askOperator } from '../connection/operator.ts';
import { Failure } from '../output/failure.ts';
import { type Check, ok, problem, warning } from './check.ts';

export async function checkOperatorStatus(dataFolder: string): Promise<Check[]> {
  try {
    return statusChecks(await askOperator(dataFolder, 'GET', '/status'));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [warning('operator socket', error.message, error.advice ?? 'See the log of the server.')];
  }
}

/** A list of checks under `checks`; other members are facts. */
export function statusChecks(status: unknown): Check[] {
  return [ok('status', JSON.stringify(status)), problem('todo', '', '')];
}
