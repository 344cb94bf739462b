/**
 * Calls of the operator over the server's Unix socket: who may open the socket's file is the operator.
 *
 * Not for what AWS's API can do: only the keys of vaults, stand-alone accounts and the server's own state.
 */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { Failure } from '../output/failure.ts';

const ANSWER_BYTES_MAX = 1_048_576;
const TIMEOUT_MS = 30_000;

export function operatorSocket(dataFolder: string): string {
  return path.join(dataFolder, 'operator.sock');
}

/** One call; the answer is JSON. Failures of the server keep its wording. */
export async function askOperator(
  dataFolder: string,
  method: 'GET' | 'POST',
  operation: string,
  body?: unknown,
): Promise<unknown> {
  const socketPath = operatorSocket(dataFolder);
  if (!existsSync(socketPath)) throw serverIsDown(socketPath);
  const { status, text } = await exchange(socketPath, method, operation, body);
  const answer = parsedAnswer(text);
  if (status >= 200 && status < 300) return answer;
  throw new Failure(toldBy(answer) ?? `The server refused ${operation} (${status}).`, { where: socketPath });
}

function exchange(
  socketPath: string,
  method: string,
  operation: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      method,
      path: operation,
      timeout: TIMEOUT_MS,
      headers:
        content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) },
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.on('error', (cause: NodeJS.ErrnoException) => {
      const isDown = cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT';
      reject(isDown ? serverIsDown(socketPath) : socketTrouble(socketPath, cause));
    });
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > ANSWER_BYTES_MAX) response.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', (cause) => reject(socketTrouble(socketPath, cause)));
    });
    call.end(content);
  });
}

export function serverIsDown(socketPath: string): Failure {
  return new Failure('The server is not running.', {
    where: socketPath,
    advice: 'Start it on this machine (holdfast start --data DIR) and name the same data folder here.',
  });
}

export function socketTrouble(socketPath: string, cause: NodeJS.ErrnoException): Failure {
  const advice =
    cause.code === 'EACCES'
      ? 'Run this as the user that runs the server: the socket is for the operator alone.'
      : undefined;
  return new Failure(`The operator's socket does not answer: ${cause.message}.`, {
    where: socketPath,
    cause,
    ...(advice === undefined ? {} : { advice }),
  });
}

export function parsedAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function toldBy(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { message, error } = answer as { message?: unknown; error?: unknown };
  if (typeof message === 'string') return message;
  return typeof error === 'string' ? error : undefined;
}
