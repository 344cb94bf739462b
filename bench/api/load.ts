/**
 * The load generator: keep-alive connections that each send the next prepared request as soon as the last is answered.
 *
 * Requests are bytes made before the clock starts, so that what is measured is the server: here remain one write, a
 * search for the end of the answer, and the bookkeeping; `cpuMicros` says what that costs.
 */
import { connect, type Socket } from 'node:net';

export interface Load {
  readonly port: number;
  readonly connections: number;
  /** The next request's bytes; undefined: enough. */
  next(): Buffer | undefined;
}

export interface Measured {
  readonly seconds: number;
  /** One for each answer. */
  readonly latenciesMs: readonly number[];
  /** Answers other than 200. */
  readonly errors: number;
  /** The first of them. */
  readonly firstError: string | undefined;
  /** Processor time of this process for one request. */
  readonly cpuMicros: number;
}

export async function measure({ port, connections, next }: Load): Promise<Measured> {
  const latenciesMs: number[] = [];
  let errors = 0;
  let firstError: string | undefined;
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(
    sockets.map((socket) =>
      drive(socket, next, (ms, answer) => {
        latenciesMs.push(ms);
        if (answer.startsWith('HTTP/1.1 200 ')) return;
        errors += 1;
        firstError ??= answer;
      }),
    ),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, latenciesMs, errors, firstError, cpuMicros: Math.round((user + system) / latenciesMs.length) };
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function drive(socket: Socket, next: Load['next'], answered: (ms: number, answer: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    let sentAt = 0;
    const send = (): void => {
      const request = next();
      if (!request) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed a connection that was in use.')));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      answered(performance.now() - sentAt, received);
      received = '';
      send();
    });
    send();
  });
}

/** Every answer of the API says its length. */
function isWhole(received: string): boolean {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
  return length !== undefined && received.length >= head + 4 + Number(length);
}
