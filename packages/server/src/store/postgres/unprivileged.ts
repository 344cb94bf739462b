/**
 * PostgreSQL refuses to run as root: this wraps its commands so that they run as somebody else, and so that the server
 * goes when we go (also after `kill -9`), where the system can do that.
 *
 * Source: measurements in docs/design/dependencies.md ("Embedded PostgreSQL, root").
 */
import { execFileSync } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Who PostgreSQL runs as; undefined: as ourselves. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** Keep our file rights, in a user namespace: for binaries below a folder that others may not enter. */
  readonly namespace: boolean;
}

const SETPRIV = '/usr/bin/setpriv';
const UNSHARE = '/usr/bin/unshare';

export function runAs(mustEnter: readonly string[]): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = passwdEntry('postgres') ?? passwdEntry('nobody');
  if (!user) throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor a user nobody.');
  const blocked = mustEnter.map(firstClosedFolder).find((folder) => folder !== undefined);
  if (blocked === undefined) return { ...user, namespace: false };
  if (existsSync(UNSHARE) && namespacesWork(user)) return { ...user, namespace: true };
  throw new Error(
    `PostgreSQL cannot run as root, and the user it would run as may not enter ${blocked}. ` +
      `Run Holdfast as an ordinary user, or allow it: chmod o+x '${blocked}'`,
  );
}

/** The command line that runs `program` as `who`, ending when this process ends. */
export function wrapped(program: string, args: readonly string[], who: RunAs | undefined): [string, string[]] {
  const death = existsSync(SETPRIV) ? ['--pdeathsig', 'INT'] : [];
  if (!who) return death.length > 0 ? [SETPRIV, [...death, '--', program, ...args]] : [program, [...args]];
  if (who.namespace) {
    const map = ['--user', `--map-user=${who.uid}`, `--map-group=${who.gid}`, '--'];
    return [SETPRIV, [...death, '--', UNSHARE, ...map, program, ...args]];
  }
  const drop = [`--reuid=${who.uid}`, `--regid=${who.gid}`, '--clear-groups'];
  return [SETPRIV, [...drop, ...death, '--', program, ...args]];
}

export function giveTo(folder: string, who: RunAs | undefined): void {
  if (who && !who.namespace) chownSync(folder, who.uid, who.gid);
}

function passwdEntry(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function firstClosedFolder(file: string): string | undefined {
  const parts = path.resolve(file).split(path.sep);
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join(path.sep) || path.sep;
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return folder;
  }
  return undefined;
}

function namespacesWork(user: { uid: number; gid: number }): boolean {
  try {
    accessSync(UNSHARE, constants.X_OK);
    execFileSync(UNSHARE, ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--', '/bin/true'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
