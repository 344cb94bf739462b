/**
 * The parts that are there already, joined: endpoint, services, background rooms. `start-server.ts` makes the parts
 * from the configuration; tests bring their own database and clock.
 */
import type { RequestListener } from 'node:http';
import type { Connector } from '@holdfast/connector-kit';
import { assert, type Clock, type Logger, type Random } from '@holdfast/kernel';
import { createEndpoint, type Invoke } from '@holdfast/wire';
import { Anchor } from './audit/anchor.ts';
import { type ChainParts, sealNext } from './audit/chain.ts';
import { Recorder } from './audit/recorder.ts';
import { sealsUnder } from './audit/seal.ts';
import { authorizerOf } from './authorization/authorize.ts';
import type { Caller } from './authorization/caller.ts';
import { credentialFinder } from './authorization/credentials.ts';
import { KeyUsage } from './authorization/key-usage.ts';
import { type Loop, type Room, startLoop } from './background.ts';
import type { Door } from './doors/door.ts';
import { openDoors } from './doors/router.ts';
import { identityProvidersOf } from './federation/identity-providers.ts';
import type { Installation } from './installation.ts';
import { roomsOf } from './rooms.ts';
import type { Sealer } from './secrets/sealer.ts';
import { dispatcher, type ServiceOfOperations } from './services/dispatch.ts';
import { unsignedDispatcher } from './services/dispatch-unsigned.ts';
import type { Settings } from './settings.ts';
import { signInDoors } from './sign-in/doors.ts';
import { type Passwords, passwordsOf } from './sign-in/passwords.ts';
import type { Database } from './store/database.ts';
import { type IsReading, throttle } from './throttling/throttle.ts';
import type { Repositories } from './vault/repositories.ts';

/** A tick that still has more to do after this many rounds is a bug of the room. */
const ROUNDS_MAX = 10_000;

export interface ServerParts {
  readonly clock: Clock;
  /** Of those who sign requests, where it is not the installation's own: test mode moves only the latter. */
  readonly signersClock?: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly repositories: Repositories;
  readonly connectors: readonly Connector[];
  readonly settings: Settings;
  readonly services: readonly ServiceOfOperations[];
  /** File of the mark of the record's end. Default: remembered while the server runs. */
  readonly auditMark?: string;
  /** Default: those that cost as much time as they should. */
  readonly passwords?: Passwords;
  /** Doors under `/_holdfast/` beside those of signing in, such as those of test mode. Default: none. */
  readonly doors?: (installation: Installation) => readonly Door[];
  /** Comes between the endpoint and the operations; test mode lets changes settle there. Default: nothing does. */
  readonly around?: (invoke: Invoke<Caller>) => Invoke<Caller>;
}

export interface Server {
  readonly installation: Installation;
  /** For `httpServer(listener)`. */
  readonly listener: RequestListener;
  readonly rooms: readonly Room[];
  /** Starts the background rooms; all of them, or those named. */
  start(names?: readonly Room['name'][]): void;
  /** One round of a room that is not running, repeated while it says that there is more to do. */
  tick(name: Room['name']): Promise<void>;
  /** Runs `work` while no room runs by itself; what is under way in them is waited for. Rooms may be ticked in it. */
  quietly<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when every background room has ended its round. */
  stop(): Promise<void>;
}

export function createServer(parts: ServerParts): Server {
  const { clock, random, log, services, settings } = parts;
  const loops = new Map<string, Loop>();
  const chain: ChainParts = { ...parts, seals: sealsUnder(parts.sealer), anchor: new Anchor(parts.auditMark) };
  const recorder = new Recorder({ ...chain, services, write: (rows) => sealNext(chain, rows) });
  const installation: Installation = {
    ...parts,
    audit: recorder,
    authorizer: authorizerOf({ clock }),
    identityProviders: identityProvidersOf(parts.settings.oidcProviders ?? [], parts),
    passwords: parts.passwords ?? passwordsOf(random),
    wake: (what) => loops.get(what)?.wake(),
  };
  const usage = new KeyUsage();
  const rooms = roomsOf(installation, { usage, recorder, chain });
  const dispatch = dispatcher(installation, services);
  const invoke = parts.around?.(dispatch) ?? dispatch;
  const doors = openDoors([...signInDoors(installation), ...(parts.doors?.(installation) ?? [])], log);
  const endpoint = createEndpoint({
    services,
    clock: parts.signersClock ?? clock,
    sessionClock: clock,
    random,
    log,
    invokeUnsigned: unsignedDispatcher(installation, services),
    findCredential: credentialFinder(installation.db, installation.sealer),
    ...(settings.rateLimits && { gate: throttle(settings.rateLimits, clock, readingIn(services)) }),
    refused: (refusal) => recorder.gatherRefusal(refusal),
    invoke: (invocation) => {
      usage.note(invocation.identity, clock.now(), invocation.service, invocation.region);
      return invoke(invocation);
    },
  });
  const listener: RequestListener = (request, response) => {
    if (!doors(request, response)) endpoint(request, response);
  };
  const never = new AbortController().signal;
  let quiet = false;

  return {
    installation,
    listener,
    rooms,
    start(names) {
      for (const room of rooms) {
        if (names && !names.includes(room.name)) continue;
        assert(!loops.has(room.name), `room ${room.name} is started twice`);
        loops.set(room.name, startLoop({ ...room, log }));
      }
    },
    async tick(name) {
      const room = rooms.find((known) => known.name === name);
      assert(room, `there is no room ${name}`);
      assert(quiet || !loops.has(name), `room ${name} is running by itself`);
      let rounds = 0;
      while ((await room.tick(never)) === true) assert(++rounds < ROUNDS_MAX, `room ${name} never ends`);
    },
    async quietly(work) {
      assert(!quiet, 'it is quiet already');
      const held = [...loops.values()];
      quiet = true;
      try {
        await Promise.all(held.map((loop) => loop.hold()));
        return await work();
      } finally {
        quiet = false;
        for (const loop of held) loop.release();
      }
    },
    async stop() {
      await Promise.all([...loops.values()].map((loop) => loop.stop()));
      loops.clear();
      // What was noted since the last round. A database that has gone keeps nobody from stopping.
      for (const name of ['identity', 'audit'] as const) {
        const room = rooms.find((known) => known.name === name);
        await room?.tick(never).catch((error: unknown) => log.error('server.notes-lost', { room: name, error }));
      }
    },
  };
}

/** Whether an operation only reads, as its handler says. */
function readingIn(services: readonly ServiceOfOperations[]): IsReading {
  const handlers = new Map(services.map((service) => [service.name, service.handlers]));
  return (service, operation) => handlers.get(service)?.get(operation)?.run.kind === 'reads';
}
