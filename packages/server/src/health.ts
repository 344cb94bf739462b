/**
 * `GET /_holdfast/health`: for load balancers and scripts that wait for the start. Asks for no signature and tells
 * nothing but whether requests are answered yet.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

const PATH = '/_holdfast/health';

/** @returns false: the request is about something else */
export function answerHealth(request: IncomingMessage, response: ServerResponse, ready: boolean): boolean {
  if (request.url !== PATH || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  const body = JSON.stringify({ status: ready ? 'ok' : 'starting' });
  response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}
