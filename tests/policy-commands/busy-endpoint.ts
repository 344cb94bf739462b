/**
 * An endpoint in front of a real server that behaves as AWS's does on a busy day: it throttles every twentieth request,
 * and does not let itself be known as Holdfast. All it answers comes from the server.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BusyEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Requests of the API that came in, and those of them that were turned away. */
  readonly counts: { requests: number; throttled: number };
}

const EVERY = 20;
const THROTTLED = JSON.stringify({ __type: 'TooManyRequestsException', message: 'Rate exceeded' });

export async function busyEndpoint(server: string): Promise<BusyEndpoint> {
  const counts = { requests: 0, throttled: 0 };
  const front = http.createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(404).end();
    counts.requests++;
    if (counts.requests % EVERY !== 0) return forward(server, request, response);
    counts.throttled++;
    request.resume();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(THROTTLED);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        front.closeAllConnections();
      }),
  };
}

/** With its headers as they are: the host that was signed is this one. */
function forward(server: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(server);
  const { method, url: path, headers } = request;
  const onward = http.request({ hostname, port, method, path, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
