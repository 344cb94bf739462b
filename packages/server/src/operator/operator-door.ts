/**
 * The operator's door: JSON over HTTP on a socket in the data folder, which only the server's own user may open.
 *
 * Here is what is no AWS API: making stand-alone accounts, revealing a vault's key, asking how things are. Who can open
 * the socket could read the master key beside it just as well, so nothing else is asked for.
 */
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Installation } from '../installation.ts';
import { findAccount } from '../store/account.ts';
import { activityOf } from './activity.ts';
import { auditStreams, type Stream } from './audit-streams.ts';
import { type AdminKey, createAdminKey, createStandaloneAccount } from './create-account.ts';
import { OperatorError } from './operator-error.ts';
import { type RootPassword, setRootPassword } from './root-password.ts';
import { type Status, status } from './status.ts';
import { type VaultKey, vaultKey } from './vault-key.ts';

const BODY_BYTES_MAX = 65_536;
/** What every system takes, without the final zero. */
const SOCKET_PATH_BYTES_MAX = 103;

type Members = Readonly<Record<string, unknown>>;
type Route = (body: Members) => Promise<AdminKey | RootPassword | VaultKey | Status>;

/** Of the data folder. */
export interface OperatorPlaces {
  readonly operatorSocket: string;
  /** Private to the server. */
  readonly work: string;
  /** The mark of the record's end (audit/anchor.ts). */
  readonly auditMark: string;
}

export interface OperatorDoor {
  close(): Promise<void>;
}

/** @param version of the program, for `/status` */
export async function openOperatorDoor(
  installation: Installation,
  places: OperatorPlaces,
  version: string,
): Promise<OperatorDoor> {
  const routes = routesOf(installation, version);
  const streams = auditStreams(installation, places.auditMark);
  const server = createServer((request, response) => {
    void serve(installation, { routes, streams }, request, response);
  });
  await listenPrivately(server, places);
  return {
    close: async () => {
      rmSync(places.operatorSocket, { force: true });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/**
 * Made in a folder that is private and moved when its own rights are: there is no moment at which others could open it.
 */
async function listenPrivately(server: Server, { operatorSocket, work }: OperatorPlaces): Promise<void> {
  const fresh = path.join(work, 'operator.sock');
  if (Buffer.byteLength(fresh) > SOCKET_PATH_BYTES_MAX) {
    throw new Error(`The data folder's path is too long for a socket in it (${fresh}): choose one nearer to the root.`);
  }
  rmSync(fresh, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(fresh, resolve);
  });
  chmodSync(fresh, 0o600);
  // Replaces what a crash left: whoever holds the data folder's lock may.
  renameSync(fresh, operatorSocket);
}

function routesOf(installation: Installation, version: string): ReadonlyMap<string, Route> {
  const { db } = installation;
  return new Map<string, Route>([
    ['GET /status', () => status(installation, version)],
    ['POST /vault-key', (body) => vaultKey(installation, text(body, 'vaultArn'))],
    [
      'POST /accounts',
      (body) => {
        const account = { name: text(body, 'name'), email: text(body, 'email') };
        return db.transaction().execute((tx) => createStandaloneAccount(tx, installation, account));
      },
    ],
    [
      'POST /admin-keys',
      async (body) => {
        const accountId = text(body, 'accountId');
        if (!(await findAccount(db, accountId)))
          throw new OperatorError(`There is no account ${accountId}.`, { httpStatus: 404 });
        return db.transaction().execute((tx) => createAdminKey(tx, installation, accountId));
      },
    ],
    [
      'POST /root-password',
      (body) =>
        setRootPassword(installation, {
          accountId: text(body, 'accountId'),
          password: text(body, 'password'),
          removeMfa: body['removeMfa'] === true,
        }),
    ],
  ]);
}

async function serve(
  { audit, log }: Installation,
  { routes, streams }: Answers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [target = '', search] = (request.url ?? '').split('?', 2);
  const name = `${request.method ?? ''} ${target}`;
  try {
    const stream = streams.get(name);
    if (stream) {
      log.info('operator.asked', { operation: name });
      return await sendLines(response, stream, new URLSearchParams(search));
    }
    const route = routes.get(name);
    if (!route) {
      const known = [...routes.keys(), ...streams.keys()].join(', ');
      throw new OperatorError(`There is no ${name}. There is: ${known}.`, { httpStatus: 404 });
    }
    const body = await readBody(request);
    const answer = await route(body);
    log.info('operator.asked', { operation: name });
    if (request.method !== 'GET') await audit.recordActivity(activityOf(name, body, answer));
    send(response, 200, answer);
  } catch (error) {
    if (error instanceof OperatorError) return send(response, error.httpStatus, { message: error.message });
    log.error('operator.failed', { operation: name, error });
    if (response.headersSent) return void response.destroy();
    send(response, 500, { message: "The server failed; its log says more ('operator.failed')." });
  }
}

interface Answers {
  readonly routes: ReadonlyMap<string, Route>;
  readonly streams: ReadonlyMap<string, Stream>;
}

/** The first line decides between an answer and a refusal; a failure behind it cuts the answer off before its end. */
async function sendLines(response: ServerResponse, stream: Stream, query: URLSearchParams): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const lines = stream(query, gone.signal)[Symbol.asyncIterator]();
  // Not in `rest`: what never begins to be read ends without it, and its transaction would stay open.
  try {
    const first = await lines.next();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const rest = async function* (): AsyncGenerator<string> {
      for (let line = first; !line.done; line = await lines.next()) yield `${line.value}\n`;
    };
    await pipeline(Readable.from(rest()), response);
  } catch (error) {
    // Whoever listens may stop at any time.
    if (!gone.signal.aborted) throw error;
  } finally {
    await lines.return?.();
  }
}

function send(response: ServerResponse, status: number, answer: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(answer)}\n`);
}

async function readBody(request: IncomingMessage): Promise<Members> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new OperatorError(`The body is larger than ${BODY_BYTES_MAX} bytes.`, { httpStatus: 400 });
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OperatorError('The body must be a JSON object.', { httpStatus: 400 });
  }
  return { ...value };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new OperatorError('The body is not JSON.', { httpStatus: 400, cause });
  }
}

function text(body: Members, member: string): string {
  const value = Object.hasOwn(body, member) ? body[member] : undefined;
  if (typeof value !== 'string' || value === '')
    throw new OperatorError(`The body lacks the text "${member}".`, { httpStatus: 400 });
  return value;
}
