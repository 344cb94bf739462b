/**
 * A PostgreSQL cluster for one ephemeral server: copied from a template that an earlier start left in the cache folder,
 * which takes a tenth of making it; made anew, and left there, when there is none for this program and this schema.
 *
 * In it are the database `pristine`, migrated and never used, and a first copy of it. Nothing here is synced to disk:
 * it is thrown away with the server (ephemeral-folder.ts).
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Clock, Logger } from '@holdfast/kernel';
import pg from 'pg';
import { migrate, schemaFingerprint } from '../store/migrate.ts';
import { embeddedBinaries, type PostgresBinaries } from '../store/postgres/binaries.ts';
import { type Cluster, startCluster } from '../store/postgres/cluster.ts';
import { runAs } from '../store/postgres/unprivileged.ts';
import { trimTemplates } from './template-cache.ts';

export const PRISTINE = 'pristine';
export const FIRST = 'holdfast_1';
/** Changes whenever a template is made in another way. */
const RECIPE = 1;
const SETTINGS = ['max_connections=60', 'shared_buffers=32MB', 'wal_level=minimal', 'max_wal_senders=0'];

export interface TemplateClusterOptions {
  /** Does not exist yet. */
  readonly dataFolder: string;
  /** Of this user alone; made when it is missing. Undefined: nothing is kept. */
  readonly cacheFolder: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Resolves when there is a folder to start on, so that what is loaded meanwhile holds up nothing. */
export async function startTemplateCluster(
  options: TemplateClusterOptions,
): Promise<{ readonly starting: Promise<Cluster> }> {
  const { cacheFolder, dataFolder, clock, log } = options;
  const binaries = embeddedBinaries();
  const start = (): Promise<Cluster> =>
    startCluster({
      binaries,
      dataFolder,
      log,
      durable: false,
      settings: SETTINGS,
      initialization: ['--wal-segsize=1'],
    });
  const template = cacheFolder === undefined ? undefined : path.join(cacheFolder, nameOf(binaries, dataFolder));
  const anew = async (): Promise<Cluster> => {
    const first = await start();
    try {
      await makeDatabases(first, clock);
    } finally {
      await first.stop();
    }
    if (template !== undefined) {
      // A folder that cannot be written to costs the next start time, and nothing else.
      await keep(dataFolder, template, clock).catch((error: unknown) =>
        log.warn('test-mode.template-not-kept', { error }),
      );
    }
    return start();
  };
  if (template === undefined || !existsSync(template)) return { starting: anew() };
  const broken = (error: unknown): Promise<Cluster> => {
    // A power cut can leave a torn template.
    log.warn('test-mode.template-broken', { template, error });
    for (const folder of [dataFolder, template]) rmSync(folder, { recursive: true, force: true });
    return anew();
  };
  try {
    await copy(template, dataFolder);
  } catch (error) {
    return { starting: broken(error) };
  }
  return { starting: start().catch(broken) };
}

/** Of the programs, the schema, and the user that the copies must belong to. */
function nameOf({ root }: PostgresBinaries, dataFolder: string): string {
  const who = runAs([root, path.dirname(dataFolder)]);
  const hash = createHash('sha256')
    .update(JSON.stringify([RECIPE, SETTINGS, who, process.getuid?.(), schemaFingerprint()]))
    .update(readFileSync(path.join(root, '..', 'package.json')))
    .digest('hex');
  return `template-${hash.slice(0, 24)}`;
}

async function makeDatabases(cluster: Cluster, clock: Clock): Promise<void> {
  await asAdmin(cluster, `alter database postgres rename to ${PRISTINE}`);
  const pool = new pg.Pool({ connectionString: cluster.url(PRISTINE), max: 1 });
  try {
    await migrate(pool, clock);
  } finally {
    await pool.end();
  }
  await asAdmin(cluster, copyOf(FIRST));
}

export function copyOf(name: string): string {
  return `create database ${name} template ${PRISTINE} strategy file_copy`;
}

/** A statement on the cluster as a whole. */
export async function asAdmin(cluster: Cluster, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url('template1') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Under its name there is a whole one or none. */
async function keep(dataFolder: string, template: string, clock: Clock): Promise<void> {
  const cacheFolder = path.dirname(template);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  trimTemplates(cacheFolder, clock);
  const fresh = `${template}.${randomUUID()}`;
  try {
    await copy(dataFolder, fresh);
    if (!existsSync(template)) renameSync(fresh, template);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Owners and modes come along, which fs.cp leaves behind; and cp is quicker with a thousand files. */
async function copy(from: string, to: string): Promise<void> {
  if (!statSync(from).isDirectory()) throw new Error(`${from} is no folder.`);
  await promisify(execFile)('cp', ['-Rp', from, to]);
}
