/**
 * Answers of the operator's door that have no end known beforehand: one JSON text a line, the last one `{"end":true}`.
 *
 * Read as they come, so that memory does not grow with them. Not here: answers in one piece (operator.ts).
 */
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { Failure } from '../output/failure.ts';
import { operatorSocket, parsedAnswer, serverIsDown, socketTrouble, toldBy } from './operator.ts';

const END = '{"end":true}';

/** @throws Failure also when the answer ends before its end: then it is not whole */
export async function* operatorLines(
  dataFolder: string,
  operation: string,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const socketPath = operatorSocket(dataFolder);
  if (!existsSync(socketPath)) throw serverIsDown(socketPath);
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await answered(socketPath, `${operation}?${new URLSearchParams(given).toString()}`, signal);
  let ended = false;
  try {
    for await (const line of createInterface({ input: response })) {
      ended = line === END;
      if (!ended) yield line;
    }
  } catch (cause) {
    if (!signal.aborted) throw socketTrouble(socketPath, cause as NodeJS.ErrnoException);
  }
  if (!ended && !signal.aborted) {
    throw new Failure('The answer was cut off before its end.', {
      where: socketPath,
      advice: "The server's log says more ('operator.failed').",
    });
  }
}

async function answered(socketPath: string, target: string, signal: AbortSignal): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ socketPath, path: target, signal })
      .on('response', resolve)
      .on('error', (cause: NodeJS.ErrnoException) => {
        const isDown = cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT';
        reject(isDown ? serverIsDown(socketPath) : socketTrouble(socketPath, cause));
      })
      .end();
  });
  if (response.statusCode === 200) return response;
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  throw new Failure(toldBy(parsedAnswer(text)) ?? `The server refused ${target}.`, { where: socketPath });
}
