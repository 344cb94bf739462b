/**
 * Start* operations done once however often they are called with one token. Source: backup spec 2 (conventions), 15.5.
 */
import { claimToken, type StartedJob } from '../../store/idempotency.ts';
import type { Call, OperationSchema } from '../operation.ts';

interface Work<Output> {
  /** What this call answers if it is the first one with its token. */
  readonly answer: StartedJob;
  /** Checks that the job can be started, and starts it. What it throws gives the token back. */
  start(): Promise<void>;
  output(started: StartedJob): Output;
}

export async function onceByToken<Output>(
  call: Call,
  operation: OperationSchema,
  token: string | undefined,
  { answer, start, output }: Work<Output>,
): Promise<Output> {
  const { accountId, region } = call;
  const earlier =
    token === undefined
      ? undefined
      : await claimToken(call.tx, { accountId, region, operation: operation[2], token }, answer, call.now);
  if (earlier) return output(earlier);
  await start();
  return output(answer);
}
