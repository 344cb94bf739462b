/**
 * The endpoint under test on a real socket, and services whose every operation has a handler given by the test.
 */
import type { AddressInfo } from 'node:net';
import { type Clock, memoryLogger, seededRandom, systemClock } from '@holdfast/kernel';
import type { Credential, Invocation, UnsignedInvocation } from '../contract.ts';
import { createEndpoint, type EndpointSettings } from '../endpoint/endpoint.ts';
import { httpServer, type SocketLimits, socketLimits } from '../endpoint/http-server.ts';
import type { Service, ServiceSettings } from '../service.ts';
import { operationNames, readApi } from '../smithy.ts';

export const ACCESS_KEY = 'AKIAEXAMPLEEXAMPLE00';
export const SECRET_KEY = 'secret/with+signs=and0123456789012345678';

export interface EchoServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What arrived, in order. */
  readonly invocations: Invocation<string>[];
  /** What arrived for operations that take no signature. */
  readonly unsigned: UnsignedInvocation[];
  /** Access keys that were looked for, in order. */
  readonly looked: string[];
  readonly log: ReturnType<typeof memoryLogger>;
  /** What the next requests are answered with; an error is thrown. */
  reply: unknown;
}

export interface EchoSettings {
  readonly services: readonly Service[];
  readonly clock?: Clock;
  readonly credentials?: Readonly<Record<string, Credential<string>>>;
  readonly limits?: EndpointSettings<string>['limits'];
  readonly gate?: EndpointSettings<string>['gate'];
  readonly sockets?: SocketLimits;
}

export async function startEcho({
  services,
  clock = systemClock,
  credentials,
  limits = {},
  gate,
  sockets = socketLimits,
}: EchoSettings): Promise<EchoServer> {
  const known = credentials ?? { [ACCESS_KEY]: { secretAccessKey: SECRET_KEY, identity: 'tester' } };
  const log = memoryLogger();
  const invocations: Invocation<string>[] = [];
  const unsigned: UnsignedInvocation[] = [];
  const looked: string[] = [];
  const listener = createEndpoint<string>({
    services,
    clock,
    random: seededRandom(7),
    log,
    limits,
    ...(gate && { gate }),
    findCredential: async (accessKeyId) => {
      looked.push(accessKeyId);
      return known[accessKeyId];
    },
    invoke: async (invocation) => {
      invocations.push(invocation);
      if (echo.reply instanceof Error) throw echo.reply;
      return echo.reply;
    },
    invokeUnsigned: async (invocation) => {
      unsigned.push(invocation);
      return echo.reply;
    },
  });
  const server = httpServer(listener, sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const echo: EchoServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    invocations,
    unsigned,
    looked,
    log,
    reply: {},
    [Symbol.asyncDispose]: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
  return echo;
}

/** A service in which every operation of the SDK module has a handler. */
export function wholeService(sdk: object, settings: ServiceSettings): Service {
  const names = operationNames(sdk);
  const api = readApi(sdk);
  return {
    ...settings,
    handlers: new Map(names.map((name) => [name, name])),
    operations: () => names.map((name) => ({ name, implemented: true })),
    api: () => api,
  };
}
