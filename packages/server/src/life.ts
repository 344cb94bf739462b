/**
 * One life of the server on one database: rooms, services, first account, operator's door. A server has one; test mode
 * ends it and begins another on an empty database (start-ephemeral.ts).
 *
 * Not here: what outlives it (data folder, PostgreSQL, the TCP port), which start-server.ts opens.
 */
import { readFileSync } from 'node:fs';
import { processRunner } from '@holdfast/connector-kit';
import { type Clock, type Logger, present, type Random } from '@holdfast/kernel';
import type { Config } from './config.ts';
import { allConnectors } from './connectors/all.ts';
import type { DataFolder } from './data-folder.ts';
import { firstBoot, writeAwsConfig } from './first-boot.ts';
import type { FixedIds } from './operator/create-account.ts';
import { openOperatorDoor } from './operator/operator-door.ts';
import type { Sealer } from './secrets/sealer.ts';
import { createServer, type Server, type ServerParts } from './server.ts';
import type { ServiceOfOperations } from './services/dispatch.ts';
import type { OpenDatabase } from './store/database.ts';
import { createRepositories } from './vault/restic-repositories.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What test mode does in another way. */
export type Variations = Pick<ServerParts, 'around' | 'doors' | 'signersClock'> & {
  readonly firstAccount?: FixedIds;
};

export interface LifeParts extends Surroundings {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly endpoint: string;
  readonly sealer: Sealer;
  readonly services: readonly ServiceOfOperations[];
  readonly database: OpenDatabase;
  /** Where the embedded PostgreSQL lets everybody in who gets there. */
  readonly socketFolders: readonly string[];
  readonly variations?: Variations;
}

export interface Life {
  readonly server: Server;
  /** The account that the first start made. */
  readonly accountId: string;
  /** Lets the rooms end what they do, and closes the operator's door. */
  end(): Promise<void>;
}

/** All of it but what the outside sees: it waits to begin. */
export interface PreparedLife {
  begin(): Promise<Life>;
}

export async function beginLife(parts: LifeParts): Promise<Life> {
  return (await prepareLife(parts)).begin();
}

export async function prepareLife(parts: LifeParts): Promise<PreparedLife> {
  const { config, folder, endpoint, variations: { firstAccount, ...variations } = {} } = parts;
  const server = serverOf(parts, variations);
  const { installation } = server;
  const accountId = await firstBoot(installation, folder, { email: config.managementEmail, fixed: firstAccount });
  return {
    begin: async () => {
      writeAwsConfig(folder, endpoint, present(config.settings.regions[0], 'the default region').name);
      const door = await openOperatorDoor(installation, folder, version());
      server.start();
      return {
        server,
        accountId,
        end: async () => {
          await server.stop();
          await door.close();
        },
      };
    },
  };
}

function serverOf(parts: LifeParts, variations: Omit<Variations, 'firstAccount'>): Server {
  const { clock, random, log, config, folder, database, sealer, services, socketFolders } = parts;
  const run = processRunner();
  return createServer({
    clock,
    random,
    log,
    db: database.db,
    sealer,
    settings: { ...config.settings, privatePaths: [...privatePaths(folder), ...socketFolders] },
    repositories: createRepositories({ run, clock, random, workFolder: folder.work }),
    connectors: allConnectors(run),
    services,
    // In test mode the mark of the record's end is remembered only: the record goes with the life.
    ...(parts.variations ? {} : { auditMark: folder.auditMark }),
    ...variations,
  });
}

/** What of the data folder no account's resource may be in; the work folder and the vaults are known by themselves. */
function privatePaths(folder: DataFolder): string[] {
  const { masterKey, postgres, operatorSocket, awsCredentials, awsConfig, auditMark } = folder;
  return [masterKey, postgres, operatorSocket, awsCredentials, awsConfig, auditMark];
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
