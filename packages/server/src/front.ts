/**
 * The TCP port of the API: taken first, it answers `starting` until there is somebody to answer requests.
 */
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SECOND_MS } from '@holdfast/kernel';
import { httpServer } from '@holdfast/wire';
import { sleep } from './background.ts';
import type { Config } from './config.ts';
import { answerHealth } from './health.ts';
import { listenRefusal } from './start-refusal.ts';

/** How long requests under way may take to end when the server stops. */
const GRACE_MS = 10 * SECOND_MS;

export interface Front {
  readonly endpoint: string;
  /** From now on requests are answered by `listener`. */
  serve(listener: RequestListener): void;
  /** Lets requests under way end. Harmless when closed already. */
  close(): Promise<void>;
}

export async function openFront({ listen, port }: Config): Promise<Front> {
  let listener: RequestListener | undefined;
  const server = httpServer((request, response) => {
    if (answerHealth(request, response, listener !== undefined)) return;
    if (listener) listener(request, response);
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenRefusal(error, listen, port)));
    server.listen({ host: listen, port }, resolve);
  });
  return {
    endpoint: endpointOf(server.address() as AddressInfo),
    serve: (ready) => {
      listener = ready;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const grace = new AbortController();
      await Promise.race([closed, sleep(GRACE_MS, grace.signal)]);
      grace.abort();
      server.closeAllConnections();
    },
  };
}

/** On all addresses: the loopback one is what this machine's clients use. */
function endpointOf({ address, port, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
